#include "local_backend/local_model.h"

#include <chrono>
#include <filesystem>
#include <new>
#include <utility>

#include "local_backend/mini/embedded_model.h"

namespace weir {

Result<LocalModel> open_local_model(const LocalBackendOptions& options) {
  const SteadyTime begin = std::chrono::steady_clock::now();
  auto file = open_model_file(options.model_path);
  if (!file) return file.error();
  auto model = Model::load(*file, {options.arithmetic, options.engine.context_tokens,
                                   options.kv_types, options.kv_layers});
  if (!model) return model.error();
  auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return tokenizer.error();
  return LocalModel{std::move(*file), std::move(*model), std::move(*tokenizer), begin};
}

void read_weights(const LocalModel& model, const LocalBackendOptions& options,
                  const WatchLoad& watch) {
  LoadProgress progress;
  progress.total = options.pack_weights ? model.model->packed_bytes() : 0;
  if (progress.total == 0 || progress.total > usable_memory()) {
    if (watch) prefetch(model.file->pieces(), watch);
    return;
  }
  try {
    kernels::WorkerPool pool(kernels::WorkerPool::threads_for(options.engine.threads));
    model.model->pack(pool, [&](std::uint64_t bytes) {
      progress.done += bytes;
      return !watch || watch(progress);
    });
    release(model.file->pieces());
  } catch (const std::bad_alloc&) {
    return;
  }
}

LocalModelInfo info_of(const LocalBackendOptions& options, const LocalModel& model,
                       std::size_t context_tokens) {
  const GgufFile& file = *model.file;
  LocalModelInfo info;
  info.name = options.model_name;
  const auto own_name = file.find_string("general.name");
  if (info.name.empty() && own_name && *own_name) info.name = std::string(**own_name);
  if (info.name.empty()) info.name = std::filesystem::path(options.model_path).stem().string();
  info.architecture = model.model->spec().architecture;
  info.hash = file.fingerprint();
  info.fingerprint = "fp_" + info.hash;
  info.parameters = file.parameters();
  info.context_tokens = static_cast<std::int64_t>(context_tokens);
  info.load_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - model.opened_at).count();
  return info;
}

Error out_of_memory() {
  return {ErrorCode::kInvalidModel, "the model needs more memory than there is", "model_memory"};
}

}  // namespace weir
