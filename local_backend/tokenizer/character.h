// Characters of a text and what Unicode says of them, as patterns ask: \p{L}, \s ...
//
// Pure functions, safe from every thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace weir {

// What a character is. Several hold at once: a carriage return is both kSpace and
// kNewline.
namespace trait {
enum : std::uint32_t {
  kUpper = 1u << 0,        // \p{Lu}
  kLower = 1u << 1,        // \p{Ll}
  kTitle = 1u << 2,        // \p{Lt}
  kModifier = 1u << 3,     // \p{Lm}
  kOtherLetter = 1u << 4,  // \p{Lo}
  kLetter = 0x1f,          // \p{L}, all of the above
  kMark = 1u << 5,         // \p{M}
  kNumber = 1u << 6,       // \p{N}
  kPunctuation = 1u << 7,  // \p{P}
  kSymbol = 1u << 8,       // \p{S}
  kSpace = 1u << 9,        // \s, the White_Space property
  kNewline = 1u << 10,     // carriage return and line feed
  kLineFeed = 1u << 11,
  kBlank = 1u << 12,  // the ASCII space
  kSlash = 1u << 13,
};
}  // namespace trait

struct Character {
  char32_t code;         // U+FFFD for a byte that is not part of UTF-8
  std::uint32_t traits;  // trait::k...
  std::uint32_t begin;   // offset in the text
};

// The traits of a code point, by the tables of Unicode 16.0. O(log n), ASCII O(1).
std::uint32_t traits_of(char32_t code);

// Bytes of the character at the front of `text`, which is not empty; 1 where that is
// not UTF-8.
std::size_t character_size(std::string_view text);

// Every byte of `text` belongs to exactly one character: where it is not UTF-8, each
// byte is one. `text` is shorter than 4 GiB.
std::vector<Character> characters_of(std::string_view text);

// Where the general category changes: code << 8 | category, by code. The categories
// are 0 none of these, 1 Lu, 2 Ll, 3 Lt, 4 Lm, 5 Lo, 6 M, 7 N, 8 P, 9 S, 10 Z.
std::span<const std::uint32_t> unicode_categories();

}  // namespace weir
