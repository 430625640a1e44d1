// The pieces the Ollama codecs are made of, one .cc file each. Only ollama.cc and the
// pieces include this.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_fields.h"

namespace weir::ollama {

// The two endpoints differ in where the question and the answer's text stand.
enum class Form : std::uint8_t { kChat, kGenerate };

inline Dialect dialect_of(Form form) {
  return form == Form::kChat ? Dialect::kOllama : Dialect::kOllamaGenerate;
}
inline bool is_own_dialect(Dialect dialect) {
  return dialect == Dialect::kOllama || dialect == Dialect::kOllamaGenerate;
}

// ollama_request.cc
Result<ChatRequest> parse_request(std::string body, Form form);

// ollama_request_messages.cc
struct MessagesOut {
  std::vector<Message>* messages;
  std::deque<std::string>* made;  // keeps ids and extras that were put together
  Error* error;
};
// False with *error set if one is not as it must be.
bool read_messages(JsonValue value, RawText raw, const JsonPath& path, MessagesOut out);
// Appends the images of a list of base64 texts, whose kinds their first bytes tell.
bool read_images(JsonValue value, const JsonPath& path, std::vector<Part>* parts, Error* error);

// ollama_request_writer.cc
Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options,
                                     Form form);

// ollama_message_writer.cc
struct MessageWriting {
  const ChatRequest* request;
  std::string* out;
  Losses* lost;
  Error* error;
};
// Appends the elements of `messages`, or for generate the members that stand for them. False
// with *error set if one cannot be said.
bool write_messages(const MessageWriting& writing);
bool write_prompt(const MessageWriting& writing, bool raw);

// ollama_rewrite.cc
Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                    const RequestOptions& options);
// Where the value of `model` stands in `body`, of which `object` is the parsed form.
ByteSpan find_model(simdjson::dom::object object, std::string_view body);

// ollama_response.cc
Result<ParsedResponse> parse_response(std::string_view body, Form form);
std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth, Form form);
Error parse_error(UpstreamRefusal refusal, Form form);

// ollama_answer.cc
std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options, Form form);
std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options, Form form);
std::string write_error(const Error& error);

}  // namespace weir::ollama
