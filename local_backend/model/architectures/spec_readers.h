// One function an architecture, each in the file of its name. Only architecture.cc
// lists them.
#pragma once

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model_spec.h"

namespace weir {

Result<ModelSpec> read_llama_spec(const GgufFile& file);
Result<ModelSpec> read_mistral3_spec(const GgufFile& file);
Result<ModelSpec> read_qwen2_spec(const GgufFile& file);
Result<ModelSpec> read_qwen3_spec(const GgufFile& file);

}  // namespace weir
