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
  std::size_t line_bytes = 1024 * 1024;
  std::size_t frame_bytes = 4 * 1024 * 1024;
};

// Views live until the next call of next() or finish().
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
  // that lies whole in *bytes is not copied. Comments are not held back to the
  // empty line that ends them: when *bytes ends behind one, it is a frame.
  Status next(std::string_view* bytes, SseFrame* frame);

  // The stream ended. What stands before an empty line that never came is not
  // an event; the view returned holds its bytes and is empty if there are none.
  std::string_view finish() const { return pending_; }

  // The last valid `retry:` field in milliseconds, or -1.
  std::int64_t retry_ms() const { return retry_ms_; }

 private:
  Status scan(std::string_view text, std::size_t* at, bool* dispatch);
  void read_line(std::string_view line);
  void read_field(std::string_view name, std::string_view value);
  void fill(SseFrame* frame);
  void clear_event();

  SseLimits limits_;
  std::string pending_;           // the frame so far, when it came in several pieces
  std::size_t line_begin_ = 0;    // in the frame's text
  std::size_t search_from_ = 0;   // bytes before this hold no end of line
  bool at_start_ = true;          // a byte order mark may come
  bool after_cr_ = false;         // an LF that comes next belongs to the line before
  bool emitted_pending_ = false;  // pending_ was handed out: drop it at the next call
  bool has_field_ = false;        // the frame holds a line that is no comment
  bool has_data_ = false;
  bool failed_ = false;
  std::string event_;
  std::string data_;
  std::string last_id_;
  std::int64_t retry_ms_ = -1;
};

}  // namespace weir
