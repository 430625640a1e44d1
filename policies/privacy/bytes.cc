#include "policies/privacy/bytes.h"

#include <algorithm>

namespace weir::privacy {
namespace {

constexpr std::size_t kThousands = 3;  // digits between commas

bool joins(char c) { return c == '-' || c == '.' || c == ',' || c == '/' || c == '_' || c == '\\'; }

// Whether groups of other sizes than those of thousands meet at `i`: "1 85", "5678.97".
bool is_other_gap(std::string_view text, std::size_t i, std::size_t size) {
  return (at(text, i) == ' ' || at(text, i) == '.') && is_digit(before(text, i)) &&
         is_digit(at(text, i + 1)) && size != kThousands;
}

// "12,345" is one number, but lists and tables have commas without blanks, too: "ann,4111…,12".
bool comma_joins_before(std::string_view text, std::size_t i) {
  if (!is_digit(before(text, i - 1))) return false;
  std::size_t end = i;
  while (is_digit(at(text, end)) && end - i <= kThousands) ++end;
  return end > i && end - i <= kThousands && at(text, end) != '-' &&
         !is_other_gap(text, end, end - i);
}

bool comma_joins_behind(std::string_view text, std::size_t i) {
  if (!is_digit(at(text, i + 1))) return false;
  std::size_t begin = i;
  while (is_digit(before(text, begin)) && i - begin <= kThousands) --begin;
  const char left = before(text, begin);
  return i > begin && i - begin <= kThousands && left != '-' && left != '/' &&
         (begin == 0 || !is_other_gap(text, begin - 1, i - begin));
}

}  // namespace

bool word_before(std::string_view text, std::size_t i) {
  const char c = before(text, i);
  if (static_cast<std::uint8_t>(c) < 0x80) return is_alnum(c);
  std::size_t first = i - 1;
  while (first > 0 && i - first < 4 && (static_cast<std::uint8_t>(text[first]) & 0xC0) == 0x80)
    --first;
  return is_word(text[first]);
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), to_lower);
  return lowered;
}

bool holds(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return to_lower(a) == b; }) != text.end();
}

bool equals_at(std::string_view text, std::size_t i, std::string_view lowered) {
  if (i > text.size() || text.size() - i < lowered.size()) return false;
  for (std::size_t k = 0; k < lowered.size(); ++k) {
    if (to_lower(text[i + k]) != lowered[k]) return false;
  }
  return true;
}

bool begins_apart(std::string_view text, std::size_t i) {
  const char c = before(text, i);
  if (word_before(text, i) || c == '_') return false;
  if (!joins(c)) return true;
  if (c == ',') return !comma_joins_before(text, i);
  return !word_before(text, i - 1);
}

// "4111 1111 1111 1111." ends a sentence; "4.1.2" goes on.
bool ends_apart(std::string_view text, std::size_t i) {
  const char c = at(text, i);
  if (is_word(c) || c == '_') return false;
  if (!joins(c)) return true;
  if (c == ',') return !comma_joins_behind(text, i);
  const char next = at(text, i + 1);
  return c == '.' ? !is_digit(next) : !is_word(next);
}

}  // namespace weir::privacy
