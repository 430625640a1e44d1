// How a model's maker would have its answers drawn.
#pragma once

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/sampler.h"

namespace weir {

// The file's `general.sampling.*`, else SamplingParams'. What is out of range counts as the nearest
// value that is in it: a top_k of -1 is 0, which is off. kInvalidModel, naming the key, for what is
// no number.
Result<SamplingParams> default_sampling(const GgufFile& file);

}  // namespace weir
