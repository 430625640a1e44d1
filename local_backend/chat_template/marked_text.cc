#include "local_backend/chat_template/marked_text.h"

#include <algorithm>

namespace weir {

bool MarkedText::has_user() const {
  return std::any_of(runs_.begin(), runs_.end(),
                     [](const Run& run) { return run.origin == Origin::kUser; });
}

void MarkedText::append(std::string_view text, Origin origin) {
  if (text.empty()) return;
  bytes_ += text;
  if (!runs_.empty() && runs_.back().origin == origin) {
    runs_.back().end = bytes_.size();
  } else {
    runs_.push_back({bytes_.size(), origin});
  }
}

void MarkedText::append_part(const MarkedText& other, std::size_t begin, std::size_t end) {
  auto run = std::partition_point(other.runs_.begin(), other.runs_.end(),
                                  [&](const Run& r) { return r.end <= begin; });
  for (; begin < end; ++run) {
    const std::size_t stop = std::min(end, run->end);
    append(other.bytes().substr(begin, stop - begin), run->origin);
    begin = stop;
  }
}

MarkedText MarkedText::part(std::size_t begin, std::size_t end) const {
  MarkedText text;
  text.append_part(*this, begin, end);
  return text;
}

Prompt MarkedText::to_prompt() const {
  Prompt prompt;
  std::size_t begin = 0;
  for (const Run& run : runs_) {
    prompt.segments.push_back({run.origin, bytes_.substr(begin, run.end - begin)});
    begin = run.end;
  }
  return prompt;
}

}  // namespace weir
