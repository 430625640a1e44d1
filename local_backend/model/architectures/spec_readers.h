// One function an architecture, each in the file of its name. Only architecture.cc
// lists them.
#pragma once

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model_spec.h"

namespace weir {

Result<ModelSpec> read_bert_spec(const GgufFile& file);
Result<ModelSpec> read_cohere2_spec(const GgufFile& file);
Result<ModelSpec> read_command_r_spec(const GgufFile& file);
Result<ModelSpec> read_deepseek2_spec(const GgufFile& file);
Result<ModelSpec> read_ernie4_5_spec(const GgufFile& file);
Result<ModelSpec> read_gemma2_spec(const GgufFile& file);
Result<ModelSpec> read_gemma3_spec(const GgufFile& file);
Result<ModelSpec> read_gemma4_spec(const GgufFile& file);
Result<ModelSpec> read_gemma_embedding_spec(const GgufFile& file);
Result<ModelSpec> read_glm4_spec(const GgufFile& file);
Result<ModelSpec> read_glm4moe_spec(const GgufFile& file);
Result<ModelSpec> read_gpt_oss_spec(const GgufFile& file);
Result<ModelSpec> read_granite_spec(const GgufFile& file);
Result<ModelSpec> read_granitemoe_spec(const GgufFile& file);
Result<ModelSpec> read_internlm2_spec(const GgufFile& file);
Result<ModelSpec> read_lfm2_spec(const GgufFile& file);
Result<ModelSpec> read_lfm2moe_spec(const GgufFile& file);
Result<ModelSpec> read_llama_spec(const GgufFile& file);
Result<ModelSpec> read_minimax_m2_spec(const GgufFile& file);
Result<ModelSpec> read_mistral3_spec(const GgufFile& file);
Result<ModelSpec> read_nomic_bert_spec(const GgufFile& file);
Result<ModelSpec> read_olmo2_spec(const GgufFile& file);
Result<ModelSpec> read_phi3_spec(const GgufFile& file);
Result<ModelSpec> read_qwen2_spec(const GgufFile& file);
Result<ModelSpec> read_qwen2moe_spec(const GgufFile& file);
Result<ModelSpec> read_qwen3_spec(const GgufFile& file);
Result<ModelSpec> read_qwen35_spec(const GgufFile& file);
Result<ModelSpec> read_qwen35moe_spec(const GgufFile& file);
Result<ModelSpec> read_qwen3moe_spec(const GgufFile& file);
Result<ModelSpec> read_qwen3next_spec(const GgufFile& file);
Result<ModelSpec> read_seed_oss_spec(const GgufFile& file);
Result<ModelSpec> read_smollm3_spec(const GgufFile& file);
Result<ModelSpec> read_starcoder2_spec(const GgufFile& file);

}  // namespace weir
