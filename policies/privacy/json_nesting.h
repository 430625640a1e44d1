// How deep in texts of JSON a place of a JSON document is, as the document comes in: in
// {"a":"{\"b\":\"here\"}"} it is 2, as often as a value must be escaped there.
//
// A quote's level is told by the backslashes before it. A text that is quoted within a text is
// nested only where the outer text begins like JSON; else its quotes are those of prose.
#pragma once

#include <array>
#include <cstddef>

namespace weir::privacy {

class JsonNesting {
 public:
  void pass(char c);
  // A value was put here, which is no part of the document's form.
  void pass_value();

  std::size_t depth() const { return depth_; }
  // Whether the last byte was the letter of an escape, such as that of "\n".
  bool behind_escape() const { return behind_escape_; }

 private:
  enum class Content : unsigned char { kNothing, kBracket, kJson, kProse };

  static constexpr std::size_t kDeepest = 8;

  void pass_quote();
  void begin_content(char c);

  std::array<Content, kDeepest + 1> contents_{Content::kJson};  // of the document, of each text
  std::size_t depth_ = 0;
  std::size_t backslashes_ = 0;  // right before this place
  bool behind_escape_ = false;
};

}  // namespace weir::privacy
