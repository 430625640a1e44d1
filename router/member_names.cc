#include "router/member_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/json_fields.h"
#include "core/http1.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 27> kRead = {"model",
                                                    "models",
                                                    "fallbacks",
                                                    "messages",
                                                    "input",
                                                    "prompt",
                                                    "contents",
                                                    "system",
                                                    "instructions",
                                                    "tools",
                                                    "functions",
                                                    "mcp_servers",
                                                    "plugins",
                                                    "max_tokens",
                                                    "stream",
                                                    "max_completion_tokens",
                                                    "n",
                                                    "max_output_tokens",
                                                    "options",
                                                    "user",
                                                    "metadata",
                                                    "safety_identifier",
                                                    "format",
                                                    "response_format",
                                                    "num_predict",
                                                    "keep_alive",
                                                    "web_search_options"};
struct DearTier {
  std::string_view member;
  std::string_view value;
};
constexpr std::array<DearTier, 2> kDearTiers = {{{"service_tier", "priority"}, {"speed", "fast"}}};
constexpr std::array<std::string_view, 2> kFallbacks = {"models", "fallbacks"};

// The name that it is but for the case of its letters; empty if it is none, or exactly one.
std::string_view misspelled(std::string_view name) {
  if (std::find(kRead.begin(), kRead.end(), name) != kRead.end()) return {};
  const auto* found = std::find_if(kRead.begin(), kRead.end(), [name](std::string_view each) {
    return http1::equal_ignoring_case(each, name);
  });
  return found == kRead.end() ? std::string_view() : *found;
}

bool limits_models(const Identity& who, const Snapshot& snapshot) {
  const Config& config = snapshot.config;
  return !who.team->models.empty() || (who.key != nullptr && !who.key->models.empty()) ||
         std::any_of(config.rules.begin(), config.rules.end(),
                     [](const Rule& rule) { return !rule.models.empty(); }) ||
         std::any_of(config.limits.begin(), config.limits.end(),
                     [](const LimitRule& limit) { return limit.by_model(); });
}

// What a member of the body says; empty if it is no string.
std::string said_in(const ChatRequest& request, std::string_view member) {
  const auto document = JsonDocument::parse(request.original);
  simdjson::dom::object root;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) return {};
  return std::string(string_member(root, member));
}

}  // namespace

Result<void> check_spelling(const ChatRequest& request) {
  for (const std::string_view member : request.unknown_members) {
    const std::string_view meant = misspelled(member);
    if (meant.empty()) continue;
    return Error{ErrorCode::kInvalidRequest,
                 "'" + std::string(member) + "' is '" + std::string(meant) +
                     "' to some servers and nothing to others: write it in lower case.",
                 "json_case", std::string(member)};
  }
  return {};
}

Result<void> check_fallbacks(const ChatRequest& request, const Identity& who,
                             const Snapshot& snapshot, bool money) {
  for (const std::string_view member : request.unknown_members) {
    const bool is_list =
        std::find(kFallbacks.begin(), kFallbacks.end(), member) != kFallbacks.end();
    if (!is_list || (!money && !limits_models(who, snapshot))) continue;
    return Error{ErrorCode::kUnsupportedParameter,
                 "Models or money are limited here, and the models of '" + std::string(member) +
                     "' are not looked at: ask for one model.",
                 "unsupported_parameter", std::string(member)};
  }
  return {};
}

Result<void> check_tier(const ChatRequest& request, bool money) {
  for (const std::string_view member : request.unknown_members) {
    const auto found = std::find_if(kDearTiers.begin(), kDearTiers.end(),
                                    [&](const DearTier& tier) { return tier.member == member; });
    if (!money || found == kDearTiers.end()) continue;
    if (said_in(request, member) != found->value) continue;
    return Error{ErrorCode::kUnsupportedParameter,
                 "Money is limited here by list prices, and '" + std::string(member) + "': '" +
                     std::string(found->value) + "' costs more.",
                 "unsupported_parameter", std::string(member)};
  }
  return {};
}

}  // namespace weir
