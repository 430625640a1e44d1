#include "policies/privacy/name_tokens.h"

#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/name_weights.h"

namespace weir::privacy {
namespace {

constexpr std::uint32_t kLine = 1;
constexpr std::uint32_t kOther = 2;
constexpr std::uint32_t kOneDigit = 3;  // up to six and more
constexpr std::uint32_t kDigitFirst = 9;
constexpr std::uint32_t kDigitLater = 10;
constexpr std::uint32_t kSmall = 11;
constexpr std::uint32_t kOneCapital = 12;
constexpr std::uint32_t kCapitalFirst = 13;
constexpr std::uint32_t kCapitals = 14;
constexpr std::uint32_t kMixed = 15;
constexpr std::size_t kMostToldDigits = 6;
// Of longer words no more is looked at: no name has so many bytes.
constexpr std::size_t kMostBytes = 64;

std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A word in lower case, of its first bytes alone.
class LowerWord {
 public:
  explicit LowerWord(std::string_view word) : size_(std::min(word.size(), kMostBytes)) {
    std::copy_n(word.begin(), size_, bytes_.begin());
    for (std::size_t i = 0; i < size_; ++i) {
      if (byte_of(bytes_[i]) < 0xC3 || i + 1 == size_) {
        bytes_[i] = to_lower(bytes_[i]);
      } else {
        lower_pair(i);
        ++i;
      }
    }
  }

  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  // Latin-1, Latin Extended-A as if all its capitals were even, Greek and Cyrillic.
  void lower_pair(std::size_t i) {
    const std::uint8_t lead = byte_of(bytes_[i]);
    const std::uint8_t next = byte_of(bytes_[i + 1]);
    if (lead == 0xC3 && next >= 0x80 && next <= 0x9E) return set(i, lead, next + 32);
    if ((lead == 0xC4 || lead == 0xC5) && next >= 0x80) return set(i, lead, next | 1);
    if (lead == 0xCE && next >= 0x91 && next <= 0x9F) return set(i, lead, next + 32);
    if (lead == 0xCE && next >= 0xA0 && next <= 0xA9) return set(i, 0xCF, next - 32);
    if (lead == 0xD0 && next >= 0x90 && next <= 0x9F) return set(i, lead, next + 32);
    if (lead == 0xD0 && next >= 0xA0 && next <= 0xAF) return set(i, 0xD1, next - 32);
  }

  void set(std::size_t i, int lead, int next) {
    bytes_[i] = static_cast<char>(lead);
    bytes_[i + 1] = static_cast<char>(next);
  }

  std::size_t size_;
  std::array<char, kMostBytes> bytes_;
};

std::uint32_t letters_shape(std::string_view word, std::string_view low) {
  const std::size_t first = byte_of(word[0]) >= 0x80 ? std::min<std::size_t>(2, word.size()) : 1;
  std::size_t changed = 0;
  std::size_t letters = 0;
  for (std::size_t i = first; i < word.size(); ++i) {
    changed += word[i] != low[i] ? 1 : 0;
    letters += byte_of(word[i]) < 0x80 || byte_of(word[i]) >= 0xC0 ? 1 : 0;
  }
  if (word.substr(0, first) == low.substr(0, first)) return changed > 0 ? kMixed : kSmall;
  if (word.size() == first) return kOneCapital;
  return changed == 0 ? kCapitalFirst : changed == letters ? kCapitals : kMixed;
}

std::uint32_t shape_of(std::string_view whole) {
  if (is_space(whole[0])) return kLine;
  if (!is_word(whole[0])) return kOther;
  const std::string_view word = whole.substr(0, kMostBytes);
  const auto digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
  if (digits == word.size())
    return kOneDigit - 1 + static_cast<std::uint32_t>(std::min(digits, kMostToldDigits));
  if (digits > 0) return is_digit(word[0]) ? kDigitFirst : kDigitLater;
  return letters_shape(word, LowerWord(word).view());
}

std::size_t token_end(std::string_view text, std::size_t i) {
  if (is_word(text[i])) {
    while (i < text.size() && is_word(text[i])) ++i;
    return i;
  }
  const bool wide = byte_class(text[i]) == kWide;
  return std::min(text.size(), i + (wide ? wide_size(text[i]) : 1));
}

// Which words the open line has, and where it began among the tokens.
struct OpenLine {
  std::size_t first = 0;
  bool small = false;
  bool capital = false;

  void close(std::vector<NameToken>* tokens) {
    const std::uint32_t letters = !capital ? 0 : !small ? 2 : 1;
    for (std::size_t i = first; i < tokens->size(); ++i) (*tokens)[i].shape |= letters << 4;
    *this = {tokens->size(), false, false};
  }
};

std::uint32_t hash_of(std::string_view bytes, std::uint32_t seed) {
  for (const char c : bytes) seed = (seed ^ byte_of(c)) * 0x01000193U;  // FNV-1a
  return seed;
}
constexpr std::uint32_t kWordSeed = 0x811C9DC5U;

std::string_view last(std::string_view word, std::size_t count) {
  return word.substr(word.size() - std::min(word.size(), count));
}

NameBases bases_of(std::string_view low, std::uint32_t shape) {
  const std::uint32_t word = hash_of(low, kWordSeed);
  return {word,
          shape,
          hash_of(low.substr(0, 2), 2),
          hash_of(low.substr(0, 3), 3),
          hash_of(low.substr(0, 4), 4),
          hash_of(last(low, 2), 5),
          hash_of(last(low, 3), 6),
          hash_of(last(low, 4), 7),
          name_weights().classes_of(word)};
}

}  // namespace

std::vector<NameToken> name_tokens(std::string_view text) {
  std::vector<NameToken> tokens;
  tokens.reserve(text.size() / 4);
  OpenLine line;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t begin = i;
    while (i < text.size() && is_space(text[i])) ++i;
    if (i > begin) {
      if (text.substr(begin, i - begin).find('\n') == std::string_view::npos) continue;
      line.close(&tokens);
      tokens.push_back({begin, i, kLine});
      continue;
    }
    i = token_end(text, begin);
    const std::uint32_t shape = shape_of(text.substr(begin, i - begin));
    line.small = line.small || shape == kSmall || shape == kCapitalFirst;
    line.capital = line.capital || shape >= kOneCapital;
    tokens.push_back({begin, i, shape});
  }
  line.close(&tokens);
  return tokens;
}

NameBases name_bases(std::string_view text, const NameToken& token) {
  const std::string_view word = text.substr(token.begin, token.end - token.begin);
  const std::uint32_t shape = token.shape & 15U;
  if (shape == kLine) {
    return bases_of(std::count(word.begin(), word.end(), '\n') > 1 ? "\n\n" : "\n", token.shape);
  }
  if (shape >= kOneDigit && shape < kDigitFirst) {
    return bases_of(std::string_view("000000").substr(0, std::min(word.size(), kMostToldDigits)),
                    token.shape);
  }
  return bases_of(LowerWord(word).view(), token.shape);
}

}  // namespace weir::privacy
