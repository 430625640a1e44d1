// The request reader must say the same however its input is cut, and hold its limits.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "router/http/request_reader.h"

namespace {

using weir::RequestReader;

// Everything that a reader tells about a connection, as one string.
std::string story_of(std::string_view bytes, std::size_t step) {
  const weir::RequestLimits limits{.head_bytes = 512, .header_count = 8, .body_bytes = 256};
  RequestReader reader(limits);
  std::string story;
  while (!bytes.empty()) {
    const RequestReader::Progress progress = reader.feed(bytes.substr(0, step));
    if (progress.used > bytes.size() || reader.body().size() > limits.body_bytes) std::abort();
    bytes.remove_prefix(progress.used);
    if (progress.state == RequestReader::State::kRefused) {
      return story.append("refused ").append(reader.refusal().code);
    }
    if (progress.state != RequestReader::State::kComplete) continue;
    story.append(reader.head().method).append(" ").append(reader.head().target);
    for (const auto& field : reader.head().fields) story.append(field.name).append(field.value);
    story.append(reader.body()).append("\n");
    reader.reset();
  }
  return story.append(reader.idle() ? "idle" : "incomplete");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = story_of(bytes, size + 1);
  if (story_of(bytes, 1) != whole || story_of(bytes, 7) != whole) std::abort();
  return 0;
}
