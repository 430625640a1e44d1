#include "local_backend/model/architecture.h"

#include <array>
#include <string>

#include "local_backend/gguf/printable.h"
#include "local_backend/model/llama.h"

namespace weir {

std::span<const Architecture> architectures() {
  static constexpr std::array kAll = {
      Architecture{"llama", read_llama_spec},
  };
  return kAll;
}

Result<ModelSpec> read_model_spec(const GgufFile& file) {
  const auto name = file.find_string("general.architecture");
  if (!name) return name.error();
  for (const Architecture& architecture : architectures()) {
    if (name->value_or("") == architecture.name) return architecture.read_spec(file);
  }
  return Error{ErrorCode::kInvalidModel,
               "architecture " + printable(name->value_or("")) + " is not supported",
               "model_architecture"};
}

}  // namespace weir
