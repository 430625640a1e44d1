// Any bytes as a request, an answer and a stream of Ollama's: never a crash, what is read can
// be written and read again, and a stream does not depend on where it is cut.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/upstream/json_lines_reader.h"
#include "cloud_adapters/wire/ollama.h"

namespace {

constexpr std::array kDialects = {weir::Dialect::kOpenAiChat,    weir::Dialect::kOpenAiResponses,
                                  weir::Dialect::kAnthropic,     weir::Dialect::kGemini,
                                  weir::Dialect::kOllama,        weir::Dialect::kOpenAiCompletions,
                                  weir::Dialect::kOllamaGenerate};

void check_request(const weir::Codec& codec, std::string_view bytes) {
  const auto request = codec.parse_request(std::string(bytes));
  if (!request) return;
  const weir::RequestOptions options{.model = "other", .max_tokens = 9, .answer_tokens = 9};
  const auto forwarded = codec.rewrite_request(*request, request->original, options);
  if (!forwarded) std::abort();
  const auto again = codec.parse_request(*forwarded);
  if (!again || again->model != "other" || !again->sampling.max_tokens) std::abort();
  if (again->messages.size() != request->messages.size()) std::abort();
  for (const weir::Dialect dialect : kDialects) {
    const weir::Codec* other = weir::find_codec(dialect);
    if (other == nullptr) continue;
    const auto written = other->write_request(*request, options);
    if (dialect == codec.dialect() && !written) std::abort();
    if (dialect == codec.dialect() && !codec.parse_request(written->body)) std::abort();
  }
}

// The whole of what a stream says, as text.
std::string told(const weir::Codec& codec, std::string_view bytes, std::size_t step) {
  weir::JsonLinesReader reader({.line_bytes = 1 << 16, .frame_bytes = 1 << 16});
  const auto parser = codec.stream_parser(weir::StreamDepth::kFull);
  const auto writer = codec.stream_writer({.id = "1", .model = "m"});
  weir::SseFrame frame;
  std::string text;
  std::string out;
  const auto take = [&] {
    std::vector<weir::StreamEvent> events;
    const auto result = parser->parse_event(frame.event, frame.data, frame.raw, &events);
    if (result && events.empty()) std::abort();
    for (const weir::StreamEvent& event : events) {
      text.append(event.name).append("|").append(event.text).append("|").append(event.id);
      (void)writer->write(event, &out);
    }
    if (!result) text += "!";
  };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece(bytes.substr(at, step));
    std::string_view rest = piece;
    auto status = weir::JsonLinesReader::Status::kFrame;
    while ((status = reader.next(&rest, &frame)) == weir::JsonLinesReader::Status::kFrame) take();
    if (status == weir::JsonLinesReader::Status::kTooLong) return text;
  }
  if (reader.finish(&frame) == weir::JsonLinesReader::Status::kFrame) take();
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto* codec : {&weir::ollama_chat_codec(), &weir::ollama_generate_codec()}) {
    check_request(*codec, bytes);
    (void)codec->parse_response(bytes);
    if (told(*codec, bytes, size + 1) != told(*codec, bytes, 1)) std::abort();
  }
  (void)weir::ollama_embed_codec().parse_request(std::string(bytes), {}, 8);
  (void)weir::ollama_embeddings_codec().parse_request(std::string(bytes), {}, 8);
  return 0;
}
