// The pieces the OpenAI Responses codec is made of, one .cc file each. Only
// openai_responses.cc and the pieces include this.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_fields.h"

namespace weir::responses {

// responses_request.cc
Result<ChatRequest> parse_request(std::string body);
// Where model, max_output_tokens (as max_completion_tokens) and the first member stand.
OriginalSpans find_spans(simdjson::dom::object object, std::string_view body);

// responses_request_items.cc
struct ItemsOut {
  const std::vector<Tool>* tools;  // those of the request: calls name them
  std::vector<Message>* messages;
  std::deque<std::string>* made;  // keeps texts that were put together
  Error* error;
};
// The value of `input`. False with *error set if an item is not as it must be.
bool read_input(JsonValue value, RawText raw, const JsonPath& path, ItemsOut out);

// responses_request_tools.cc
struct ToolsOut {
  std::vector<Tool>* tools;
  std::deque<std::string>* made;
  Error* error;
};
// The value of `tools`. Tools in a namespace get names that no other tool has.
bool read_tools(JsonValue value, RawText raw, const JsonPath& path, ToolsOut out);

// responses_request_writer.cc
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options);

// responses_response.cc
Result<ParsedResponse> parse_response(std::string_view body);
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth);
Error parse_error(UpstreamRefusal refusal);

// responses_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options);

}  // namespace weir::responses
