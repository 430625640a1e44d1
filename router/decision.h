// Where a request runs: the candidates in order, each with its reason.
//
// Pure: ruling, score and a picture of the backends in, decision out. Hard
// constraints (router/options.h) are never traded. Among what fits, "auto" takes the
// least expected cost that meets the team's quality target: the probability that
// the answer would not do where the best one would must stay below 1 - target. A
// conversation that was escalated stays outside.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/chat.h"
#include "core/reason.h"
#include "core/result.h"
#include "router/config.h"
#include "router/options.h"

namespace weir {

struct Candidate {
  std::size_t backend = 0;  // index into DecisionInput::backends
  std::string_view model;   // the name to ask this backend for (ModelAlias::upstream)
  std::string_view name;    // the same model as clients call it
  Reason reason = Reason::kEasy;
};

struct Decision {
  std::vector<Candidate> candidates;  // never empty
  Reason reason = Reason::kEasy;      // of the first candidate
  double threshold = 1;    // auto: scores at or above it do not stay; 1 - the quality target
  double propensity = 1;   // probability with which this arm was chosen
  std::string_view field;  // kCapability: the request's field that the local model lacks
  bool watched = false;    // the score alone let it stay: its answer must show that it can
  // Of a local answer that cannot and has nowhere else to go: why.
  Reason stays = Reason::kEscalationUnavailable;
};

// True for a model that needs difficulty(): auto, or no name with default auto.
bool needs_score(const ChatRequest& request, const RoutingConfig& routing);

// What scores of `team` are held against: 1 - its quality target, else [routing] threshold.
double threshold_of(const Team& team, const RoutingConfig& routing);

// Fails as nothing_fits() (router/refusal.h) says when there is no candidate.
// `considered` gets every option that was looked at, also then; it views `input`.
//
// A context fits when the prompt and one token do: an answer that then ends at
// the limit says so with finish_reason "length".
Result<Decision> decide(const DecisionInput& input, Options* considered = nullptr);

}  // namespace weir
