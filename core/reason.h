// Why a request ran where it ran: one closed list, used in the x-weir-reason
// header, as a metric label, in the log and in the ledger.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

enum class Reason : std::uint8_t {
  kEasy,
  kHard,
  kCheaper,
  kLocalOnlyPolicy,
  kLocalOnlyHeader,
  kLocalOnlyKey,
  kOpaque,
  kLocalRequested,
  kCloudRequested,
  kModelRequested,
  kRule,
  kConversation,
  kCapability,
  kContextLength,
  kLowConfidence,
  kLocalFailed,
  kCloudFailed,
  kEscalationUnavailable,
  kBudgetSpent,
  kBudgetShortened,
  kLimitReached,
  kRepaired,
  kDelegated,
  kRefused,
  kInvalid,
};

struct ReasonInfo {
  Reason reason;
  std::string_view word;  // header spelling and metric label
  std::string_view text;  // one line of documentation
};

inline constexpr std::array kReasons = {
    ReasonInfo{Reason::kEasy, "easy", "auto: the score says the local model is good enough"},
    ReasonInfo{Reason::kHard, "hard", "auto: the score says a frontier model is needed"},
    ReasonInfo{Reason::kCheaper, "cheaper",
               "auto: what is outside costs less than the local model's time"},
    ReasonInfo{Reason::kLocalOnlyPolicy, "local-only-policy",
               "the team's privacy setting keeps it here"},
    ReasonInfo{Reason::kLocalOnlyHeader, "local-only-header",
               "x-weir-privacy: local_only was sent"},
    ReasonInfo{Reason::kLocalOnlyKey, "local-only-key", "the API key keeps it here"},
    ReasonInfo{Reason::kOpaque, "opaque",
               "it was to be redacted or asked in other words, and cannot be"},
    ReasonInfo{Reason::kLocalRequested, "local-requested", "the client asked for model local"},
    ReasonInfo{Reason::kCloudRequested, "cloud-requested", "the client asked for model cloud"},
    ReasonInfo{Reason::kModelRequested, "model-requested", "the client named a concrete model"},
    ReasonInfo{Reason::kRule, "rule", "a [[rule]] of the policy decided"},
    ReasonInfo{Reason::kConversation, "conversation",
               "an earlier turn of the conversation ran there"},
    ReasonInfo{Reason::kCapability, "capability",
               "the local model lacks a field that the request uses"},
    ReasonInfo{Reason::kContextLength, "context-length", "the prompt does not fit the local model"},
    ReasonInfo{Reason::kLowConfidence, "low-confidence",
               "the local model was unsure of its own answer"},
    ReasonInfo{Reason::kLocalFailed, "local-failed", "the local model failed, so it was escalated"},
    ReasonInfo{Reason::kCloudFailed, "cloud-failed",
               "the first backend failed before its first byte"},
    ReasonInfo{Reason::kEscalationUnavailable, "escalation-unavailable",
               "it would have been escalated, but no cloud backend is allowed or configured"},
    ReasonInfo{Reason::kBudgetSpent, "budget-spent",
               "the budget is spent, so the free local model answered"},
    ReasonInfo{Reason::kBudgetShortened, "budget-shortened",
               "the budget does not cover the longest answer, so max_completion_tokens was set to "
               "what it covers"},
    ReasonInfo{Reason::kLimitReached, "limit-reached",
               "a limit of the first model was reached, so another one answered"},
    ReasonInfo{Reason::kRepaired, "repaired",
               "what came was not the JSON that was asked for, and the local model put it right"},
    ReasonInfo{Reason::kDelegated, "delegated",
               "the local model asked it in other words and answered with what it said"},
    ReasonInfo{Reason::kRefused, "refused", "policy, key or limit refused the request"},
    ReasonInfo{Reason::kInvalid, "invalid", "the request could not be understood"},
};

constexpr std::string_view to_string(Reason reason) {
  return kReasons[static_cast<std::size_t>(reason)].word;
}

constexpr bool reasons_are_in_order() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return kReasons.size() == static_cast<std::size_t>(Reason::kInvalid) + 1;
}
static_assert(reasons_are_in_order());

}  // namespace weir
