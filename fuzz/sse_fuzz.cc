// The event-stream reader must find the same events however its input is cut, and
// every byte must be in one frame.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cloud_adapters/upstream/sse_reader.h"

namespace {

using weir::SseReader;

std::string events_of(std::string_view bytes, std::size_t step) {
  SseReader reader({.line_bytes = 64, .frame_bytes = 256});
  weir::SseFrame frame;
  std::string events;
  std::string raw;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece(bytes.substr(at, step));
    std::string_view rest = piece;
    SseReader::Status status = SseReader::Status::kFrame;
    while ((status = reader.next(&rest, &frame)) == SseReader::Status::kFrame) {
      raw += frame.raw;
      if (!frame.is_event) continue;
      events.append(frame.event).append("|").append(frame.data).append("|").append(frame.id);
    }
    // Comments and line ends are cut where the input is, so only lines count alike.
    if (status == SseReader::Status::kTooLong) return {};
  }
  if (raw.append(reader.leftover()) != bytes) std::abort();
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = events_of(bytes, size + 1);
  const std::string cut = events_of(bytes, 1);
  if (!whole.empty() && !cut.empty() && whole != cut) std::abort();
  return 0;
}
