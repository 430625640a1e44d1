// What one request can cost at a backend at its worst: what is reserved before a
// byte leaves, and what a rule's max_cost_usd is held against. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/chat.h"
#include "core/money.h"
#include "router/snapshot.h"

namespace weir {

// Every byte of the body as an input token, and the longest answer that the request
// or the model's listing allows. Nothing for a model without a price.
std::optional<NanoUsd> worst_cost(const Snapshot& snapshot, const ServedBackend& served,
                                  const ChatRequest& request, std::string_view model);

}  // namespace weir
