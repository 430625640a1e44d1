// Any bytes as a Gemini request, answer, chunk and request for vectors: never a crash, and
// what is read can be written in every dialect and read again.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/gemini.h"
#include "cloud_adapters/wire/gemini_embeddings.h"

namespace {

constexpr std::array<weir::Dialect, 7> kDialects = {
    weir::Dialect::kOpenAiChat,    weir::Dialect::kOpenAiResponses,
    weir::Dialect::kAnthropic,     weir::Dialect::kGemini,
    weir::Dialect::kOllama,        weir::Dialect::kOpenAiCompletions,
    weir::Dialect::kOllamaGenerate};

void check_request(std::string_view bytes) {
  const weir::Codec& codec = weir::gemini_codec();
  const weir::RequestPath path = {.model = "m", .stream = true, .count_only = false};
  const auto request = codec.parse_request(std::string(bytes), path);
  if (!request) return;
  const auto same = codec.rewrite_request(*request, request->original, {.model = "other"});
  if (!same || *same != request->original) std::abort();
  for (const weir::Dialect dialect : kDialects) {
    const weir::Codec* other = weir::find_codec(dialect);
    if (other == nullptr) continue;
    const auto written = other->write_request(*request, {.model = "m", .max_tokens = 64});
    const bool own = dialect == weir::Dialect::kGemini;
    if (own && (!written || !codec.parse_request(written->body, path))) std::abort();
  }
}

void check_answer(std::string_view bytes) {
  const weir::Codec& codec = weir::gemini_codec();
  const auto whole = codec.parse_response(bytes);
  if (whole) {
    const weir::AnswerOptions options;
    for (const auto& writer : {codec.body_writer(options), codec.stream_writer(options)}) {
      std::string out;
      for (const weir::StreamEvent& event : whole->events) {
        if (!writer->write(event, &out)) std::abort();
      }
    }
  }
  const auto parser = codec.stream_parser(weir::StreamDepth::kFull);
  std::vector<weir::StreamEvent> events;
  for (int i = 0; i < 2; ++i) {
    events.clear();
    if (!parser->parse_event("message", bytes, bytes, &events)) return;
    if (events.empty() || events.front().raw.size() != bytes.size()) std::abort();
  }
  (void)parser->finish(&events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_request(bytes);
  check_answer(bytes);
  (void)weir::gemini_embeddings_codec().parse_request(std::string(bytes), {}, 8);
  (void)weir::gemini_batch_embeddings_codec().parse_request(std::string(bytes), {}, 8);
  return 0;
}
