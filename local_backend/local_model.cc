#include "local_backend/local_model.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <new>
#include <utility>

#include "local_backend/draft_model.h"
#include "local_backend/kernels/tensor_type.h"
#include "local_backend/mini/embedded_model.h"

namespace weir {
namespace {

ModelOptions model_options(const LocalBackendOptions& options) {
  return {options.arithmetic, options.engine.context_tokens, options.kv_types, options.kv_layers};
}

Error of_draft(const LocalBackendOptions& options, const Error& error) {
  return {error.code, "the draft model " + options.draft_path + ": " + error.message, error.detail};
}

Result<std::shared_ptr<Model>> open_draft(const LocalModel& target,
                                          const LocalBackendOptions& options) {
  auto file = open_model_file(options.draft_path);
  if (!file) return of_draft(options, file.error());
  ModelOptions own = model_options(options);
  own.kv_layers.clear();
  auto model = Model::load(*file, own);
  if (!model) return of_draft(options, model.error());
  auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return of_draft(options, tokenizer.error());
  auto problem = draft_problem(*target.model, **model);
  if ((*model)->spec().vocabulary != (*tokenizer)->vocabulary().size()) {
    problem = Error{ErrorCode::kInvalidModel, "it and its tokenizer have different vocabularies"};
  }
  if (!problem) {
    problem = draft_problem(target.tokenizer->vocabulary(), (*tokenizer)->vocabulary());
  }
  if (problem) return of_draft(options, *problem);
  return std::move(*model);
}

void pack(Model& model, kernels::WorkerPool& pool, LoadProgress* progress, const WatchLoad& watch) {
  model.pack(pool, [&](std::uint64_t bytes) {
    progress->done += bytes;
    return !watch || watch(*progress);
  });
  release(model.file().pieces());
}

std::string_view most_common_type(const GgufFile& file) {
  std::array<std::uint64_t, kernels::kTensorTypes.size()> elements{};
  for (const GgufTensor& tensor : file.tensors()) {
    elements[kernels::index_of(tensor.type)] += tensor.elements;
  }
  const auto most = std::max_element(elements.begin(), elements.end()) - elements.begin();
  return kernels::kTensorTypes[static_cast<std::size_t>(most)].name;
}

}  // namespace

Result<LocalModel> open_local_model(const LocalBackendOptions& options) {
  const SteadyTime begin = std::chrono::steady_clock::now();
  auto file = open_model_file(options.model_path);
  if (!file) return file.error();
  auto model = Model::load(*file, model_options(options));
  if (!model) return model.error();
  auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) return tokenizer.error();
  LocalModel opened{std::move(*file), std::move(*model), std::move(*tokenizer), begin};
  if (options.draft_path.empty() || options.engine.speculate == Speculation::kNever) return opened;
  auto draft = open_draft(opened, options);
  if (!draft) return draft.error();
  opened.draft = std::move(*draft);
  return opened;
}

void read_weights(const LocalModel& model, const LocalBackendOptions& options,
                  const WatchLoad& watch) {
  LoadProgress progress;
  if (options.pack_weights) {
    progress.total = model.model->packed_bytes();
    if (model.draft != nullptr) progress.total += model.draft->packed_bytes();
  }
  if (progress.total == 0 || progress.total > usable_memory()) {
    if (watch) prefetch(model.file->pieces(), watch);
    return;
  }
  try {
    kernels::WorkerPool pool(kernels::WorkerPool::threads_for(options.engine.threads));
    pack(*model.model, pool, &progress, watch);
    if (model.draft != nullptr) pack(*model.draft, pool, &progress, watch);
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
  info.hash = options.hash_file ? options.hash_file(file) : file.fingerprint();
  info.fingerprint = "fp_" + file.fingerprint();
  info.parameters = file.parameters();
  info.quantization = most_common_type(file);
  info.context_tokens = static_cast<std::int64_t>(context_tokens);
  info.load_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - model.opened_at).count();
  return info;
}

Error out_of_memory() {
  return {ErrorCode::kInvalidModel, "the model needs more memory than there is", "model_memory"};
}

}  // namespace weir
