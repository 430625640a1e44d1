// The `llama` architecture: Llama 1-3, Mistral 7B, TinyLlama and their likes.
//
// Pre-norm attention and SwiGLU, adjacent RoPE pairs, grouped queries, optional
// biases, optional rope_freqs, linear or YaRN scaling. No mixture of experts.
#pragma once

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model_spec.h"

namespace weir {

Result<ModelSpec> read_llama_spec(const GgufFile& file);

}  // namespace weir
