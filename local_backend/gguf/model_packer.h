// A model file made of another one, its weights in other number formats.
//
// Keeps metadata, tensors and their order; several files become one. A tensor that has its format
// already is copied. Reads the source as it is mapped and works in some megabytes besides. The
// bytes written are the same for any number of threads and on any processor. For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/gguf/quant_recipe.h"

namespace weir {

struct PackModel {
  std::shared_ptr<const GgufFile> source;
  const QuantRecipe* recipe = nullptr;
  std::string path;  // of the new file; one that is there already is replaced
  std::size_t threads = 1;
  // Told of weights done and of all of them, again and again; false: stop.
  std::function<bool(std::uint64_t, std::uint64_t)> watch = [](auto, auto) { return true; };
};

struct PackedModel {
  std::uint64_t file_bytes = 0;
  std::vector<TensorChoice> choices;  // for each tensor
};

// The new file is there whole or not at all. kInvalidModel names the tensor and the weight that
// the format cannot hold (not finite, or too large); kStorage if the disk fails or is too full;
// kCancelled if `watch` said so.
Result<PackedModel> pack_model(const PackModel& job);

}  // namespace weir
