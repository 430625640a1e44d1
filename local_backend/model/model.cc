#include "local_backend/model/model.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "local_backend/model/architecture.h"
#include "local_backend/model/key_bias.h"

namespace weir {
namespace {

// Contexts are rounded up to this before they are called long, as in the engine that
// people compare with (llama.cpp): the same file and setting give the same model.
constexpr std::size_t kContextUnit = 256;

// Of what all blocks remember beside keys and values. Above all that exists; a small
// file must not ask for more.
constexpr std::size_t kMaxRecurrentFloats = std::size_t{1} << 28;

// Where each sequence begins in the batch, and for each token where its own ends.
void find_runs(const Batch& batch, Workspace* work) {
  work->runs.clear();
  for (std::size_t t = 0; t < batch.size(); ++t) {
    if (t == 0 || batch.sequences[t] != batch.sequences[t - 1]) work->runs.push_back(t);
  }
  work->runs.push_back(batch.size());
  work->ends.resize(batch.size());
  for (std::size_t r = 0; r + 1 < work->runs.size(); ++r) {
    const std::size_t end = batch.positions[work->runs[r + 1] - 1] + 1;
    std::fill(work->ends.begin() + static_cast<std::ptrdiff_t>(work->runs[r]),
              work->ends.begin() + static_cast<std::ptrdiff_t>(work->runs[r + 1]), end);
  }
}

std::optional<Error> check_layers(const ModelSpec& spec, const ModelOptions& options) {
  for (const LayerKvTypes& own : options.kv_layers) {
    if (own.layer < spec.layers.size()) continue;
    return Error{ErrorCode::kInvalidConfig,
                 "kv_type_layers names layer " + std::to_string(own.layer) +
                     ", but the model's go from 0 to " + std::to_string(spec.layers.size() - 1)};
  }
  return std::nullopt;
}

std::vector<KvTypes> kv_types_of_layers(const ModelSpec& spec, const ModelOptions& options) {
  // Texts for vectors are short, and gone at once: what they keep need not be small.
  if (spec.pooling != Pooling::kNone) return std::vector<KvTypes>(spec.layers.size());
  std::vector<KvTypes> types(spec.layers.size(), options.kv_types);
  for (const LayerKvTypes& own : options.kv_layers) types[own.layer] = own.types;
  return types;
}

}  // namespace

Result<std::shared_ptr<Model>> Model::load(std::shared_ptr<const GgufFile> file,
                                           ModelOptions options) {
  auto spec = read_model_spec(*file);
  if (!spec) return spec.error();
  return build(std::move(file), std::move(*spec), options);
}

Result<std::shared_ptr<Model>> Model::build(std::shared_ptr<const GgufFile> file, ModelSpec spec,
                                            ModelOptions options) {
  std::shared_ptr<Model> model(new Model(std::move(file), std::move(spec)));
  if (auto error = model->load_tensors(options)) return *error;
  return model;
}

std::optional<Error> Model::load_tensors(const ModelOptions& options) {
  if (auto error = check_layers(spec_, options)) return error;
  TensorSource tensors(*file_, options.arithmetic);
  embedding_ = tensors.matrix("token_embd.weight", {spec_.vocabulary, spec_.embedding});
  head_ = OutputHead(spec_, tensors, embedding_);
  if (auto error = load_ropes(tensors, options.context_tokens)) return error;
  const std::vector<KvTypes> kv_types = kv_types_of_layers(spec_, options);
  check_key_biases(spec_, kv_types, tensors);
  for (const LayerSpec& layer : spec_.layers) {
    const BlockContext context{spec_, tensors, layout_, kv_types[layers_.size()]};
    auto& blocks = layers_.emplace_back();
    for (const BlockSpec& block : layer.blocks) {
      blocks.push_back(
          std::visit([&](const auto& kind) { return make_block(kind, context); }, block));
    }
    if (tensors.error()) return tensors.error();
  }
  if (layout_.recurrent_floats() > kMaxRecurrentFloats) {
    return Error{ErrorCode::kInvalidModel, "the state of a sequence would be too large",
                 "model_metadata"};
  }
  panels_ = tensors.take_panels();
  tensors.require_all_taken(spec_.unused_tensors);
  return tensors.error();
}

std::optional<Error> Model::load_ropes(TensorSource& tensors, std::size_t context_tokens) {
  const std::size_t asked = context_tokens == 0 ? spec_.context_tokens : context_tokens;
  const std::size_t context = (asked + kContextUnit - 1) / kContextUnit * kContextUnit;
  for (const RopeSpec& rope : spec_.ropes) {
    auto factors = tensors.optional_vector(rope.factors_tensor, rope.dims / 2);
    const auto others = tensors.optional_vector(rope.long_factors_tensor, rope.dims / 2);
    const bool is_long = static_cast<double>(context) > rope.original_context;
    if (is_long && !others.empty()) factors = others;
    const bool usable = std::all_of(factors.begin(), factors.end(),
                                    [](float f) { return std::isfinite(f) && f > 0; });
    if (!usable) tensors.fail(rope.factors_tensor, "has a factor that is not positive");
    if (tensors.error()) return tensors.error();
    ropes_.emplace_back(rope, factors);
  }
  return std::nullopt;
}

void Model::pack(kernels::WorkerPool& pool, const std::function<bool(std::uint64_t bytes)>& watch) {
  kernels::HugeMemory memory;
  for (const auto& panels : panels_) {
    if (!panels->packed()) panels->pack(memory, pool);
    if (!watch(panels->bytes())) return;
  }
}

std::uint64_t Model::packed_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& panels : panels_) bytes += panels->bytes();
  return bytes;
}

bool Model::forward(const Batch& batch, ComputeContext compute, const std::function<bool()>& stop,
                    ForwardOutput* out) const {
  ForwardPass pass{compute.kernels, compute.pool,         batch,       ropes_,
                   spec_.embedding, spec_.residual_scale, compute.work};
  out->logits.clear();
  embed(pass);
  for (const auto& layer : layers_) {
    if (stop()) return false;
    for (const auto& block : layer) block->forward(pass);
  }
  return !stop() && head_.forward(pass, stop, out);
}

void Model::embed(ForwardPass& pass) const {
  const Batch& batch = pass.batch;
  Workspace& work = pass.work;
  find_runs(batch, &work);
  work.residual.resize(batch.size() * spec_.embedding);
  for (std::size_t t = 0; t < batch.size(); ++t) {
    embedding_.unpack_row(pass.kernels, static_cast<std::size_t>(batch.tokens[t]),
                          work.residual.data() + t * spec_.embedding);
  }
  if (spec_.embedding_scale != 1) {
    for (float& value : work.residual) value *= spec_.embedding_scale;
  }
  work.angles.resize(ropes_.size());
  for (std::size_t r = 0; r < ropes_.size(); ++r) {
    const std::size_t pairs = ropes_[r].pairs();
    work.angles[r].cosine.resize(batch.size() * pairs);
    work.angles[r].sine.resize(batch.size() * pairs);
    for (std::size_t t = 0; t < batch.size(); ++t) {
      ropes_[r].angles(batch.positions[t], work.angles[r].cosine.data() + t * pairs,
                       work.angles[r].sine.data() + t * pairs);
    }
  }
}

}  // namespace weir
