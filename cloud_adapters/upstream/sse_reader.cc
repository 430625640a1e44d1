#include "cloud_adapters/upstream/sse_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "core/utf8.h"

namespace weir {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kKeptEventBytes = 16 * 1024;
constexpr std::size_t kMaxRetryDigits = 18;

// Non-zero if one of the eight bytes is zero (Bit Twiddling Hacks, "haszero").
std::uint64_t zero_byte(std::uint64_t word) {
  return (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
}

// The first CR or LF, or npos. One pass over both, so that a stream of one kind
// alone stays linear.
std::size_t find_line_end(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  while (text.size() - at >= sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((zero_byte(word ^ 0x0a0a0a0a0a0a0a0aULL) | zero_byte(word ^ 0x0d0d0d0d0d0d0d0dULL)) != 0) {
      break;
    }
    at += sizeof(word);
  }
  while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
  return at < text.size() ? at : std::string_view::npos;
}

}  // namespace

// While pending_ is empty the frame's text is the front of *bytes and nothing is
// copied; `at` counts what was read of it. Otherwise every line moves to pending_.
SseReader::Status SseReader::next(std::string_view* bytes, SseFrame* frame) {
  drop_given_frame();
  std::size_t at = 0;
  while (at < bytes->size()) {
    const bool lf_of_cr = std::exchange(after_cr_, false) && (*bytes)[at] == '\n';
    const std::size_t end = lf_of_cr ? at : find_line_end(*bytes, at);
    if (end == std::string_view::npos) break;
    std::string_view text = consume(bytes, &at, end + 1);
    const Place line{line_begin_, text.size() - 1 - line_begin_};
    line_begin_ = text.size();
    if (lf_of_cr) continue;
    after_cr_ = text.back() == '\r';
    if (line.size > limits_.line_bytes || text.size() > limits_.frame_bytes) {
      return Status::kTooLong;
    }
    if (!read_line(text, line)) continue;
    if (after_cr_ && at < bytes->size() && (*bytes)[at] == '\n') {
      after_cr_ = false;
      text = consume(bytes, &at, at + 1);
    }
    bytes->remove_prefix(at);
    return give(text, frame);
  }
  return end_of_input(bytes, at, frame);
}

SseReader::Status SseReader::end_of_input(std::string_view* bytes, std::size_t at,
                                          SseFrame* frame) {
  const std::string_view text = consume(bytes, &at, bytes->size());
  bytes->remove_prefix(at);
  if (text.size() - line_begin_ > limits_.line_bytes || text.size() > limits_.frame_bytes) {
    return Status::kTooLong;
  }
  if (text.empty()) return Status::kNeedMore;
  if (!has_field_ && line_begin_ == text.size()) return give(text, frame);
  if (pending_.empty()) pending_.assign(text);
  return Status::kNeedMore;
}

// Returns the frame's text up to `stop`, which counts from the front of *bytes.
std::string_view SseReader::consume(std::string_view* bytes, std::size_t* at, std::size_t stop) {
  if (pending_.empty()) {
    *at = stop;
    return bytes->substr(0, stop);
  }
  pending_.append(bytes->substr(0, stop));
  bytes->remove_prefix(stop);
  *at = 0;
  return pending_;
}

// True for the empty line that ends a frame.
bool SseReader::read_line(std::string_view text, Place line) {
  if (std::exchange(at_start_, false) && line.in(text).starts_with(kByteOrderMark)) {
    line.begin += kByteOrderMark.size();
    line.size -= kByteOrderMark.size();
  }
  if (line.size == 0) return true;
  const std::string_view content = line.in(text);
  if (content.front() == ':') return false;
  has_field_ = true;
  const std::size_t name_size = std::min(content.find(':'), content.size());
  std::size_t skip = std::min(name_size + 1, content.size());
  if (skip < content.size() && content[skip] == ' ') ++skip;
  read_field(text, content.substr(0, name_size), {line.begin + skip, line.size - skip});
  return false;
}

void SseReader::read_field(std::string_view text, std::string_view name, Place value) {
  const std::string_view content = value.in(text);
  if (name == "data") {
    add_data(text, value);
  } else if (name == "event") {
    event_place_ = value;
  } else if (name == "id") {
    if (content.find('\0') == std::string_view::npos) last_id_ = content;
  } else if (name == "retry") {
    const bool digits = !content.empty() && content.size() <= kMaxRetryDigits &&
                        content.find_first_not_of("0123456789") == std::string_view::npos;
    if (digits) std::from_chars(content.data(), content.data() + content.size(), retry_ms_);
  }
}

void SseReader::add_data(std::string_view text, Place value) {
  if (++data_lines_ == 1) {
    data_place_ = value;
    return;
  }
  if (data_lines_ == 2) data_ = data_place_.in(text);
  data_ += '\n';
  data_ += value.in(text);
}

SseReader::Status SseReader::give(std::string_view text, SseFrame* frame) {
  frame->raw = text;
  frame->is_event = data_lines_ > 0;
  frame->event = event_place_.size > 0 ? event_place_.in(text) : "message";
  frame->data = {};
  frame->id = last_id_;
  if (frame->is_event) give_data(text, frame);
  frame_was_pending_ = !pending_.empty();
  line_begin_ = 0;
  has_field_ = false;
  data_lines_ = 0;
  event_place_ = {};
  return Status::kFrame;
}

void SseReader::give_data(std::string_view text, SseFrame* frame) {
  frame->data = data_lines_ == 1 ? data_place_.in(text) : std::string_view(data_);
  if (is_utf8(frame->data)) return;
  std::string repaired;
  append_repaired_utf8(&repaired, frame->data);
  data_ = std::move(repaired);
  frame->data = data_;
}

void SseReader::drop_given_frame() {
  if (std::exchange(frame_was_pending_, false)) pending_.clear();
  if (data_lines_ == 0) data_.clear();
  if (pending_.capacity() > kKeptEventBytes && pending_.empty()) pending_.shrink_to_fit();
  if (data_.capacity() > kKeptEventBytes && data_.empty()) data_.shrink_to_fit();
}

}  // namespace weir
