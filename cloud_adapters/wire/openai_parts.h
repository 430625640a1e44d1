// The pieces the OpenAI chat codec is made of, one .cc file each. Only
// openai_chat.cc and the pieces include this.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_fields.h"

namespace weir::openai {

// openai_request.cc
Result<ChatRequest> parse_request(std::string body);

// openai_request_messages.cc
struct MessagesOut {
  std::vector<Message>* messages;
  std::deque<std::string>* made;  // keeps extras that were put together
  Error* error;
};
// False with *error set if one is not as it must be.
bool read_messages(JsonValue value, RawText raw, const JsonPath& path, MessagesOut out);

// openai_request_writer.cc
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options);

// openai_spans.cc
// `object` is the parsed form of `body`.
OriginalSpans find_spans(simdjson::dom::object object, std::string_view body);

// openai_response.cc
Result<ParsedResponse> parse_response(std::string_view body);
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth);
Error parse_error(UpstreamRefusal refusal);
// Disjoint buckets; nothing if a count is missing, negative or absurd.
std::optional<Usage> parse_usage(JsonValue usage);
FinishReason parse_finish(std::string_view word);

// openai_logprobs.cc
// The entries of `content`, put behind those that *entries already has.
void append_logprobs(std::span<const TokenReport> reports, std::string* entries);
// The value of `logprobs`: null without entries.
void append_logprobs_value(std::string_view entries, std::string* out);

// openai_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options);
std::string write_error(const Error& error);
std::string write_token_count(std::int64_t tokens);
std::string write_model_list(const std::vector<ModelEntry>& models);
std::string write_model(const ModelEntry& model);

}  // namespace weir::openai
