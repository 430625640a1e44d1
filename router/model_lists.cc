#include "router/model_lists.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/ollama_models.h"
#include "metrics/sha256.h"
#include "router/model_tags.h"
#include "router/version.h"

namespace weir {
namespace {

constexpr std::string_view kOwner = "weir";

const OnDemandModel* local_model(const Snapshot& snapshot, std::string_view name) {
  for (const std::unique_ptr<OnDemandModel>& model : snapshot.local_models) {
    if (model->model_name() == name) return model.get();
  }
  return nullptr;
}

const BackendConfig* backend_of(const Snapshot& snapshot, std::string_view name) {
  for (const BackendConfig& backend : snapshot.config.backends) {
    for (const ModelAlias& model : backend.models) {
      if (model.name == name) return &backend;
    }
  }
  return nullptr;
}

ModelEntry entry_of(const Snapshot& snapshot, std::string_view name) {
  ModelEntry entry{.id = name, .owned_by = kOwner, .created_unix = snapshot.made_unix};
  std::string identity(name);
  if (const OnDemandModel* local = local_model(snapshot, name)) {
    entry.context_tokens = local->capabilities().context_tokens;
    entry.max_output_tokens = local->capabilities().max_output_tokens;
    entry.embeds = !local->may_answer();
    if (local->capabilities().tools) entry.capabilities = {"completion", "tools"};
    if (const auto facts = local->stored()->facts()) {
      entry.size_bytes = static_cast<std::int64_t>(facts->file_bytes);
      entry.parameter_count = static_cast<std::int64_t>(facts->info.parameters);
      entry.family = local->architecture();
      entry.quantization = facts->info.quantization;
      identity.append("\n").append(facts->info.hash);
    }
  } else if (const BackendConfig* backend = backend_of(snapshot, name)) {
    entry.context_tokens = backend->context_tokens;
    entry.max_output_tokens = backend->max_output_tokens;
  }
  entry.digest = sha256_hex(identity);
  return entry;
}

std::vector<ModelEntry> entries(const ModelQuestion& question) {
  std::vector<ModelEntry> models;
  for (const std::string_view name : question.snapshot.model_names(question.ruling)) {
    models.push_back(entry_of(question.snapshot, name));
  }
  return models;
}

Result<ModelEntry> find_model(const ModelQuestion& question, std::string_view name) {
  const std::string_view known = name_of_tag(question.snapshot, name);
  for (ModelEntry& model : entries(question)) {
    if (model.id == known) return std::move(model);
  }
  return Error{ErrorCode::kNotFound, "there is no model of this name", "model_not_found", "model"};
}

Result<std::string> one_model(const ModelQuestion& question) {
  const Result<ModelEntry> model = find_model(question, question.destination.model);
  if (!model) return model.error();
  return question.codec.write_model(*model);
}

// POST /api/show: {"model": NAME}, with older clients {"name": NAME}.
Result<std::string> show_model(const ModelQuestion& question) {
  const std::string body = question.exchange.take_body();
  const auto document = JsonDocument::parse(body);
  if (!document) return document.error();
  simdjson::dom::object root;
  Error error;
  if (!read_object((*document)->root(), JsonPath(), &root, &error)) return error;
  std::string_view name = string_member(root, "model");
  if (name.empty()) name = string_member(root, "name");
  if (name.empty()) return invalid_field(JsonPath() / "model", "must be a non-empty string");
  const Result<ModelEntry> model = find_model(question, name);
  if (!model) return model.error();
  return write_ollama_show(*model);
}

// Those in memory that may be used by who asks.
std::vector<LoadedModelEntry> running_models(const ModelQuestion& question) {
  std::vector<LoadedModelEntry> running;
  for (const std::unique_ptr<OnDemandModel>& model : question.snapshot.local_models) {
    const ModelReport report = model->report();
    if (report.state != ModelState::kReady || report.facts == nullptr) continue;
    if (!question.ruling.allows_model(BackendClass::kLocal, kLocalBackend, model->model_name())) {
      continue;
    }
    LoadedModelEntry& entry = running.emplace_back();
    entry.model = entry_of(question.snapshot, model->model_name());
    entry.memory_bytes = static_cast<std::int64_t>(report.facts->bytes());
    if (report.expires_in) {
      entry.expires_unix = (question.unix_ms + report.expires_in->count()) / 1'000;
    }
  }
  return running;
}

}  // namespace

Result<std::string> model_answer(const ModelQuestion& question) {
  switch (question.destination.endpoint) {
    case Endpoint::kModels: return question.codec.write_model_list(entries(question));
    case Endpoint::kModel: return one_model(question);
    case Endpoint::kShowModel: return show_model(question);
    case Endpoint::kRunning: return write_ollama_ps(running_models(question));
    case Endpoint::kVersion: return write_ollama_version(kVersion);
    default: return Error{ErrorCode::kNotImplemented, "this path is not served", "not_implemented"};
  }
}

}  // namespace weir
