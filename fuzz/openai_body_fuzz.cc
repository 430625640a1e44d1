// Any bytes as an OpenAI request, answer and chunk: never a crash, and what is
// read can be rewritten and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_completions.h"

namespace {

constexpr weir::Dialect kDialects[] = {
    weir::Dialect::kOpenAiChat,    weir::Dialect::kOpenAiResponses,
    weir::Dialect::kAnthropic,     weir::Dialect::kGemini,
    weir::Dialect::kOllama,        weir::Dialect::kOpenAiCompletions,
    weir::Dialect::kOllamaGenerate};

void check_request(const weir::Codec& codec, std::string_view bytes) {
  const auto request = codec.parse_request(std::string(bytes));
  if (!request || request->model.empty()) return;
  const auto forwarded =
      codec.rewrite_request(*request, request->original, {.model = "other", .include_usage = true});
  if (!forwarded) std::abort();
  const auto again = codec.parse_request(*forwarded);
  if (!again || again->model != "other" || again->messages.size() != request->messages.size()) {
    std::abort();
  }
  if (request->stream && !again->include_usage) std::abort();
  const auto written = codec.write_request(*request, {.model = "other"});
  if (!written || !codec.parse_request(written->body)) std::abort();
  for (const auto dialect : kDialects) {
    const weir::Codec* other = weir::find_codec(dialect);
    if (other != nullptr) (void)other->write_request(*request, {.model = "other"});
  }
}

void check_answer(std::string_view bytes) {
  std::vector<weir::StreamEvent> events;
  for (const auto* codec : {&weir::openai_chat_codec(), &weir::openai_completions_codec(),
                            &weir::anthropic_messages_codec()}) {
    (void)codec->parse_response(bytes);
    (void)codec->parse_request(std::string(bytes));
    const auto parser = codec->stream_parser(weir::StreamDepth::kFull);
    (void)parser->parse_event("message", bytes, bytes, &events);
    (void)parser->parse_event("message_delta", bytes, bytes, &events);
  }
  (void)weir::skim_openai_chunk(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_request(weir::openai_chat_codec(), bytes);
  check_request(weir::openai_completions_codec(), bytes);
  check_answer(bytes);
  return 0;
}
