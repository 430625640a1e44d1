// The pieces the Gemini codec is made of, one .cc file each. Only gemini.cc and the
// pieces include this.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_fields.h"

namespace weir::gemini {

// gemini_request.cc
Result<ChatRequest> parse_request(std::string body, const RequestPath& path);

// gemini_request_contents.cc
struct ContentsOut {
  std::vector<Message>* messages;
  std::deque<std::string>* made;  // keeps what was put together
  Error* error;
};
// False with *error set if one is not as it must be. A lone content may stand for a list.
bool read_contents(JsonValue value, RawText raw, const JsonPath& path, ContentsOut out);
// A content, or a string, as a message of the system.
bool read_system(JsonValue value, RawText raw, const JsonPath& path, ContentsOut out);

// gemini_request_writer.cc
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options);
// `body` with a limit of `answer_tokens` if it has none; else as it is.
std::string rewrite_request(std::string_view body, std::int64_t answer_tokens);

// gemini_request_contents_writer.cc
// Appends the members systemInstruction and contents, without braces. False with *error set
// for a part that cannot be said.
bool write_contents(const ChatRequest& request, std::string* out, Losses* lost, Error* error);

// gemini_response.cc
Result<ParsedResponse> parse_response(std::string_view body);
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth);
Error parse_error(UpstreamRefusal refusal);

// gemini_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options);

// gemini_lists.cc
std::string write_error(const Error& error);
std::string write_token_count(std::int64_t tokens);
std::string write_model_list(const std::vector<ModelEntry>& models);
std::string write_model(const ModelEntry& model);

}  // namespace weir::gemini
