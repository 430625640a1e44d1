#include "router/decision.h"

#include <algorithm>
#include <utility>

#include "router/auto_choice.h"
#include "router/refusal.h"

namespace weir {
namespace {

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

// The stand-ins alone, for a request whose own models are down, or beyond the budget.
Result<Decision> stand_ins_for(const DecisionInput& input, OnUnavailable wanted, Error down) {
  const bool may_stand_in = wanted == OnUnavailable::kLocal || wanted == OnUnavailable::kCloud;
  const bool for_now =
      down.code == ErrorCode::kOverloaded || down.code == ErrorCode::kBudgetExceeded;
  if (!for_now || !may_stand_in) return down;
  Decision decision;
  add_stand_ins(input, wanted == OnUnavailable::kLocal, decision);
  if (decision.candidates.empty()) return down;
  decision.reason = decision.candidates.front().reason;
  return decision;
}

Options options_for(const DecisionInput& input, std::string_view model) {
  if (model == "auto") return options_of(input, default_model_of);
  if (model == "local" || model == "cloud") {
    const bool local = model == "local";
    return options_of(input, [&](const BackendOption& backend) {
      const bool is_local = backend.backend_class == BackendClass::kLocal;
      return is_local == local ? default_model_of(backend) : nullptr;
    });
  }
  return options_of(input,
                    [&](const BackendOption& backend) { return find_model(backend, model); });
}

Result<Decision> decide_among(const DecisionInput& input, const Options& options) {
  const std::string_view model = requested_model(input.request, input.routing);
  if (model == "auto") return choose_for_auto(input, options);
  if (model == "local") return take_in_order(input, options, Reason::kLocalRequested);
  if (model == "cloud") return take_in_order(input, options, Reason::kCloudRequested);
  return take_in_order(input, options, Reason::kModelRequested);
}

Result<Decision> with_stand_ins(const DecisionInput& input, Result<Decision> decision) {
  const Rule* rule = input.ruling.matched();
  if (rule == nullptr) return decision;
  if (!decision) return stand_ins_for(input, rule->on_unavailable, decision.error());
  apply_on_unavailable(input, rule->on_unavailable, *decision);
  return decision;
}

}  // namespace

bool needs_score(const ChatRequest& request, const RoutingConfig& routing) {
  return requested_model(request, routing) == "auto";
}

double threshold_of(const Team& team, const RoutingConfig& routing) {
  return team.quality_target ? 1 - *team.quality_target : routing.threshold;
}

Result<Decision> decide(const DecisionInput& input, Options* considered) {
  Options options = options_for(input, requested_model(input.request, input.routing));
  Result<Decision> decision = with_stand_ins(input, decide_among(input, options));
  if (considered != nullptr) *considered = std::move(options);
  return decision;
}

}  // namespace weir
