// Where a provider's key comes from: never from the configuration itself.
#pragma once

#include <string_view>

#include "core/disk.h"
#include "core/result.h"
#include "core/secret.h"
#include "router/config.h"

namespace weir {

// "env:NAME", or "file:PATH" of a file that only its owner can read. Line ends
// behind the key are dropped. The error (kInvalidConfig) names the variable or
// the path and holds nothing else of `source`, which may be a pasted key.
// Its detail is kUnreadableSecret if `source` has the right form.
inline constexpr std::string_view kUnreadableSecret = "unreadable_secret";
Result<Secret> read_secret(std::string_view source, const EnvLookup& environment, Disk& disk);

}  // namespace weir
