// The pieces the Anthropic Messages codec is made of. Only they include this.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/answer_errors.h"
#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir::anthropic {

// What a reader of a request fills.
struct RequestOut {
  ChatRequest* request;
  std::deque<std::string>* made;  // keeps text that was put together
  Error* error;                   // set where a reader returns false
};

// What a writer of a request appends to.
struct RequestIn {
  const ChatRequest& request;
  std::string* out;
  Losses* lost;

  bool same_dialect() const { return request.dialect == Dialect::kAnthropic; }
};

// anthropic_request.cc
Result<ChatRequest> parse_request(std::string body, const RequestPath& path);
Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                    const RequestOptions& options);

// anthropic_request_messages.cc
// The system prompt becomes the first message, wherever it stands in the body.
bool read_system(JsonValue value, RawText raw, const JsonPath& path, RequestOut out);
bool read_messages(JsonValue value, RawText raw, const JsonPath& path, RequestOut out);

// anthropic_tools.cc
bool read_tools(JsonValue value, RawText raw, const JsonPath& path, RequestOut out);
// A form that nobody knows is an unknown member.
bool read_tool_choice(JsonValue value, const JsonPath& path, RequestOut out);
// After all members: who must call a tool needs one.
bool check_tool_choice(RequestOut out);
// The tools, which of them to call and whether several at a time.
void write_tools(const RequestIn& in, JsonObject* body);

// anthropic_request_writer.cc
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options);

// anthropic_request_turns.cc
// The system prompt and the turns. kUnsupportedParameter for a part that has no form here.
Result<void> write_conversation(const RequestIn& in, JsonObject* body);

// anthropic_thoughts.cc
// Whether another model had this thought, so that the API would refuse it.
bool is_foreign_thought(const RequestIn& in, const ReasoningPart& thought);
// Whether the model waits for results of tools and no thought stands before its calls, as the
// API wants of a model that thinks.
bool lacks_thought(const RequestIn& in);

// anthropic_response.cc
Result<ParsedResponse> parse_response(std::string_view body);
Error parse_error(UpstreamRefusal refusal);
// Of an error that an answer of status 200 holds.
Error error_in_answer(std::string_view data);
StreamEvent event_of(EventKind kind);
FinishReason parse_stop(std::string_view word);
// A kOther for content that only this dialect has.
void add_other(std::string_view name, std::int32_t index, std::vector<StreamEvent>* events);
// What a block says as it stands there. The arguments of a call are not among it.
void add_block(simdjson::dom::object block, std::int32_t index, std::vector<StreamEvent>* events);
// The text of the member "input" of a block, or "{}".
std::string_view input_of(simdjson::dom::object block, RawText raw);

// anthropic_stream.cc
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth);

// anthropic_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options);
std::string write_error(const Error& error, std::string_view request_id);
std::string write_token_count(std::int64_t tokens);
std::string write_model_list(const std::vector<ModelEntry>& models);
std::string write_model(const ModelEntry& model);

}  // namespace weir::anthropic
