// Text whose bytes remember where they come from: the template, or somebody's message.
//
// Every operation keeps the origin of the bytes that it moves, so a prompt can be taken
// apart again after a template has sliced, joined and trimmed. A value type; not
// thread-safe while it changes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

class MarkedText {
 public:
  using Origin = PromptSegment::Origin;

  MarkedText() = default;
  MarkedText(std::string text, Origin origin) : bytes_(std::move(text)) {
    if (!bytes_.empty()) runs_.push_back({bytes_.size(), origin});
  }

  std::string_view bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  bool has_user() const;

  void append(std::string_view text, Origin origin);
  void append(const MarkedText& other) { append_part(other, 0, other.size()); }
  // The bytes [begin, end) of `other`, which is not *this. O(runs touched + bytes).
  void append_part(const MarkedText& other, std::size_t begin, std::size_t end);
  MarkedText part(std::size_t begin, std::size_t end) const;

  // Segments of one origin each, none of them empty, neighbours of different origin.
  Prompt to_prompt() const;

 private:
  struct Run {
    std::size_t end;
    Origin origin;
  };

  std::string bytes_;
  std::vector<Run> runs_;  // by end; the last ends with the text
};

}  // namespace weir
