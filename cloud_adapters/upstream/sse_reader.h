// An incremental reader of event streams (WHATWG HTML, section 9.2.6), without I/O.
//
// Every byte of the stream is in the `raw` of exactly one frame, in order, so a
// stream can be forwarded byte for byte while it is being understood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

struct SseLimits {
  std::size_t line_bytes = 4 * 1024 * 1024;  // a picture in base64
  std::size_t frame_bytes = 4 * 1024 * 1024;
};

// Views live until the next call of next().
struct SseFrame {
  std::string_view raw;    // as received, its empty line included
  bool is_event = false;   // false: comments, keep-alives, fields without data
  std::string_view event;  // "message" when the stream names none
  std::string_view data;   // lines joined by LF; invalid UTF-8 became U+FFFD
  std::string_view id;     // the last event id so far
};

// Belongs to one answer and its thread.
class SseReader {
 public:
  enum class Status : std::uint8_t {
    kNeedMore,  // *bytes is empty now
    kFrame,     // *frame is set; call again
    kTooLong,   // a limit; the stream cannot be read any further
  };

  explicit SseReader(const SseLimits& limits = {}) : limits_(limits) {}
  SseReader(const SseReader&) = delete;
  SseReader& operator=(const SseReader&) = delete;

  // Reads one frame from the front of *bytes and removes what it used. A frame
  // that lies whole in *bytes is not copied. Comments are not held back until
  // their empty line comes: when *bytes ends behind one, that is a frame.
  Status next(std::string_view* bytes, SseFrame* frame);

  // At the end of the stream: the bytes before an empty line that never came.
  // They are no event, and no frame had them.
  std::string_view leftover() const { return frame_was_pending_ ? std::string_view() : pending_; }

  // The last valid `retry:` field in milliseconds, or -1.
  std::int64_t retry_ms() const { return retry_ms_; }

 private:
  // A part of the frame's text, which moves when the frame comes in pieces.
  struct Place {
    std::size_t begin = 0;
    std::size_t size = 0;
    std::string_view in(std::string_view text) const { return text.substr(begin, size); }
  };

  std::string_view consume(std::string_view* bytes, std::size_t* at, std::size_t stop);
  bool read_line(std::string_view text, Place line);
  void read_field(std::string_view text, std::string_view name, Place value);
  void add_data(std::string_view text, Place value);
  Status end_of_input(std::string_view* bytes, std::size_t at, SseFrame* frame);
  Status give(std::string_view text, SseFrame* frame);
  void give_data(std::string_view text, SseFrame* frame);
  void drop_given_frame();

  SseLimits limits_;
  std::string pending_;             // the frame's text, if it came in several pieces
  bool frame_was_pending_ = false;  // pending_ was given out: the next call drops it
  bool at_start_ = true;            // a byte order mark may come
  bool after_cr_ = false;           // an LF that comes next belongs to the line before
  std::size_t line_begin_ = 0;      // all of what follows is in the frame's text
  bool has_field_ = false;
  std::size_t data_lines_ = 0;
  Place data_place_;  // while there is one line of data
  Place event_place_;
  std::string data_;  // several lines, or repaired ones
  std::string last_id_;
  std::int64_t retry_ms_ = -1;
};

}  // namespace weir
