#include "cloud_adapters/upstream/json_lines_reader.h"

#include <utility>

#include "core/utf8.h"

namespace weir {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kKeptLineBytes = 16 * 1024;

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

JsonLinesReader::Status JsonLinesReader::next(std::string_view* bytes, SseFrame* frame) {
  drop_given_line();
  const std::size_t end = bytes->find('\n');
  const bool whole = end != std::string_view::npos;
  std::string_view line = bytes->substr(0, whole ? end + 1 : bytes->size());
  const std::size_t size = pending_.size() + line.size();
  const std::size_t end_bytes = whole ? 2 : line.ends_with('\r') ? 1 : 0;
  if (size > limits_.frame_bytes + end_bytes) return Status::kTooLong;
  bytes->remove_prefix(line.size());
  if (!whole || !pending_.empty()) {
    pending_.append(line);
    line = pending_;
  }
  if (!whole) return Status::kNeedMore;
  line_was_pending_ = !pending_.empty();
  return give(line, frame);
}

JsonLinesReader::Status JsonLinesReader::finish(SseFrame* frame) {
  drop_given_line();
  if (pending_.empty()) return Status::kNeedMore;
  line_was_pending_ = true;
  return give(pending_, frame);
}

JsonLinesReader::Status JsonLinesReader::give(std::string_view line, SseFrame* frame) {
  const std::string_view text = without_end(line);
  if (text.size() > limits_.frame_bytes) return Status::kTooLong;
  frame->raw = line;
  frame->is_event = text.find_first_not_of(kBlanks) != std::string_view::npos;
  frame->event = "message";
  frame->data = frame->is_event ? text : std::string_view();
  frame->id = {};
  if (is_utf8(frame->data)) return Status::kFrame;
  append_repaired_utf8(&repaired_, frame->data);
  frame->data = repaired_;
  return Status::kFrame;
}

void JsonLinesReader::drop_given_line() {
  if (std::exchange(line_was_pending_, false)) pending_.clear();
  repaired_.clear();
  if (pending_.capacity() > kKeptLineBytes && pending_.empty()) pending_.shrink_to_fit();
  if (repaired_.capacity() > kKeptLineBytes) repaired_.shrink_to_fit();
}

}  // namespace weir
