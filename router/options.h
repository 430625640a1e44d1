// The places where a request could run, each judged: does it fit, and what would
// it probably cost?
//
// Pure. Hard constraints come first (policy, capability, context length, budget,
// health) and are never traded; the order among what fits is decide()'s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/backend.h"
#include "core/chat.h"
#include "core/money.h"
#include "metrics/price_table.h"
#include "policies/limit_book.h"
#include "policies/ruling.h"
#include "router/config.h"

namespace weir {

// A backend as the decision sees it. Views into the configuration snapshot. Each
// local model has an entry of class kLocal.
struct BackendOption {
  std::string_view name;
  BackendClass backend_class = BackendClass::kCloud;
  const Capabilities* capabilities = nullptr;
  std::span<const ModelAlias> models;
  std::string_view default_model;  // a name of `models`
  bool named_only = false;         // "auto", "local" and "cloud" do not mean it
  bool available = true;           // loaded; its breaker is closed
  std::int64_t prompt_tokens = 0;  // this prompt in this backend's tokens; 0 = unknown, not checked
  // Of the hard prompts, the share that it answers as well as a frontier model. The
  // local engine has 0: its share is what the score is about.
  double quality = 1;
  bool asked_first = false;  // a local one whose own signals say more than the score
  std::span<const Price* const> prices = {};  // one for each of `models`; null = unpriced
};

// How much there is to do, as far as it can be known before.
struct ExpectedWork {
  std::int64_t prompt_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t local_busy_us = 0;  // of the local engine, should it answer
  bool warm = false;  // the conversation's backend still has the prompt's beginning in its cache
};

struct DecisionInput {
  const Ruling& ruling;
  const ChatRequest& request;
  const RoutingConfig& routing;
  std::span<const BackendOption> backends;  // in the order of the configuration
  double score = 0;                         // difficulty(); ignored unless the model is auto
  std::string_view conversation_backend;    // where an earlier turn ran; empty = nowhere
  // What the request can cost there; nothing when the model has no price.
  // Asked only when a rule has a max_cost or there is a budget; empty = nothing is known.
  std::function<MoneyWish(std::size_t backend, std::string_view model)> cost_bounds = {};
  const LimitHold* limits = nullptr;  // what is left of budgets; null = there are none
  ExpectedWork work = {};
  NanoUsd local_usd_per_hour = {};
};

enum class Problem : std::uint8_t {
  kNone,
  kPolicy,       // privacy, a rule or the team's list of backends
  kModel,        // the team's list of models
  kUnsupported,  // a field of the request that it does not know
  kTooLong,      // the prompt does not fit its context
  kCost,         // above the max_cost_usd of the rule
  kBudget,       // above what is left of a budget
  kDown,         // not loaded, or its breaker is open
};
std::string_view to_string(Problem problem);

// One backend with the one model of it that would answer.
struct Option {
  std::size_t index = 0;                   // in DecisionInput::backends
  const BackendOption* backend = nullptr;  // null: a local model that should be there and is not
  const ModelAlias* model = nullptr;
  Problem problem = Problem::kNone;
  std::string_view field;           // kUnsupported: which
  std::optional<NanoUsd> expected;  // what it will probably cost; unset = unpriced
  // The part of `expected` that a warm conversation would not pay if it stayed where it is.
  NanoUsd switching;

  bool fits() const { return problem == Problem::kNone; }
  bool local() const { return backend->backend_class == BackendClass::kLocal; }
};
using Options = std::vector<Option>;

// The model that the client asked for, or the configured default.
std::string_view requested_model(const ChatRequest& request, const RoutingConfig& routing);

const ModelAlias* default_model_of(const BackendOption& backend);
// "backend/model".
bool is_pair(std::string_view text, std::string_view backend, std::string_view model);
const ModelAlias* find_model(const BackendOption& backend, std::string_view name);

// Judges one option and estimates its cost.
void judge(Option& option, const DecisionInput& input);

// Each backend for which `choose` finds a model, judged, in the order of the config.
template <class Choose>
Options options_of(const DecisionInput& input, Choose choose) {
  Options options;
  options.reserve(input.backends.size());
  for (std::size_t i = 0; i < input.backends.size(); ++i) {
    const BackendOption& backend = input.backends[i];
    const ModelAlias* model = choose(backend);
    if (model == nullptr) continue;
    Option& option = options.emplace_back();
    option.index = i;
    option.backend = &backend;
    option.model = model;
    judge(option, input);
  }
  return options;
}

bool any(const Options& options, Problem problem);

}  // namespace weir
