#include "policies/privacy/marked_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// A bit a byte of a block.
struct Masks {
  std::uint64_t words = 0;
  std::uint64_t digits = 0;
  std::uint64_t marks = 0;  // @ : = .
  bool wide = false;        // a character that is longer than its first byte says to others
};

// Bit i is byte i of eight bytes that are 0 or 1: the products of the factor's seven-bit steps
// meet in the top byte, each in a bit of its own. Little-endian.
std::uint64_t packed(const std::uint8_t* flags) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kBlock; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, flags + i, sizeof eight);
    mask |= (eight * 0x0102040810204080U >> 56) << i;
  }
  return mask;
}

// Comparisons alone, so that the compiler makes vector code of them. They say what byte_class()
// does.
Masks masks_of(const char* bytes) {
  std::array<std::uint8_t, kBlock> words;
  std::array<std::uint8_t, kBlock> digits;
  std::array<std::uint8_t, kBlock> marks;
  std::uint8_t wide = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const auto c = static_cast<std::uint8_t>(bytes[i]);
    const auto digit = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c - '0') < 10);
    const auto letter = static_cast<std::uint8_t>(static_cast<std::uint8_t>((c | 32) - 'a') < 26);
    const auto other = static_cast<std::uint8_t>(c == 0xC2 || c == 0xE0 || c > 0xE1);
    words[i] = digit | letter | (c >> 7 & (other ^ 1));
    digits[i] = digit;
    marks[i] = static_cast<std::uint8_t>(c == '@' || c == ':' || c == '=' || c == '.');
    wide |= other;
  }
  return {packed(words.data()), packed(digits.data()), packed(marks.data()), wide != 0};
}

// Builds the lists of a MarkedText. A word may be open from one block to the next.
class Marker {
 public:
  Marker(MarkedText* out, const WordHeads& wanted)
      : out_(out), wanted_(wanted), bytes_(out->text.data()), size_(out->text.size()) {}

  void run() {
    std::size_t i = 0;
    while (i < size_) {
      if (std::endian::native == std::endian::little && size_ - i >= kBlock) {
        const Masks masks = masks_of(bytes_ + i);
        if (!masks.wide) {
          block(i, masks);
          i += kBlock;
          continue;
        }
      }
      i = one_by_one(i, std::min(size_, i + kBlock));
    }
    if (begin_ != kNone) close(size_);
  }

 private:
  void block(std::size_t first, const Masks& masks) {
    for (std::uint64_t left = masks.marks; left != 0; left &= left - 1) {
      mark(first + static_cast<std::size_t>(std::countr_zero(left)));
    }
    const std::uint64_t before = masks.words << 1 | (begin_ != kNone ? 1U : 0U);
    for (std::uint64_t left = masks.words ^ before; left != 0; left &= left - 1) {
      const int bit = std::countr_zero(left);
      const std::uint64_t below = (std::uint64_t{1} << bit) - 1;
      const std::size_t here = first + static_cast<std::size_t>(bit);
      if (begin_ == kNone) {
        begin_ = here;
        above_begin_ = ~below;
      } else {
        digit_ = digit_ || (masks.digits & below & above_begin_) != 0;
        close(here);
      }
    }
    if (begin_ != kNone) digit_ = digit_ || (masks.digits & above_begin_) != 0;
    above_begin_ = ~std::uint64_t{0};
  }

  // Returns the end, which the last character may lie beyond.
  std::size_t one_by_one(std::size_t i, std::size_t end) {
    while (i < end) {
      const std::uint8_t here = byte_class(bytes_[i]);
      if ((here & kWord) != 0) {
        if (begin_ == kNone) begin_ = i;
        digit_ = digit_ || here == kDigit;
        ++i;
        continue;
      }
      if (begin_ != kNone) close(i);
      if (here == kMark) mark(i);
      const std::size_t next = here == kWide ? std::min(size_, i + wide_size(bytes_[i])) : i + 1;
      if (here == kWide) head(i, next);
      i = next;
    }
    return i;
  }

  void mark(std::size_t i) {
    const std::string_view text = out_->text;
    switch (bytes_[i]) {
      case '@': out_->ats.push_back(i); break;
      case ':': (text.substr(i + 1, 2) == "//" ? out_->urls : out_->colons).push_back(i); break;
      case '=': out_->equals.push_back(i); break;
      default:
        if (word_before(text, i) && is_word(at(text, i + 1)) && !is_digit(at(text, i + 1))) {
          out_->dots.push_back(i);
        }
    }
  }

  // Ends the open word.
  void close(std::size_t end) {
    if (digit_) {
      std::uint8_t classes = 0;
      for (std::size_t i = begin_; i < end; ++i) classes |= byte_class(bytes_[i]);
      out_->numbers.push_back({begin_, end, classes});
    }
    head(begin_, end);
    begin_ = kNone;
    digit_ = false;
  }

  void head(std::size_t begin, std::size_t end) {
    if (!wanted_.has({bytes_ + begin, std::min<std::size_t>(3, end - begin)})) return;
    out_->heads.push_back(begin);
    out_->topics |= topics_of_word({bytes_ + begin, end - begin});
  }

  MarkedText* out_;
  const WordHeads& wanted_;
  const char* bytes_;
  std::size_t size_;
  std::size_t begin_ = kNone;                      // of the open word
  bool digit_ = false;                             // it has one
  std::uint64_t above_begin_ = ~std::uint64_t{0};  // its bits in this block
};

}  // namespace

void WordHeads::add(std::string_view prefix) {
  if (prefix.size() > 2 || !is_word(prefix[1])) {
    // The word of "SG.abc" is "SG".
    const char second = is_word(prefix[1]) ? prefix[1] : '\0';
    bits_.set(index(prefix[0], second, second != '\0' && is_word(prefix[2]) ? prefix[2] : '\0'));
    return;
  }
  for (int third = 0; third < 256; ++third) {
    bits_.set(index(prefix[0], prefix[1], static_cast<char>(third)));
  }
}

void WordHeads::add_word(std::string_view word) { bits_.set(index(word[0], word[1], at(word, 2))); }

MarkedText::MarkedText(std::string_view marked, const WordHeads& wanted) : text(marked) {
  Marker(this, wanted).run();
}

}  // namespace weir::privacy
