// How much a model is to think: the words that some dialects have for it, and the tokens that
// others count. One table for all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

// What an effort stands for where thoughts are counted; nothing for a word that is none.
std::optional<std::int64_t> budget_of_effort(std::string_view effort);
// The nearest effort: up to 1,024 tokens are low, up to 8,192 medium, more are high. None are none.
std::string_view effort_of_budget(std::int64_t tokens);

}  // namespace weir
