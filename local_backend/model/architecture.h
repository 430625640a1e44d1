// The architectures we run: one row each, and one file each that reads its spec.
#pragma once

#include <span>
#include <string_view>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model_spec.h"

namespace weir {

struct Architecture {
  std::string_view name;  // general.architecture
  // Every number is in range and fits the others, or kInvalidModel says which.
  Result<ModelSpec> (*read_spec)(const GgufFile& file);
};

std::span<const Architecture> architectures();

// The spec of a file, whatever its architecture; kInvalidModel for one we do not run.
Result<ModelSpec> read_model_spec(const GgufFile& file);

}  // namespace weir
