#include "router/body_log.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "metrics/app_log.h"
#include "router/receipts.h"
#include "router/version.h"

namespace weir {
namespace {

std::string facts_of(const LedgerRow& row, const Config& config) {
  nlohmann::ordered_json facts = {{"program", kVersion},
                                  {"unix_ms", row.unix_ms},
                                  {"route", to_string(row.route)},
                                  {"reason", to_string(row.reason)},
                                  {"dialect", to_string(row.dialect)},
                                  {"requested_model", row.requested_model},
                                  {"model", row.model},
                                  {"status", row.http_status}};
  if (row.route == Route::kLocal) {
    facts["model_hash"] = row.model_hash;
    if (row.seed) facts["seed"] = *row.seed;
    facts["settings"] = answer_settings(config.local, row.model);
  }
  return facts.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string bodies_path_of(const Config& config) { return config.state_dir + "/bodies.db"; }

std::unique_ptr<BodyStore> make_body_store(const Config& config) {
  BodyStoreOptions options;
  options.path = bodies_path_of(config);
  options.retention_days = config.bodies.retention_days;
  options.max_bytes = static_cast<std::uint64_t>(config.bodies.max_mb) << 20;
  options.queue_bytes = static_cast<std::size_t>(config.bodies.queue_mb) << 20;
  options.on_trouble = [](const std::string& what) { log_error("bodies: " + what); };
  return std::make_unique<BodyStore>(std::move(options));
}

void use_teams(BodyStore& store, const Config& config) {
  std::vector<std::string> teams;
  for (const Team& team : config.teams) {
    if (team.log_bodies) teams.push_back(team.name);
  }
  store.use(std::move(teams));
}

std::map<std::string, std::string> answer_settings(const LocalConfig& local,
                                                   std::string_view model) {
  std::int64_t context = local.context_tokens;
  std::int64_t output = local.max_output_tokens;
  for (const LocalModelConfig& each : local.models) {
    if (each.name != model) continue;
    context = each.context_tokens;
    output = each.max_output_tokens;
  }
  return {{"kernels", kernels_of(local, model)},
          {"context_tokens", std::to_string(context)},
          {"max_output_tokens", std::to_string(output)},
          {"normalise", local.normalise ? "true" : "false"},
          {"constrain_calls", local.constrain_calls ? "true" : "false"}};
}

void log_body(BodyStore* store, const LedgerRow& row, const Config& config, AnswerGate& gate) {
  if (store == nullptr || !gate.request().kept() || !gate.answer().kept()) return;
  LoggedBody body;
  body.id = row.id;
  body.team = row.team;
  body.request = gate.request().take_kept();
  body.answer = gate.answer().take_kept();
  body.stream = row.stream;
  body.facts = facts_of(row, config);
  store->add(std::move(body));
}

void BodyCounts::show(const BodyStore& store, Metrics& metrics) {
  const BodyStats now = store.stats();
  metrics.count(Counter::kBodies, increase(now.written, counted_.written));
  metrics.count(Counter::kBodiesDropped, increase(now.dropped, counted_.dropped));
  metrics.count(Counter::kBodiesFailed, increase(now.failed, counted_.failed));
  metrics.count(Counter::kBodiesDeleted, increase(now.deleted, counted_.deleted));
  counted_ = now;
}

}  // namespace weir
