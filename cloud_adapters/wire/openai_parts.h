// The pieces the OpenAI chat codec is made of, one .cc file each. Codecs that share a
// form with it, such as errors and logprobs, include this, too.
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
#include "cloud_adapters/wire/json_writer.h"

namespace weir::openai {

// openai_request.cc
Result<ChatRequest> parse_request(std::string body);
Result<ChatRequest> parse_completion_request(std::string body);

// openai_request_messages.cc
// The type of the OtherPart that a call of neither a function nor a custom tool becomes.
inline constexpr std::string_view kForeignCall = "tool_call";
struct MessagesOut {
  std::vector<Message>* messages;
  std::deque<std::string>* made;  // keeps extras that were put together
  Error* error;
};
// False with *error set if one is not as it must be.
bool read_messages(JsonValue value, RawText raw, const JsonPath& path, MessagesOut out);

// The limit of an answer. OpenAI's reasoning models refuse the older name; some other servers
// know only it.
inline constexpr std::string_view kNewerLimit = "max_completion_tokens";
inline constexpr std::string_view kOlderLimit = "max_tokens";

// openai_request_writer.cc
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options);
// The members of choosing tokens that chat and completions share.
void write_choosing(const Sampling& sampling, JsonObject* body);
// The others: in this dialect's own requests they stand among the extras.
void write_biases(const Sampling& sampling, JsonObject* body);

// openai_message_writer.cc
// Appends the value of `messages`. What is left out goes to *lost; false with *error for
// what has no place and that the answer depends on.
bool write_messages(const ChatRequest& request, std::string* out, Losses* lost, Error* error);

// openai_spans.cc
// `object` is the parsed form of `body`. A limit by its older name alone counts as the newer.
OriginalSpans find_spans(simdjson::dom::object object, std::string_view body);
struct Edit {
  ByteSpan span;  // empty = insert
  std::string text;
};
// `body` with the edits made, whose spans do not overlap.
std::string apply_edits(std::string_view body, std::vector<Edit> edits);

// openai_response.cc
Result<ParsedResponse> parse_response(std::string_view body);
Error parse_error(UpstreamRefusal refusal);
// Disjoint buckets; nothing if a count is missing, negative or absurd.
std::optional<Usage> parse_usage(JsonValue usage);
FinishReason parse_finish(std::string_view word);
// True if usage, an error or a reason to finish has a value other than null in a chunk.
bool has_key_of_interest(std::string_view data);

// openai_stream.cc
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth);

// openai_logprobs.cc
// The entries of `content`, put behind those that *entries already has.
void append_logprobs(std::span<const TokenReport> reports, std::string* entries);
// The value of `logprobs`: null without entries.
void append_logprobs_value(std::string_view entries, std::string* out);

// openai_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options);
// The value of `finish_reason`, and the member `usage`.
void append_finish(std::string* out, FinishReason reason);
void write_usage(const Usage& usage, JsonObject* parent);

// openai_completions_answer.cc
std::unique_ptr<AnswerWriter> make_completion_writer(const AnswerOptions& options, bool stream);

// openai_lists.cc
std::string write_error(const Error& error);
std::string write_token_count(std::int64_t tokens);
std::string write_model_list(const std::vector<ModelEntry>& models);
std::string write_model(const ModelEntry& model);

}  // namespace weir::openai
