// How long a model that is loaded on demand stays in memory behind a request: the member
// `keep_alive` that clients of Ollama send, with its meaning there. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "core/result.h"

namespace weir {

struct KeepAlive {
  std::optional<std::chrono::milliseconds> span;  // 0: not at all; unset: without an end
};

// Of the member's value as JSON: a number of seconds, or a string with a duration ("5m",
// "1h30m", "1.5s", "500ms") or a number of seconds. A negative one has no end. What is
// neither is kInvalidRequest with the param "keep_alive".
Result<KeepAlive> parse_keep_alive(std::string_view json);

}  // namespace weir
