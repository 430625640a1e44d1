// Any bytes as an Anthropic request, answer and stream: never a crash; what is read can be
// forwarded and written in every dialect, and what is written is read again.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/codec.h"

namespace {

constexpr std::array kDialects = {
    weir::Dialect::kOpenAiChat, weir::Dialect::kOpenAiResponses, weir::Dialect::kAnthropic,
    weir::Dialect::kGemini,     weir::Dialect::kOllama,
};

const weir::Codec& codec() { return weir::anthropic_messages_codec(); }

void check_request(std::string_view bytes) {
  const auto request = codec().parse_request(std::string(bytes));
  if (!request) return;
  const auto forwarded =
      codec().rewrite_request(*request, request->original, {.model = "other", .answer_tokens = 5});
  if (!forwarded) std::abort();
  const auto again = codec().parse_request(*forwarded);
  if (!again || again->model != "other" || again->messages.size() != request->messages.size()) {
    std::abort();
  }
  for (const weir::Dialect dialect : kDialects) {
    const weir::Codec* to = weir::find_codec(dialect);
    if (to == nullptr) continue;
    const auto written = to->write_request(*request, {.model = "other", .max_tokens = 5});
    // A limit of no tokens fills the cache, which only this dialect can ask for.
    const bool warms = request->sampling.max_tokens == 0 && dialect != codec().dialect();
    if (written && !warms && !to->parse_request(written->body, {.model = "other"})) std::abort();
    if (dialect == codec().dialect() && !written) std::abort();
  }
}

// From every dialect to this one.
void check_translation(std::string_view bytes) {
  for (const weir::Dialect dialect : kDialects) {
    const weir::Codec* from = weir::find_codec(dialect);
    if (from == nullptr || dialect == codec().dialect()) continue;
    const auto request = from->parse_request(std::string(bytes), {.model = "m"});
    if (!request) continue;
    const auto written = codec().write_request(*request, {.model = "other", .max_tokens = 5});
    if (written && !codec().parse_request(written->body)) std::abort();
  }
}

void check_stream(std::string_view bytes, weir::StreamDepth depth) {
  const auto parser = codec().stream_parser(depth);
  const auto stream = codec().stream_writer({.id = "1", .model = "m"});
  const auto body = codec().body_writer({.id = "1", .model = "m"});
  weir::SseReader frames;
  weir::SseFrame frame;
  std::string out;
  while (frames.next(&bytes, &frame) == weir::SseReader::Status::kFrame) {
    std::vector<weir::StreamEvent> events;
    if (!parser->parse_event(frame.event, frame.data, frame.raw, &events)) return;
    if (events.empty()) std::abort();
    for (const weir::StreamEvent& event : events) {
      if (!stream->write(event, &out) || !body->write(event, &out)) return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_request(bytes);
  check_translation(bytes);
  (void)codec().parse_response(bytes);
  check_stream(bytes, weir::StreamDepth::kFull);
  check_stream(bytes, weir::StreamDepth::kSkim);
  return 0;
}
