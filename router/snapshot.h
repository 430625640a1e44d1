// Everything that a configuration file decides, built and checked as one piece.
//
// Immutable, so all I/O threads share one behind a shared_ptr; a reload builds
// another and swaps it, and a request keeps the one it began with. The local
// models are shared between snapshots, because loading one takes seconds.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/remote_backend.h"
#include "cloud_adapters/upstream/io_thread.h"
#include "core/backend.h"
#include "core/result.h"
#include "local_backend/model_store.h"
#include "metrics/price_table.h"
#include "policies/privacy/scanner.h"
#include "policies/ruling.h"
#include "policies/team.h"
#include "router/config.h"
#include "router/decision.h"
#include "router/on_demand_model.h"

namespace weir {

// A backend with what the gateway needs to know beside it.
struct ServedBackend {
  Backend* backend = nullptr;                 // owned by the snapshot
  const RemoteBackend* remote = nullptr;      // the same object when it is not local
  const BackendConfig* config = nullptr;      // null for a local model
  std::string provider;                       // gen_ai.provider.name
  const OnDemandModel* local = nullptr;       // the same object when it is local
  std::vector<ModelAlias> local_models = {};  // of a local one: its own name
  bool named_only = false;                    // as in BackendOption
  std::vector<const Price*> prices = {};      // one for each of config->models; null = unpriced
};

// How many tokens a prompt has in the vocabularies of 2026, guessed low.
std::int64_t guessed_prompt_tokens(const ChatRequest& request);

struct Snapshot {
  Config config;
  Teams teams;
  PriceTable prices;
  PrivacyScanner scanner;  // with the patterns of the configuration
  std::vector<std::unique_ptr<OnDemandModel>> local_models;  // as configured
  std::vector<std::unique_ptr<RemoteBackend>> remotes;
  std::vector<ServedBackend> backends;    // local models that answer, then as configured
  std::string policy_version;             // a hash of the configuration, for the ledger
  Guesses rule_guesses = Guesses::kNone;  // for the rules of the configuration
  std::int64_t made_unix = 0;             // seconds; what lists call the birth of its models

  // Adds a backend behind the others, with the prices of its models.
  void add(ServedBackend served);

  void add_local(std::unique_ptr<OnDemandModel> model);  // before the others

  // The backends as decide() sees them now, for this request. How many tokens a prompt
  // has elsewhere is only guessed, low; the local engine counts for itself.
  std::vector<BackendOption> options(const ChatRequest& request, SteadyTime now) const;

  // The model whose list price a local answer avoids.
  std::string_view baseline_model(const Team& team) const;
  // Its price, or null. The provider of the backend that lists the model decides.
  const Price* baseline_price(std::string_view model) const;

  // The local model that would answer to this name, or to "auto", "local" or none; null if
  // there is none.
  OnDemandModel* answering_model(std::string_view name) const;
  // The embedding model of that name, or the usual one for a word that stands for any
  // ("auto", "local", none); null if there is none.
  OnDemandModel* embedding_model(std::string_view name) const;
  bool embeds(std::string_view name) const;  // the name is that of an embedding model

  // What GET /v1/models shows: the names that may be asked for, virtual ones first.
  std::vector<std::string_view> model_names(const Ruling& ruling) const;
};

// `models` are those of `config.local`, as prepare_local_models() made them. `store` and
// `threads` outlive the snapshot. Fails with kInvalidConfig and the backend's name.
// Blocking.
Result<std::shared_ptr<const Snapshot>> make_snapshot(Config config, ModelStore& store,
                                                      const ModelStore::Models& models,
                                                      const std::vector<IoThread*>& threads);

}  // namespace weir
