// Letters of Latin, Greek, Cyrillic and Armenian in any case, written in one character or as a
// letter and its marks.
//
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::privacy {

struct Letter {
  // In lower case and in one character where there is one. A byte that is no UTF-8 is a number
  // beyond Unicode.
  char32_t folded = 0;
  std::size_t size = 0;  // in bytes of the text, one or more
};

// What begins at `at`, which is inside the text: with the marks behind it. O(1 + marks).
Letter read_letter(std::string_view text, std::size_t at);

// All of a text so.
std::u32string fold_letters(std::string_view text);

// All that reads as `folded`: "\u00fc", "\u00dc", "u\u0308" and "U\u0308".
std::vector<std::string> spellings(char32_t folded);

}  // namespace weir::privacy
