// An incremental reader of streams that have one JSON value a line, without I/O: the
// counterpart of SseReader for StreamFraming::kJsonLines.
//
// Every byte of the stream is in the `raw` of exactly one frame, in order.
#pragma once

#include <string>
#include <string_view>

#include "cloud_adapters/upstream/sse_reader.h"

namespace weir {

// Belongs to one answer and its thread. Of the frame `data` is the line without its end
// (LF or CRLF), `raw` the line with it, and an empty line is no event. Views live until the
// next call.
class JsonLinesReader {
 public:
  using Status = SseReader::Status;

  // A line is a whole frame: limits.frame_bytes bounds it.
  explicit JsonLinesReader(const SseLimits& limits = {}) : limits_(limits) {}
  JsonLinesReader(const JsonLinesReader&) = delete;
  JsonLinesReader& operator=(const JsonLinesReader&) = delete;

  // Reads one line from the front of *bytes and removes what it used. A line that lies
  // whole in *bytes is not copied.
  Status next(std::string_view* bytes, SseFrame* frame);

  // At the end of the stream, when next() needs more: the last line, if it had no end.
  // kFrame at most once, else kNeedMore.
  Status finish(SseFrame* frame);

 private:
  void drop_given_line();
  Status give(std::string_view line, SseFrame* frame);

  SseLimits limits_;
  std::string pending_;            // the line, if it came in several pieces
  bool line_was_pending_ = false;  // pending_ was given out: the next call drops it
  std::string repaired_;           // the line, if it was no UTF-8
};

}  // namespace weir
