#include "local_backend/model/architecture.h"

#include <array>
#include <string>

#include "local_backend/gguf/printable.h"
#include "local_backend/model/architectures/spec_readers.h"

namespace weir {

std::span<const Architecture> architectures() {
  static constexpr std::array kAll = {
      Architecture{"bert", read_bert_spec},
      Architecture{"cohere2", read_cohere2_spec},
      Architecture{"command-r", read_command_r_spec},
      Architecture{"deepseek2", read_deepseek2_spec},
      Architecture{"ernie4_5", read_ernie4_5_spec},
      Architecture{"gemma2", read_gemma2_spec},
      Architecture{"gemma3", read_gemma3_spec},
      Architecture{"gemma4", read_gemma4_spec},
      Architecture{"gemma-embedding", read_gemma_embedding_spec},
      Architecture{"glm4", read_glm4_spec},
      Architecture{"glm4moe", read_glm4moe_spec},
      Architecture{"gpt-oss", read_gpt_oss_spec},
      Architecture{"granite", read_granite_spec},
      Architecture{"granitemoe", read_granitemoe_spec},
      Architecture{"internlm2", read_internlm2_spec},
      Architecture{"lfm2", read_lfm2_spec},
      Architecture{"lfm2moe", read_lfm2moe_spec},
      Architecture{"llama", read_llama_spec},
      Architecture{"minimax-m2", read_minimax_m2_spec},
      Architecture{"mistral3", read_mistral3_spec},
      Architecture{"nomic-bert", read_nomic_bert_spec},
      Architecture{"olmo2", read_olmo2_spec},
      Architecture{"phi3", read_phi3_spec},
      Architecture{"qwen2", read_qwen2_spec},
      Architecture{"qwen2moe", read_qwen2moe_spec},
      Architecture{"qwen3", read_qwen3_spec},
      Architecture{"qwen35", read_qwen35_spec},
      Architecture{"qwen35moe", read_qwen35moe_spec},
      Architecture{"qwen3moe", read_qwen3moe_spec},
      Architecture{"qwen3next", read_qwen3next_spec},
      Architecture{"seed_oss", read_seed_oss_spec},
      Architecture{"smollm3", read_smollm3_spec},
      Architecture{"starcoder2", read_starcoder2_spec},
  };
  return kAll;
}

Result<ModelSpec> read_model_spec(const GgufFile& file) {
  const auto name = file.find_string("general.architecture");
  if (!name) return name.error();
  for (const Architecture& architecture : architectures()) {
    if (name->value_or("") == architecture.name) return architecture.read_spec(file);
  }
  std::string known;
  for (const Architecture& architecture : architectures()) {
    known += (known.empty() ? "" : ", ") + std::string(architecture.name);
  }
  const std::string what = *name ? "architecture " + printable(**name) + " is not supported"
                                 : "general.architecture is missing";
  return Error{ErrorCode::kInvalidModel, what + "; known: " + known, "model_unsupported"};
}

}  // namespace weir
