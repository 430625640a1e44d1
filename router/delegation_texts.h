// What is said when a request is delegated: to the local model, which writes a question without
// what is private, to the cloud, which answers it, and to the local model again, which answers the
// request with what the cloud said. After PAPILLON (Siyan et al. 2025, arXiv:2410.17127).
//
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/chat.h"
#include "core/result.h"
#include "policies/privacy/rewrite.h"
#include "router/confidence.h"
#include "router/text_sink.h"

namespace weir {

// Error::detail of a request that cannot be asked in other words.
inline constexpr std::string_view kDelegationFailed = "delegation_failed";
Error not_delegated(std::string_view why);

// Asks for the question. `redacted_body` is the request's body with aliases: nothing else is
// shown, so that no value can be copied, however it is spelled. A question of so many tokens at
// most.
Result<ChatRequest> question_request(const ChatRequest& request, std::string_view redacted_body,
                                     std::int64_t question_tokens);

// When a question is one that may be asked.
struct QuestionTerms {
  std::string_view declines;  // how the model begins an answer that says that it cannot
  ConfidenceWeights weights;
  double least_confidence = 0;   // at or below it the model is unsure; negative = never
  std::size_t copied_words = 0;  // in a row, as they stand in the request; 0 = any number
};

// What may be asked in place of `request`. kForbidden ("delegation_failed") if what the local
// model wrote breaks the terms or has a value of `redaction`, which outlives the rewrite.
Result<privacy::Rewrite> rewrite_of(const ChatRequest& request, const TextSink& written,
                                    const privacy::Redaction& redaction,
                                    const QuestionTerms& terms);

// The body, in Chat Completions, that asks `question` in place of `request`: with its limits and
// its streaming, and without its user, tools, formats and whatever else it has.
std::string delegated_body(const ChatRequest& request, std::string_view question);

// `request` with the question and what was said to it behind its last message.
Result<ChatRequest> merging_request(const ChatRequest& request, std::string_view question,
                                    std::string_view answer);

}  // namespace weir
