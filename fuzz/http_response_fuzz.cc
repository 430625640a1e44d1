// The response reader must say the same however its input is cut, and hold its limits.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cloud_adapters/upstream/response_reader.h"

namespace {

using weir::ResponseReader;

std::string story_of(std::string_view bytes, std::size_t step) {
  const weir::ResponseLimits limits{.head_bytes = 512, .header_count = 8, .body_bytes = 256};
  ResponseReader reader(limits);
  std::string story;
  std::size_t body = 0;
  while (true) {
    const ResponseReader::Step got = reader.next(bytes.substr(0, step));
    if (got.used > bytes.size()) std::abort();
    bytes.remove_prefix(got.used);
    body += got.body.size();
    if (body > limits.body_bytes) std::abort();
    story.append(got.body);
    if (got.event == ResponseReader::Event::kHead) {
      story += std::to_string(reader.head().status);
      for (const auto& field : reader.head().fields) story.append(field.name).append(field.value);
    }
    if (got.event == ResponseReader::Event::kComplete) return story.append(" complete");
    if (got.event == ResponseReader::Event::kFailed) return story.append(reader.error().detail);
    if (got.event == ResponseReader::Event::kNeedMore && bytes.empty()) break;
  }
  const bool whole = reader.end_of_stream().event == ResponseReader::Event::kComplete;
  return story.append(whole ? " closed" : " cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = story_of(bytes, size + 1);
  // A body that ends above its limit may be handed on further in smaller pieces.
  const bool same = story_of(bytes, 1) == whole && story_of(bytes, 7) == whole;
  if (!same && whole.find("too_large") == std::string::npos) std::abort();
  return 0;
}
