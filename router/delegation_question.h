// How the local model makes a question of a request that is to be delegated.
//
// It sees the redacted request alone, so that no value can be copied, however it is spelled. Two
// forms: it writes a question of its own; or, which a small model can do as well, it says of each
// sentence of the last message whether it asks for something, and those that do are the question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/async.h"
#include "core/cancel.h"
#include "core/chat.h"
#include "core/event.h"
#include "core/result.h"
#include "policies/privacy/redaction.h"
#include "router/confidence.h"
#include "router/config.h"

namespace weir {

// Error::detail of a request that cannot be asked in other words.
inline constexpr std::string_view kDelegationFailed = "delegation_failed";
Error not_delegated(std::string_view why);

// Has the local model answer a request into the sink.
using AskLocal = std::function<Async<Result<void>>(const ChatRequest& request, EventSink& sink)>;

struct QuestionTerms {
  DelegationConfig config;
  std::string_view declines;  // how the model begins an answer that says that it cannot
  ConfidenceWeights weights;
  double least_confidence = 0;  // at or below it a written question is unsure; negative = never
};

// A longer message is not taken apart.
inline constexpr std::size_t kMostSentences = 32;

// The sentences of a text, and its lines, without blanks around them. Views.
std::vector<std::string_view> sentences_of(std::string_view text);

// The question. `redaction` is of `request`. kForbidden ("delegation_failed") if the model made
// none; whether one may leave, privacy::Rewrite says. All of it outlives the coroutine.
Async<Result<std::string>> make_question(const ChatRequest& request,
                                         const privacy::Redaction& redaction,
                                         const QuestionTerms& terms, CancelSignal& cancel,
                                         const AskLocal& ask);

}  // namespace weir
