// weir-mini, the model inside this program.
//
// Wherever a GGUF file is named, the word "weir-mini" names it; a file of that very name is
// "./weir-mini". Built with WEIR_EMBED_MODEL=OFF there is none.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"

namespace weir {

inline constexpr std::string_view kEmbeddedModel = "weir-mini";

// The GGUF file, read-only and aligned to 64 bytes; empty if there is none.
std::span<const std::byte> embedded_model();

// The embedded model, whose weights are used where they lie, or the file at a path.
// kNotFound or kInvalidModel with one sentence that says why.
Result<std::shared_ptr<const GgufFile>> open_model_file(const std::string& model);

}  // namespace weir
