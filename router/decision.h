// Where a request runs: the candidates in order, each with its reason.
//
// Pure: ruling, score and a picture of the backends in, decision out. Hard
// constraints (privacy, capability, context length) are never traded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/backend.h"
#include "core/chat.h"
#include "core/money.h"
#include "core/reason.h"
#include "core/result.h"
#include "policies/ruling.h"
#include "router/config.h"

namespace weir {

// A backend as the decision sees it. Views into the configuration snapshot. The
// local engine has one entry of class kLocal and one model.
struct BackendOption {
  std::string_view name;
  BackendClass backend_class = BackendClass::kCloud;
  const Capabilities* capabilities = nullptr;
  std::span<const ModelAlias> models;
  std::string_view default_model;  // a name of `models`
  bool available = true;           // loaded; its breaker is closed
  std::int64_t prompt_tokens = 0;  // this prompt in this backend's tokens; 0 = unknown, not checked
};

struct DecisionInput {
  const Ruling& ruling;
  const ChatRequest& request;
  const RoutingConfig& routing;
  std::span<const BackendOption> backends;  // in the order of the configuration
  double score = 0;                         // difficulty(); ignored unless the model is auto
  std::string_view conversation_backend;    // where an earlier turn ran; empty = nowhere
  // What the request can cost there at worst; nothing when the model has no price.
  // Asked only when a rule has a max_cost; empty = nothing is known.
  std::function<std::optional<NanoUsd>(std::size_t backend, std::string_view model)> worst_cost =
      {};
};

struct Candidate {
  std::size_t backend = 0;  // index into DecisionInput::backends
  std::string_view model;   // the name to ask this backend for (ModelAlias::upstream)
  std::string_view name;    // the same model as clients call it
  Reason reason = Reason::kEasy;
};

struct Decision {
  std::vector<Candidate> candidates;  // never empty
  Reason reason = Reason::kEasy;      // of the first candidate
  double score = 0;
  double propensity = 1;   // probability with which this arm was chosen
  std::string_view field;  // kCapability: the request's field that the local model lacks
};

// True for a model that needs difficulty(): auto, or no name with default auto.
bool needs_score(const ChatRequest& request, const RoutingConfig& routing);

// kNotFound (detail "model_not_found") for a name nobody has, kForbidden for one
// the team may not use or that policy keeps from leaving, kUnsupportedParameter
// or kContextTooLong when no allowed backend fits, kForbidden ("max_cost_exceeded")
// when only a rule's max_cost is in the way, kUnavailable when a local-only request
// has no local model, kOverloaded when all that fit are down.
//
// A context fits when the prompt and one token do: an answer that then ends at
// the limit says so with finish_reason "length".
Result<Decision> decide(const DecisionInput& input);

}  // namespace weir
