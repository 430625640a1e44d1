#include "router/refusal.h"

#include <algorithm>
#include <string>

#include "cloud_adapters/wire/knob_names.h"
#include "router/request_ruling.h"

namespace weir {
namespace {

// A word that stands for any model of a kind is known: there is just none of the kind.
std::string why_not_found(std::string_view model) {
  if (model == "local") return "There is no local model here.";
  if (model == "cloud") return "There is no cloud backend here.";
  if (model == "auto") return "There is neither a local model nor a backend here.";
  return "The model does not exist or is not available here.";
}

Error not_found(std::string_view model) {
  return Error{ErrorCode::kNotFound, why_not_found(model), "model_not_found", "model"};
}

Error down(bool local_only) {
  if (local_only) {
    return Error{ErrorCode::kUnavailable,
                 "The request must stay local and the local model is not available.",
                 "local_unavailable"};
  }
  return Error{ErrorCode::kOverloaded, "No backend for this request is available.",
               "no_backend_available"};
}

// With the numbers of the longest context, so that people see how much to cut.
Error too_long(const Options& options) {
  const BackendOption* longest = nullptr;
  for (const Option& option : options) {
    if (option.problem != Problem::kTooLong) continue;
    if (longest == nullptr ||
        option.backend->capabilities->context_tokens > longest->capabilities->context_tokens) {
      longest = option.backend;
    }
  }
  return Error{ErrorCode::kContextTooLong,
               "The prompt has about " + std::to_string(longest->prompt_tokens) +
                   " tokens, and the longest context of a model that may answer it holds " +
                   std::to_string(longest->capabilities->context_tokens) + ".",
               "context_length_exceeded", "messages"};
}

Error over_budget(const DecisionInput& input, const Options& options) {
  const auto option = std::find_if(options.begin(), options.end(), [](const Option& each) {
    return each.problem == Problem::kBudget;
  });
  const std::string_view model = option->model->upstream;
  const MoneyWish bounds =
      input.cost_bounds ? input.cost_bounds(option->index, model) : MoneyWish{};
  return input.limits->denial(model, bounds);
}

Error too_dear(const Rule& rule) {
  return Error{ErrorCode::kForbidden,
               "Every model that may answer could cost more than the max_cost_usd of the rule '" +
                   rule.name + "': set max_tokens, or ask for less.",
               "max_cost_exceeded"};
}

Error unsupported(const Options& options, Dialect dialect) {
  const auto option = std::find_if(options.begin(), options.end(), [](const Option& each) {
    return each.problem == Problem::kUnsupported;
  });
  const std::string field = knob_name(dialect, option->field);
  const bool parts = option->field == "messages";
  const std::string what =
      parts ? "all parts of its messages, such as images, files and calls" : "'" + field + "'";
  return Error{ErrorCode::kUnsupportedParameter,
               "No model that may answer this request supports " + what + ".",
               "unsupported_parameter", field};
}

Error forbidden(std::optional<Reason> local_only) {
  if (!local_only) {
    return Error{ErrorCode::kForbidden, "The team may not use the backend of this model.",
                 "backend_not_allowed", "model"};
  }
  return Error{ErrorCode::kForbidden,
               *local_only == Reason::kOpaque
                   ? "The request holds what cannot be looked into or redacted, such as images, "
                     "files or sound, so it must stay local, and this model is not local."
                   : "The request must stay local, and this model is not local.",
               "privacy_local_only", "model"};
}

}  // namespace

// The problem nearest to success goes first: what is down would fit later, what is
// too long would fit when shortened.
Error nothing_fits(const DecisionInput& input, const Options& options) {
  const bool local_only = input.ruling.local_only().has_value();
  if (any(options, Problem::kDown)) return down(local_only);
  if (any(options, Problem::kTooLong)) return too_long(options);
  if (any(options, Problem::kBudget)) return over_budget(input, options);
  if (any(options, Problem::kCost)) return too_dear(*input.ruling.matched());
  if (any(options, Problem::kUnsupported)) return unsupported(options, input.request.dialect);
  if (any(options, Problem::kModel)) {
    return model_denied();
  }
  if (any(options, Problem::kPolicy)) return forbidden(input.ruling.local_only());
  return not_found(requested_model(input.request, input.routing));
}

}  // namespace weir
