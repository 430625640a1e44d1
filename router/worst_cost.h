// What one request can cost at a backend at its worst: what is reserved before a
// byte leaves, and what a rule's max_cost_usd is held against. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/chat.h"
#include "core/money.h"
#include "policies/limit_book.h"
#include "router/snapshot.h"

namespace weir {

// A shorter answer is not worth its prompt.
inline constexpr std::int64_t kLeastAnswerTokens = 256;

// `most`: every byte of the body as an input token, or of an image what a provider makes of one at
// most, and the longest answer that the request or the model's listing allows. `least`: the same
// with an answer of kLeastAnswerTokens, where the client set no limit. Nothing for a model without
// a price.
MoneyWish cost_bounds(const Snapshot& snapshot, const ServedBackend& served,
                      const ChatRequest& request, std::string_view model);

// The same of a request for vectors, which has no answer in tokens.
MoneyWish embedding_bounds(const Snapshot& snapshot, const ServedBackend& served,
                           std::string_view model, std::size_t body_bytes);

// How long an answer may be so that the request cannot cost more than `money`, which is
// at least the `least` of its bounds.
std::int64_t answer_tokens_for(const Snapshot& snapshot, const ServedBackend& served,
                               const ChatRequest& request, std::string_view model, NanoUsd money);

}  // namespace weir
