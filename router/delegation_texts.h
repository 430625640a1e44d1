// What is said when a request is delegated: to the local model, which writes a question without
// what is private, to the cloud, which answers it, and to the local model again, which answers the
// request with what the cloud said. After PAPILLON (Siyan et al. 2025, arXiv:2410.17127).
//
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/chat.h"
#include "core/result.h"

namespace weir {

// What a request says in other bytes of its dialect, such as the redacted ones.
Result<ChatRequest> read_again(const ChatRequest& request, std::string_view body);

// Asks for a question in place of the conversation in `shown`, of so many tokens at most.
ChatRequest question_request(const ChatRequest& shown, std::int64_t question_tokens);

// Asks whether a sentence asks for something: yes or no.
ChatRequest sentence_request(std::string_view sentence);

// The texts of the last message of the user.
std::string last_words_of(const ChatRequest& request);

// The body, in Chat Completions, that asks `question` in place of `request`: with its limits and
// its streaming, and without its user, tools, formats and whatever else it has.
std::string delegated_body(const ChatRequest& request, std::string_view question);

// `request` with the question and what was said to it behind its last message.
Result<ChatRequest> merging_request(const ChatRequest& request, std::string_view question,
                                    std::string_view answer);

}  // namespace weir
