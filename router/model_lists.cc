#include "router/model_lists.h"

#include <vector>

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
  ModelEntry entry{.id = name, .owned_by = kOwner};
  if (const OnDemandModel* local = local_model(snapshot, name)) {
    entry.context_tokens = local->capabilities().context_tokens;
    entry.max_output_tokens = local->capabilities().max_output_tokens;
    entry.embeds = !local->may_answer();
  } else if (const BackendConfig* backend = backend_of(snapshot, name)) {
    entry.context_tokens = backend->context_tokens;
    entry.max_output_tokens = backend->max_output_tokens;
  }
  return entry;
}

std::vector<ModelEntry> entries(const ModelQuestion& question) {
  std::vector<ModelEntry> models;
  for (const std::string_view name : question.snapshot.model_names(question.ruling)) {
    models.push_back(entry_of(question.snapshot, name));
  }
  return models;
}

Result<std::string> one_model(const ModelQuestion& question) {
  for (const ModelEntry& model : entries(question)) {
    if (model.id == question.destination.model) return question.codec.write_model(model);
  }
  return Error{ErrorCode::kNotFound, "there is no model of this name", "model_not_found", "model"};
}

}  // namespace

Result<std::string> model_answer(const ModelQuestion& question) {
  switch (question.destination.endpoint) {
    case Endpoint::kModels: return question.codec.write_model_list(entries(question));
    case Endpoint::kModel: return one_model(question);
    default: return Error{ErrorCode::kNotImplemented, "this path is not served", "not_implemented"};
  }
}

}  // namespace weir
