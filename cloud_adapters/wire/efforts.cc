#include "cloud_adapters/wire/efforts.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

struct EffortBudget {
  std::string_view effort;
  std::int64_t tokens;
};

constexpr std::int64_t kLowTokens = 1024;
constexpr std::int64_t kMediumTokens = 8192;
constexpr std::int64_t kHighTokens = 24576;
constexpr std::array<EffortBudget, 7> kEffortBudgets = {{{"none", 0},
                                                         {"minimal", kLowTokens},
                                                         {"low", kLowTokens},
                                                         {"medium", kMediumTokens},
                                                         {"high", kHighTokens},
                                                         {"xhigh", kHighTokens},
                                                         {"max", kHighTokens}}};

}  // namespace

std::optional<std::int64_t> budget_of_effort(std::string_view effort) {
  const auto found =
      std::find_if(kEffortBudgets.begin(), kEffortBudgets.end(),
                   [effort](const EffortBudget& known) { return known.effort == effort; });
  return found == kEffortBudgets.end() ? std::nullopt : std::optional(found->tokens);
}

std::string_view effort_of_budget(std::int64_t tokens) {
  if (tokens <= 0) return "none";
  if (tokens <= kLowTokens) return "low";
  return tokens <= kMediumTokens ? "medium" : "high";
}

}  // namespace weir
