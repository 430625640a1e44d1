#include "local_backend/model/architecture.h"

#include <array>
#include <string>

#include "local_backend/gguf/printable.h"
#include "local_backend/model/architectures/spec_readers.h"

namespace weir {

std::span<const Architecture> architectures() {
  static constexpr std::array kAll = {
      Architecture{"llama", read_llama_spec},
      Architecture{"mistral3", read_mistral3_spec},
      Architecture{"qwen2", read_qwen2_spec},
      Architecture{"qwen3", read_qwen3_spec},
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
