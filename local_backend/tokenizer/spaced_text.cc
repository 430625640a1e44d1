#include "local_backend/tokenizer/spaced_text.h"

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

void append_unescaped(std::string_view piece, std::string* text) {
  for (std::size_t begin = 0; begin < piece.size();) {
    const bool space = piece.substr(begin, kSpace.size()) == kSpace;
    *text += space ? ' ' : piece[begin];
    begin += space ? kSpace.size() : 1;
  }
}

}  // namespace weir
