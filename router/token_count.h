// How many tokens a prompt has, for clients that ask before they send it.
#pragma once

#include <cstdint>

#include "cloud_adapters/wire/codec.h"
#include "core/async.h"
#include "core/clock.h"
#include "core/result.h"
#include "router/http/exchange.h"
#include "router/snapshot.h"

namespace weir {

struct TokenCount {
  std::int64_t tokens = 0;
  bool exact = false;  // counted by the model's own tokenizer
};

// All of it outlives the answer.
struct TokenQuestion {
  const Snapshot& snapshot;
  const Identity& who;
  Exchange& exchange;
  const Clock& clock;
  const Codec& codec;  // of the client
  RequestPath path = {};
};

// At least 1, from the bytes of the text, tools included. Linear in the number of messages and
// tools.
std::int64_t estimated_tokens(const ChatRequest& request);

// Exact for a model of this process, and for "auto" and "local" when there is one; it is
// loaded for it. Else, and for bodies above 512 KiB, an estimate from the bytes of the text, tools
// included, because nothing leaves for such a question. Fails as Codec::parse_request(),
// rule_on_use() and LocalBackend::count_tokens() do.
Async<Result<TokenCount>> count_prompt_tokens(TokenQuestion question);

}  // namespace weir
