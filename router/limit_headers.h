// How much of its limits a team has left, as clients of a dialect look for it.
#pragma once

#include "core/chat.h"
#include "policies/limit_book.h"
#include "router/http/exchange.h"

namespace weir {

// x-ratelimit-* as OpenAI has it, or anthropic-ratelimit-*: requests and tokens of a
// minute, of the limit with the least left. Nothing where there is no limit.
HeaderLines limit_headers(const LimitHold& hold, Dialect dialect, std::int64_t unix_ms);

}  // namespace weir
