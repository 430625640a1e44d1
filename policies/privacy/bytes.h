// What single bytes are, for the detectors.
//
// A word is a run of ASCII letters and digits and of the letters of alphabets: U+00C0 to U+07FF and
// U+1000 to U+1FFF. Other characters beyond ASCII (punctuation, symbols, scripts without blanks
// between words) stand apart, so that a number may follow one at once: "电话13800138000，".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::privacy {

inline constexpr std::uint8_t kDigit = 1;
inline constexpr std::uint8_t kUpper = 2;
inline constexpr std::uint8_t kLower = 4;
inline constexpr std::uint8_t kHigh =
    8;  // the first byte of a letter beyond ASCII, or a further one
inline constexpr std::uint8_t kMark = 16;  // @ : = .
inline constexpr std::uint8_t kWide = 32;  // the first byte of another character beyond ASCII
inline constexpr std::uint8_t kLetter = kUpper | kLower | kHigh;
inline constexpr std::uint8_t kAscii = kDigit | kUpper | kLower;
inline constexpr std::uint8_t kWord = kAscii | kHigh;

inline constexpr std::array<std::uint8_t, 256> kByteClass = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = kDigit;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = kUpper;
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = kLower;
  for (std::size_t c = 0x80; c <= 0xFF; ++c)
    table[c] = c == 0xC2 || c == 0xE0 || c > 0xE1 ? kWide : kHigh;
  for (const char c : {'@', ':', '=', '.'}) table[static_cast<std::uint8_t>(c)] = kMark;
  return table;
}();

constexpr std::uint8_t byte_class(char c) { return kByteClass[static_cast<std::uint8_t>(c)]; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) { return (byte_class(c) & kAscii) != 0; }
constexpr bool is_word(char c) { return (byte_class(c) & kWord) != 0; }
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; }
constexpr int digit_of(char c) { return c - '0'; }

// The byte at `i`, or NUL outside.
constexpr char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : '\0'; }
// The byte before `i`, or NUL.
constexpr char before(std::string_view text, std::size_t i) {
  return i > 0 && i <= text.size() ? text[i - 1] : '\0';
}

// Whether the character that ends before `i` is of a word.
bool word_before(std::string_view text, std::size_t i);
// How many bytes the character has whose first byte is `lead`, of class kWide.
constexpr std::size_t wide_size(char lead) {
  const auto byte = static_cast<std::uint8_t>(lead);
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string lower_case(std::string_view text);
// Whether `text` holds `part`, which is in lower case, in any case of letters.
bool holds(std::string_view text, std::string_view part);

// Whether `lowered`, which is in lower case, stands at `i` or ends before it, in any case of
// letters.
// Not empty.
bool equals_at(std::string_view text, std::size_t i, std::string_view lowered);
inline bool stands_at(std::string_view text, std::size_t i, std::string_view lowered) {
  return to_lower(at(text, i)) == lowered.front() && equals_at(text, i, lowered);
}
inline bool stands_before(std::string_view text, std::size_t i, std::string_view lowered) {
  return to_lower(before(text, i)) == lowered.back() && i >= lowered.size() &&
         equals_at(text, i - lowered.size(), lowered);
}

// Whether a number or code may begin at `i`: it is no tail of a word, a decimal, a path or a
// code with dashes. And whether one may end there.
bool begins_apart(std::string_view text, std::size_t i);
bool ends_apart(std::string_view text, std::size_t i);

}  // namespace weir::privacy
