// A language model that was loaded from a GGUF file: spec, weights, forward().
//
// Immutable and thread-safe once it is packed, or used; holds the file, whose mapped bytes it
// uses in place where they are not packed. What changes (sequences, workspace) comes in through
// forward().
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/block.h"
#include "local_backend/model/model_spec.h"
#include "local_backend/model/output_head.h"

namespace weir {

// Who computes: chosen once per engine.
struct ComputeContext {
  const kernels::Kernels& kernels;
  kernels::WorkerPool& pool;
  Workspace& work;
};

struct ModelOptions {
  kernels::Arithmetic arithmetic = kernels::Arithmetic::kInt8;  // of its quantised matrices
  // Of a sequence, for ropes that differ by it; 0: as the file says.
  std::size_t context_tokens = 0;
  KvTypes kv_types = {};
  // Those that differ. kInvalidConfig if the model has no such layer.
  std::vector<LayerKvTypes> kv_layers = {};
};

class Model {
 public:
  // Reads the spec that the file's architecture asks for, and its tensors. kInvalidModel
  // names the key or tensor at fault.
  static Result<std::shared_ptr<Model>> load(std::shared_ptr<const GgufFile> file,
                                             ModelOptions options = {});

  // The same with a spec from elsewhere.
  static Result<std::shared_ptr<Model>> build(std::shared_ptr<const GgufFile> file, ModelSpec spec,
                                              ModelOptions options = {});

  // Lays the weights out for fast products, in memory of their own; before the first forward().
  // Calls `watch` after every matrix; false from it leaves the others where they are. May throw
  // std::bad_alloc, and then too what is packed is packed.
  void pack(kernels::WorkerPool& pool, const std::function<bool(std::uint64_t bytes)>& watch);
  // What that takes.
  std::uint64_t packed_bytes() const;

  const ModelSpec& spec() const { return spec_; }
  const GgufFile& file() const { return *file_; }

  // What a SequenceState must hold for this model.
  const StateLayout& state_layout() const { return layout_; }

  // Runs the batch and sets *out to what its tokens want. Tokens, also those to be
  // scored, are in the vocabulary; the sequences are prepared for their positions.
  // The caller advances the sequences afterwards. Asks `stop` between layers; false
  // if it said yes, and then nothing of *out counts. May throw std::bad_alloc.
  bool forward(const Batch& batch, ComputeContext compute, const std::function<bool()>& stop,
               ForwardOutput* out) const;

 private:
  Model(std::shared_ptr<const GgufFile> file, ModelSpec spec)
      : file_(std::move(file)), spec_(std::move(spec)) {}

  std::optional<Error> load_tensors(const ModelOptions& options);
  std::optional<Error> load_ropes(TensorSource& tensors, std::size_t context_tokens);
  void embed(ForwardPass& pass) const;

  std::shared_ptr<const GgufFile> file_;
  ModelSpec spec_;
  StateLayout layout_;
  std::vector<RopeTable> ropes_;
  kernels::WeightMatrix embedding_;
  std::vector<std::vector<std::unique_ptr<Block>>> layers_;
  OutputHead head_;
  std::vector<std::shared_ptr<kernels::WeightPanels>> panels_;
};

}  // namespace weir
