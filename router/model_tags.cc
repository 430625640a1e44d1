#include "router/model_tags.h"

#include <algorithm>
#include <span>

#include "router/config_check.h"
#include "router/options.h"

namespace weir {
namespace {

constexpr std::string_view kLatest = ":latest";

// The name of a model for which `matches` holds, as the configuration writes it; else empty.
template <typename Matches>
std::string_view find_name(const Snapshot& snapshot, const Matches& matches) {
  for (const ServedBackend& served : snapshot.backends) {
    const std::span<const ModelAlias> models =
        served.config != nullptr ? served.config->models : served.local_models;
    for (const ModelAlias& model : models) {
      if (matches(served.backend->name(), model.name)) return model.name;
    }
  }
  for (const std::unique_ptr<OnDemandModel>& model : snapshot.local_models) {
    if (matches(kLocalBackend, model->model_name())) return model->model_name();
  }
  return {};
}

bool knows(const Snapshot& snapshot, std::string_view name) {
  const auto is_it = [&](std::string_view backend, std::string_view model) {
    return name == model || is_pair(name, backend, model);
  };
  return is_virtual_model(name) || !find_name(snapshot, is_it).empty();
}

}  // namespace

std::string_view name_of_tag(const Snapshot& snapshot, std::string_view name) {
  if (name.empty() || knows(snapshot, name)) return name;
  if (name.ends_with(kLatest)) {
    const std::string_view bare = name.substr(0, name.size() - kLatest.size());
    return knows(snapshot, bare) ? bare : name;
  }
  const std::string_view latest =
      find_name(snapshot, [&](std::string_view, std::string_view model) {
        return model.starts_with(name) && model.substr(name.size()) == kLatest;
      });
  return latest.empty() ? name : latest;
}

}  // namespace weir
