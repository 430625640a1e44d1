#include "router/decision.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace weir {
namespace {

enum class Problem : std::uint8_t { kNone, kPolicy, kModel, kUnsupported, kTooLong, kCost, kDown };

// One backend with the one model of it that would answer.
struct Option {
  std::size_t index = 0;
  const BackendOption* backend = nullptr;
  const ModelAlias* model = nullptr;
  Problem problem = Problem::kNone;
  std::string_view field;  // kUnsupported

  bool fits() const { return problem == Problem::kNone; }
  bool local() const { return backend->backend_class == BackendClass::kLocal; }
};
using Options = std::vector<Option>;

std::string_view requested_model(const ChatRequest& request, const RoutingConfig& routing) {
  return request.model.empty() ? std::string_view(routing.default_model) : request.model;
}

const ModelAlias* default_model_of(const BackendOption& backend) {
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

// What is the organisation's own passes: the local model, and a site without a price.
// A cloud without a price never does: nobody can promise anything about it.
bool may_cost_too_much(const Option& option, const DecisionInput& input) {
  const Rule* rule = input.ruling.matched();
  if (rule == nullptr || !rule->max_cost || option.local()) return false;
  const auto worst = input.worst_cost ? input.worst_cost(option.index, option.model->upstream)
                                      : std::optional<NanoUsd>();
  if (!worst) return option.backend->backend_class == BackendClass::kCloud;
  return worst->value > rule->max_cost->value;
}

// Policy first, so that a forbidden backend is never looked at any further.
void judge(Option& option, const DecisionInput& input) {
  const BackendOption& backend = *option.backend;
  const Ruling& ruling = input.ruling;
  if (!ruling.allows(backend.backend_class, backend.name)) {
    option.problem = Problem::kPolicy;
  } else if (!ruling.allows_model(backend.backend_class, backend.name, option.model->name)) {
    option.problem = Problem::kModel;
  } else if (option.field = first_unsupported(*backend.capabilities, input.request);
             !option.field.empty()) {
    option.problem = Problem::kUnsupported;
  } else if (option.local() && !input.request.sampling.logit_bias.empty() &&
             requested_model(input.request, input.routing) == "auto") {
    // Token ids mean a vocabulary, and who asks for "auto" cannot mean the local one.
    option.problem = Problem::kUnsupported;
    option.field = "logit_bias";
  } else if (backend.capabilities->context_tokens > 0 &&
             backend.prompt_tokens >= backend.capabilities->context_tokens) {
    option.problem = Problem::kTooLong;
  } else if (may_cost_too_much(option, input)) {
    option.problem = Problem::kCost;
  } else if (!backend.available) {
    option.problem = Problem::kDown;
  }
}

// The options that `choose` picks a model of, judged, in the order of the config.
template <class Choose>
Options options_of(const DecisionInput& input, Choose choose) {
  Options options;
  for (std::size_t i = 0; i < input.backends.size(); ++i) {
    const BackendOption& backend = input.backends[i];
    const ModelAlias* model = choose(backend);
    if (model == nullptr) continue;
    options.push_back({i, &backend, model, Problem::kNone, {}});
    judge(options.back(), input);
  }
  return options;
}

bool any(const Options& options, Problem problem) {
  return std::any_of(options.begin(), options.end(),
                     [&](const Option& option) { return option.problem == problem; });
}

Error not_found() {
  return Error{ErrorCode::kNotFound, "The model does not exist or is not available here.",
               "model_not_found", "model"};
}

// Why nothing fits. The problem nearest to success goes first: what is down would
// fit later, what is too long would fit when shortened.
Error nothing_fits(const DecisionInput& input, const Options& options) {
  const bool local_only = input.ruling.local_only().has_value();
  if (any(options, Problem::kDown)) {
    if (local_only) {
      return Error{ErrorCode::kUnavailable,
                   "The request must stay local and the local model is not available.",
                   "local_unavailable"};
    }
    return Error{ErrorCode::kOverloaded, "No backend for this request is available.",
                 "no_backend_available"};
  }
  if (any(options, Problem::kTooLong)) {
    return Error{ErrorCode::kContextTooLong,
                 "The prompt is longer than the context of every model that may answer it.",
                 "context_length_exceeded", "messages"};
  }
  if (any(options, Problem::kCost)) {
    return Error{ErrorCode::kForbidden,
                 "Every model that may answer could cost more than the max_cost_usd of the rule '" +
                     input.ruling.matched()->name + "': set max_tokens, or ask for less.",
                 "max_cost_exceeded"};
  }
  for (const Option& option : options) {
    if (option.problem != Problem::kUnsupported) continue;
    const std::string field(option.field);
    return Error{ErrorCode::kUnsupportedParameter,
                 "No model that may answer this request supports '" + field + "'.",
                 "unsupported_parameter", field};
  }
  if (any(options, Problem::kModel)) {
    return Error{ErrorCode::kForbidden, "The team may not use this model.", "model_not_allowed",
                 "model"};
  }
  if (any(options, Problem::kPolicy)) {
    return Error{ErrorCode::kForbidden,
                 local_only ? "The request must stay local, and this model is not local."
                            : "The team may not use the backend of this model.",
                 local_only ? "privacy_local_only" : "backend_not_allowed", "model"};
  }
  return not_found();
}

Reason after_failure_of(const Option& first) {
  return first.local() ? Reason::kLocalFailed : Reason::kCloudFailed;
}

// Candidates for a model or class that the client asked for.
Result<Decision> take_in_order(const DecisionInput& input, const Options& options, Reason reason) {
  Decision decision;
  const Option* first = nullptr;
  for (const Option& option : options) {
    if (!option.fits()) continue;
    const Reason why = first == nullptr ? reason : after_failure_of(*first);
    decision.candidates.push_back({option.index, option.model->upstream, option.model->name, why});
    if (first == nullptr) first = &option;
  }
  if (decision.candidates.empty()) return nothing_fits(input, options);
  decision.reason = reason;
  return decision;
}

// The choice of "auto" between the engine here and what is outside.
class AutoChoice {
 public:
  explicit AutoChoice(const DecisionInput& input)
      : input_(input), options_(options_of(input, default_model_of)) {
    for (const Option& option : options_) {
      if (option.local()) local_ = &option;
      if (!option.local() && option.fits()) outside_.push_back(&option);
    }
    prefer_conversation();
  }

  Result<Decision> decide() {
    const bool local_fits = local_ != nullptr && local_->fits();
    decision_.score = input_.score;
    if (!local_fits && outside_.empty()) return nothing_fits(input_, with_missing_local());

    const bool hard = input_.score >= input_.routing.threshold;
    const std::string_view wish = wished();
    if (local_fits && wish == "local") {
      add(*local_, Reason::kRule);
      add_outside(Reason::kLocalFailed);
    } else if (!outside_.empty() && !wish.empty() && wish != "local") {
      add_outside(Reason::kRule);
      if (local_fits && input_.routing.cloud_failure_to_local) add(*local_, Reason::kCloudFailed);
    } else if (!local_fits) {
      add_outside(why_not_local());
    } else if (outside_.empty()) {
      add(*local_, hard ? why_not_outside() : Reason::kEasy);
    } else if (in_conversation_ || hard) {
      add_outside(in_conversation_ ? Reason::kConversation : Reason::kHard);
      if (input_.routing.cloud_failure_to_local) add(*local_, Reason::kCloudFailed);
    } else {
      add(*local_, Reason::kEasy);
      add_outside(Reason::kLocalFailed);
    }
    if (const auto reason = input_.ruling.local_only()) {
      for (Candidate& candidate : decision_.candidates) candidate.reason = *reason;
    }
    if (decision_.candidates.empty()) return nothing_fits(input_, options_);
    decision_.reason = decision_.candidates.front().reason;
    return std::move(decision_);
  }

 private:
  // What a rule prefers, if that can be had: a backend that it names goes first.
  std::string_view wished() {
    const Rule* rule = input_.ruling.matched();
    if (rule == nullptr || rule->prefer.empty()) return {};
    if (rule->prefer == "local" || rule->prefer == "cloud") return rule->prefer;
    const auto named = std::find_if(outside_.begin(), outside_.end(), [&](const Option* option) {
      return option->backend->name == rule->prefer;
    });
    if (named == outside_.end()) return {};
    std::rotate(outside_.begin(), named, named + 1);
    return rule->prefer;
  }

  // A conversation that was escalated stays where its prompt cache is, also when
  // this turn alone looks easy ("yes, go on"). One that was local may escalate.
  void prefer_conversation() {
    const auto same = std::find_if(outside_.begin(), outside_.end(), [&](const Option* option) {
      return option->backend->name == input_.conversation_backend;
    });
    in_conversation_ = same != outside_.end();
    if (in_conversation_) std::rotate(outside_.begin(), same, same + 1);
  }

  void add(const Option& option, Reason reason) {
    decision_.candidates.push_back(
        {option.index, option.model->upstream, option.model->name, reason});
  }

  void add_outside(Reason reason) {
    for (const Option* option : outside_) {
      const bool fallback = option != outside_.front() && reason != Reason::kLocalFailed;
      add(*option, fallback ? Reason::kCloudFailed : reason);
    }
  }

  Reason why_not_local() {
    if (local_ == nullptr) return Reason::kLocalFailed;
    switch (local_->problem) {
      case Problem::kUnsupported: decision_.field = local_->field; return Reason::kCapability;
      case Problem::kTooLong: return Reason::kContextLength;
      case Problem::kModel:
      case Problem::kCost:
      case Problem::kPolicy: return Reason::kRule;
      case Problem::kNone:
      case Problem::kDown: break;
    }
    return Reason::kLocalFailed;
  }

  Reason why_not_outside() const {
    return any(options_, Problem::kDown) ? Reason::kCloudFailed : Reason::kEscalationUnavailable;
  }

  // A local-only request without a local model is a model that is down (503), not
  // a request that is wrong.
  Options with_missing_local() const {
    Options options = options_;
    if (local_ == nullptr && input_.ruling.local_only()) {
      options.push_back({0, nullptr, nullptr, Problem::kDown, {}});
    }
    return options;
  }

  const DecisionInput& input_;
  Options options_;
  const Option* local_ = nullptr;
  std::vector<const Option*> outside_;  // those that fit
  bool in_conversation_ = false;
  Decision decision_;
};

}  // namespace

bool needs_score(const ChatRequest& request, const RoutingConfig& routing) {
  return requested_model(request, routing) == "auto";
}

namespace {

bool is_local(const DecisionInput& input, const Candidate& candidate) {
  return input.backends[candidate.backend].backend_class == BackendClass::kLocal;
}

// Adds what may answer in place of the others.
void add_stand_ins(const DecisionInput& input, bool local, Decision& decision) {
  const Options options = options_of(input, default_model_of);
  for (const Option& option : options) {
    if (!option.fits() || option.local() != local) continue;
    decision.candidates.push_back({option.index, option.model->upstream, option.model->name,
                                   local ? Reason::kCloudFailed : Reason::kLocalFailed});
  }
}

// What may stand in for the first candidate, as a rule has it.
void apply_on_unavailable(const DecisionInput& input, OnUnavailable wanted, Decision& decision) {
  if (wanted == OnUnavailable::kDefault || decision.candidates.empty()) return;
  const bool first_local = is_local(input, decision.candidates.front());
  std::erase_if(decision.candidates, [&](const Candidate& candidate) {
    return is_local(input, candidate) != first_local;
  });
  const bool stand_in_local = wanted == OnUnavailable::kLocal;
  if (wanted == OnUnavailable::kError || stand_in_local == first_local) return;
  add_stand_ins(input, stand_in_local, decision);
}

// The stand-ins alone, for a request whose own models are all down.
Result<Decision> stand_ins_for(const DecisionInput& input, OnUnavailable wanted, Error down) {
  const bool may_stand_in = wanted == OnUnavailable::kLocal || wanted == OnUnavailable::kCloud;
  if (down.code != ErrorCode::kOverloaded || !may_stand_in) return down;
  Decision decision;
  add_stand_ins(input, wanted == OnUnavailable::kLocal, decision);
  if (decision.candidates.empty()) return down;
  decision.reason = decision.candidates.front().reason;
  return decision;
}

Result<Decision> decide_without_stand_ins(const DecisionInput& input) {
  const std::string_view model = requested_model(input.request, input.routing);
  if (model == "auto") return AutoChoice(input).decide();
  if (model == "local" || model == "cloud") {
    const bool local = model == "local";
    const Options options = options_of(input, [&](const BackendOption& backend) {
      const bool is_local = backend.backend_class == BackendClass::kLocal;
      return is_local == local ? default_model_of(backend) : nullptr;
    });
    return take_in_order(input, options, local ? Reason::kLocalRequested : Reason::kCloudRequested);
  }
  const Options options =
      options_of(input, [&](const BackendOption& backend) { return find_model(backend, model); });
  return take_in_order(input, options, Reason::kModelRequested);
}

}  // namespace

Result<Decision> decide(const DecisionInput& input) {
  Result<Decision> decision = decide_without_stand_ins(input);
  const Rule* rule = input.ruling.matched();
  if (rule == nullptr) return decision;
  if (!decision) return stand_ins_for(input, rule->on_unavailable, decision.error());
  apply_on_unavailable(input, rule->on_unavailable, *decision);
  return decision;
}

}  // namespace weir
