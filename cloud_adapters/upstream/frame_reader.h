// The frames of a stream, however its dialect cuts it. No I/O.
#pragma once

#include <optional>
#include <string_view>

#include "cloud_adapters/upstream/json_lines_reader.h"
#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/codec.h"

namespace weir {

// Belongs to one answer and its thread; views of a frame live until the next call.
class FrameReader {
 public:
  using Status = SseReader::Status;

  explicit FrameReader(StreamFraming framing) {
    if (framing == StreamFraming::kJsonLines) lines_.emplace();
  }

  // As SseReader::next().
  Status next(std::string_view* bytes, SseFrame* frame) {
    return lines_ ? lines_->next(bytes, frame) : events_.next(bytes, frame);
  }
  // The body has ended: kFrame for a last frame that needs no end of its own, at most once.
  Status finish(SseFrame* frame) { return lines_ ? lines_->finish(frame) : Status::kNeedMore; }

 private:
  SseReader events_;
  std::optional<JsonLinesReader> lines_;
};

}  // namespace weir
