// `weir models inspect`: all that a GGUF file says of itself, and what it takes to run it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "local_backend/gguf/gguf_file.h"

namespace weir::cli {

struct InspectOptions {
  std::string file;
  std::optional<std::uint64_t> context_tokens;  // unset: those that the model is made for
  bool json = false;
};

inline constexpr std::uint64_t kMaxInspectedTokens = 1 << 30;

// Also kDone for a model that does not run here; kFailed for what is no GGUF file.
int inspect(const InspectOptions& options);

// `file` may have been opened with Strangers::kList.
std::string inspection_text(const std::shared_ptr<const GgufFile>& file,
                            const InspectOptions& options);
std::string inspection_json(const std::shared_ptr<const GgufFile>& file,
                            const InspectOptions& options);

}  // namespace weir::cli
