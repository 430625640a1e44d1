// How a template lets a client say how much the model shall think, and where it looks for what was
// thought.
//
// Immutable, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class ReasoningSwitches {
 public:
  ReasoningSwitches() = default;  // of a template that knows none
  static ReasoningSwitches of(std::string_view source);

  // The template reads `enable_thinking`, `thinking` or `reasoning_effort`.
  bool any() const { return thinking_ || effort_; }

  // Beside `reasoning_content`, which all messages with thoughts have: the template reads them as
  // `thinking` (gpt-oss), or as `reasoning` (Solar), of a message.
  bool reads_thinking() const { return reads_thinking_; }
  bool reads_reasoning() const { return reads_reasoning_; }

  // What `enable_thinking` and `thinking` become: false for "none" and "minimal", else true.
  static std::optional<bool> thinking_of(std::string_view effort);

  // What `reasoning_effort` becomes: the word that the template itself has for this effort,
  // such as "xhigh" for "high", or else the client's. Empty: left out. It may point into
  // `effort`.
  std::string_view word_for(std::string_view effort) const;

 private:
  bool thinking_ = false;
  bool effort_ = false;
  bool reads_thinking_ = false;
  bool reads_reasoning_ = false;
  std::vector<std::string> words_;  // efforts that stand in the template as strings
};

}  // namespace weir
