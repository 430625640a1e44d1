#include "policies/privacy/marked_text.h"

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

void mark(MarkedText& marked, std::size_t i) {
  const std::string_view text = marked.text;
  switch (text[i]) {
    case '@': marked.ats.push_back(i); break;
    case ':': (text.substr(i + 1, 2) == "//" ? marked.urls : marked.colons).push_back(i); break;
    case '=': marked.equals.push_back(i); break;
    default:
      if (is_word(before(text, i)) && is_word(at(text, i + 1)) && !is_digit(at(text, i + 1))) {
        marked.dots.push_back(i);
      }
  }
}

}  // namespace

MarkedText::MarkedText(std::string_view marked, const WordHeads& wanted) : text(marked) {
  const std::size_t size = text.size();
  std::size_t i = 0;
  while (i < size) {
    std::uint8_t here = byte_class(text[i]);
    if ((here & kWord) == 0) {
      if (here == kMark) mark(*this, i);
      ++i;
      continue;
    }
    const std::size_t begin = i;
    std::uint8_t classes = 0;
    do {
      classes |= here;
      ++i;
      here = i < size ? byte_class(text[i]) : std::uint8_t{0};
    } while ((here & kWord) != 0);
    if ((classes & kDigit) != 0) numbers.push_back({begin, i, classes});
    if (wanted.has(text[begin], at(text, begin + 1))) heads.push_back(begin);
  }
}

}  // namespace weir::privacy
