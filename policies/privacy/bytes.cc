#include "policies/privacy/bytes.h"

#include <algorithm>

namespace weir::privacy {
namespace {

bool joins(char c) { return c == '-' || c == '.' || c == ',' || c == '/' || c == '_' || c == '\\'; }

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
  return !word_before(text, i - 1);
}

// "4111 1111 1111 1111." ends a sentence; "4.1.2" goes on.
bool ends_apart(std::string_view text, std::size_t i) {
  const char c = at(text, i);
  if (is_word(c) || c == '_') return false;
  if (!joins(c)) return true;
  const char next = at(text, i + 1);
  return c == '.' || c == ',' ? !is_digit(next) : !is_word(next);
}

}  // namespace weir::privacy
