#include "router/local_model.h"

#include <filesystem>
#include <tuple>
#include <utility>

#include "router/progress_bar.h"

namespace weir {
namespace {

constexpr std::string_view kBackendName = "local";
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

auto identity_of(const LocalConfig& config) {
  return std::tie(config.model, config.name, config.context_tokens, config.slots, config.threads,
                  config.max_queue, config.kv_cache_mb, config.max_output_tokens);
}

}  // namespace

Result<std::shared_ptr<LocalBackend>> load_local_model(const LocalConfig& config) {
  if (config.model.empty()) return std::shared_ptr<LocalBackend>();
  LocalBackendOptions options;
  options.name = kBackendName;
  options.model_path = config.model;
  options.model_name = config.name;
  options.engine.threads = static_cast<std::size_t>(config.threads);
  options.engine.context_tokens = static_cast<std::size_t>(config.context_tokens);
  options.engine.max_sequences = static_cast<std::size_t>(config.slots);
  options.engine.max_queued = static_cast<std::size_t>(config.max_queue);
  options.engine.kv_bytes = static_cast<std::size_t>(config.kv_cache_mb) * kMebibyte;
  options.max_output_tokens = config.max_output_tokens;
  options.watch_load = progress_bar(std::filesystem::path(config.model).filename().string());
  Result<std::unique_ptr<LocalBackend>> loaded = LocalBackend::load(std::move(options));
  if (!loaded) {
    return Error{loaded.error().code,
                 "[local] model " + config.model + ": " + loaded.error().message};
  }
  return std::shared_ptr<LocalBackend>(std::move(*loaded));
}

bool same_model(const LocalConfig& a, const LocalConfig& b) {
  return identity_of(a) == identity_of(b);
}

}  // namespace weir
