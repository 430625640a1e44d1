// Any bytes as a request, an answer and an event of the Responses API: never a crash, and
// what is read can be written in every dialect and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/openai_responses.h"

namespace {

void check_request(std::string_view bytes) {
  const weir::Codec& codec = weir::openai_responses_codec();
  const auto request = codec.parse_request(std::string(bytes));
  if (!request) return;
  const auto forwarded =
      codec.rewrite_request(*request, request->original, {.model = "other", .answer_tokens = 7});
  if (!forwarded) std::abort();
  const auto again = codec.parse_request(*forwarded);
  if (!again || again->model != "other" || again->messages.size() != request->messages.size()) {
    std::abort();
  }
  for (const weir::Dialect dialect :
       {weir::Dialect::kOpenAiResponses, weir::Dialect::kOpenAiChat, weir::Dialect::kAnthropic,
        weir::Dialect::kGemini, weir::Dialect::kOllama}) {
    const weir::Codec* other = weir::find_codec(dialect);
    if (other == nullptr) continue;
    (void)other->write_request(*request, {.model = "other", .max_tokens = 9});
  }
}

void check_answer(std::string_view bytes) {
  const weir::Codec& codec = weir::openai_responses_codec();
  const auto response = codec.parse_response(bytes);
  if (response) {
    const auto stream = codec.stream_writer({.id = "x", .model = "m"});
    const auto body = codec.body_writer({.id = "x", .model = "m"});
    std::string out;
    for (const weir::StreamEvent& event : response->events) {
      if (!stream->write(event, &out) || !body->write(event, &out)) std::abort();
    }
    stream->write_terminator(&out);
  }
  for (const auto depth : {weir::StreamDepth::kFull, weir::StreamDepth::kSkim}) {
    const auto parser = codec.stream_parser(depth);
    for (int i = 0; i < 3; ++i) {
      std::vector<weir::StreamEvent> events;
      if (parser->parse_event("message", bytes, bytes, &events) && events.empty()) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_request(bytes);
  check_answer(bytes);
  return 0;
}
