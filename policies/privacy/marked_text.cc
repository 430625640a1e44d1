#include "policies/privacy/marked_text.h"

#include <algorithm>

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
      if (word_before(text, i) && is_word(at(text, i + 1)) && !is_digit(at(text, i + 1))) {
        marked.dots.push_back(i);
      }
  }
}

}  // namespace

void WordHeads::add(std::string_view prefix) {
  if (prefix.size() > 2 || !is_word(prefix[1])) {
    // The word of "SG.abc" is "SG".
    const char second = is_word(prefix[1]) ? prefix[1] : '\0';
    bits_.set(index(prefix[0], second, second != '\0' && is_word(prefix[2]) ? prefix[2] : '\0'));
    return;
  }
  for (int third = 0; third < 256; ++third)
    bits_.set(index(prefix[0], prefix[1], static_cast<char>(third)));
}

void WordHeads::add_word(std::string_view word) { bits_.set(index(word[0], word[1], at(word, 2))); }

// Reads through a pointer: the checks of string_view would cost as much as the rest.
MarkedText::MarkedText(std::string_view marked, const WordHeads& wanted) : text(marked) {
  const char* const bytes = text.data();
  const std::size_t size = text.size();
  std::size_t i = 0;
  while (i < size) {
    std::uint8_t here = byte_class(bytes[i]);
    if ((here & kWord) == 0) {
      if (here == kMark) mark(*this, i);
      const std::size_t next = here == kWide ? std::min(size, i + wide_size(bytes[i])) : i + 1;
      if (here == kWide && wanted.has({bytes + i, std::min<std::size_t>(3, next - i)})) {
        heads.push_back(i);
        topics |= topics_of_word({bytes + i, next - i});
      }
      i = next;
      continue;
    }
    const std::size_t begin = i;
    std::uint8_t classes = 0;
    do {
      classes |= here;
      ++i;
      here = i < size ? byte_class(bytes[i]) : std::uint8_t{0};
    } while ((here & kWord) != 0);
    if ((classes & kDigit) != 0) numbers.push_back({begin, i, classes});
    if (!wanted.has({bytes + begin, std::min<std::size_t>(3, i - begin)})) continue;
    heads.push_back(begin);
    topics |= topics_of_word({bytes + begin, i - begin});
  }
}

}  // namespace weir::privacy
