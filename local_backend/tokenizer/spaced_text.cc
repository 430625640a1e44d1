#include "local_backend/tokenizer/spaced_text.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::string_view kSpace = "\xe2\x96\x81";  // U+2581

}  // namespace

std::string escape_spaces(std::string_view text, bool add_prefix) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 4 + kSpace.size());
  if (add_prefix) escaped += kSpace;
  for (const char c : text) {
    if (c == ' ') {
      escaped += kSpace;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::size_t end_of_word(std::string_view text, std::size_t begin) {
  std::size_t at = begin;
  while (text.substr(at, kSpace.size()) == kSpace) at += kSpace.size();
  return std::min(text.find(kSpace, at), text.size());
}

bool stays_in_word(std::string_view piece) { return end_of_word(piece, 0) == piece.size(); }

void append_unescaped(std::string_view piece, std::string* text) {
  for (std::size_t begin = 0; begin < piece.size();) {
    const bool space = piece.substr(begin, kSpace.size()) == kSpace;
    *text += space ? ' ' : piece[begin];
    begin += space ? kSpace.size() : 1;
  }
}

}  // namespace weir
