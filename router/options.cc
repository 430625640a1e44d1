#include "router/options.h"

#include <algorithm>

#include "metrics/prices.h"

namespace weir {
namespace {

// What is the organisation's own passes: the local model, and a site without a price.
// A cloud without a price never does: nobody can promise anything about it. Where the
// client set no limit a shorter answer may fit a budget, but not a rule: it shall not
// change what is answered.
Problem money_problem(const Option& option, const DecisionInput& input) {
  if (option.local()) return Problem::kNone;
  const Rule* rule = input.ruling.matched();
  const bool limited = rule != nullptr && rule->max_cost;
  const std::string_view model = option.model->upstream;
  const std::optional<NanoUsd> left =
      input.limits != nullptr ? input.limits->left(model) : std::optional<NanoUsd>();
  if (!limited && !left) return Problem::kNone;
  const MoneyWish bounds = input.cost_bounds ? input.cost_bounds(option.index, model) : MoneyWish{};
  if (!bounds.most) {
    if (option.backend->backend_class != BackendClass::kCloud) return Problem::kNone;
    return limited ? Problem::kCost : Problem::kBudget;
  }
  if (limited && *bounds.most > *rule->max_cost) return Problem::kCost;
  return left && *bounds.least > *left ? Problem::kBudget : Problem::kNone;
}

const Price* price_of(const Option& option) {
  const BackendOption& backend = *option.backend;
  if (backend.prices.empty()) return nullptr;
  return backend.prices[static_cast<std::size_t>(option.model - backend.models.data())];
}

// A warm conversation reads the prompt from its provider's cache, where it stays.
void estimate_cost(Option& option, const DecisionInput& input) {
  const ExpectedWork& work = input.work;
  if (option.local()) {
    option.expected = local_cost(work.local_busy_us, input.local_usd_per_hour);
    return;
  }
  const Price* price = price_of(option);
  if (price == nullptr) return;
  Usage usage;
  usage.input_tokens = work.prompt_tokens;
  usage.output_tokens = work.output_tokens;
  option.expected = cost(usage, *price);
  if (!work.warm) return;
  Usage cached;
  cached.cache_read_tokens = work.prompt_tokens;
  cached.output_tokens = work.output_tokens;
  const NanoUsd at_home = cost(cached, *price);
  if (option.backend->name == input.conversation_backend) {
    option.expected = at_home;
  } else {
    option.switching = *option.expected - at_home;
  }
}

// Policy first, so that a forbidden backend is never looked at any further.
Problem problem_of(Option& option, const DecisionInput& input) {
  const BackendOption& backend = *option.backend;
  const Ruling& ruling = input.ruling;
  if (!ruling.allows(backend.backend_class, backend.name)) return Problem::kPolicy;
  if (!ruling.allows_model(backend.backend_class, backend.name, option.model->name)) {
    return Problem::kModel;
  }
  option.field = first_unsupported(*backend.capabilities, input.request);
  if (!option.field.empty()) return Problem::kUnsupported;
  if (option.local() && !input.request.sampling.logit_bias.empty() &&
      requested_model(input.request, input.routing) == "auto") {
    // Token ids mean a vocabulary, and who asks for "auto" cannot mean the local one.
    option.field = "logit_bias";
    return Problem::kUnsupported;
  }
  if (backend.capabilities->context_tokens > 0 &&
      backend.prompt_tokens >= backend.capabilities->context_tokens) {
    return Problem::kTooLong;
  }
  if (const Problem money = money_problem(option, input); money != Problem::kNone) return money;
  return backend.available ? Problem::kNone : Problem::kDown;
}

}  // namespace

std::string_view to_string(Problem problem) {
  switch (problem) {
    case Problem::kNone: return "fits";
    case Problem::kPolicy: return "policy";
    case Problem::kModel: return "model-not-allowed";
    case Problem::kUnsupported: return "unsupported";
    case Problem::kTooLong: return "context-length";
    case Problem::kCost: return "max-cost";
    case Problem::kBudget: return "budget";
    case Problem::kDown: return "down";
  }
  return "fits";
}

std::string_view requested_model(const ChatRequest& request, const RoutingConfig& routing) {
  return request.model.empty() ? std::string_view(routing.default_model) : request.model;
}

const ModelAlias* default_model_of(const BackendOption& backend) {
  if (backend.named_only) return nullptr;
  for (const ModelAlias& model : backend.models) {
    if (model.name == backend.default_model) return &model;
  }
  return backend.models.empty() ? nullptr : backend.models.data();
}

bool is_pair(std::string_view text, std::string_view backend, std::string_view model) {
  return text.size() == backend.size() + 1 + model.size() && text.starts_with(backend) &&
         text[backend.size()] == '/' && text.ends_with(model);
}

const ModelAlias* find_model(const BackendOption& backend, std::string_view name) {
  for (const ModelAlias& model : backend.models) {
    if (model.name == name || is_pair(name, backend.name, model.name)) return &model;
  }
  return nullptr;
}

void judge(Option& option, const DecisionInput& input) {
  option.problem = problem_of(option, input);
  if (option.fits()) estimate_cost(option, input);
}

bool any(const Options& options, Problem problem) {
  return std::any_of(options.begin(), options.end(),
                     [&](const Option& option) { return option.problem == problem; });
}

}  // namespace weir
