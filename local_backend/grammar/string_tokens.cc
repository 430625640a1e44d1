#include "local_backend/grammar/string_tokens.h"

#include <algorithm>
#include <limits>
#include <span>

namespace weir::grammar {
namespace {

constexpr char32_t kFirstFar = 0x80;  // not ASCII
constexpr CharacterBits kFarBit = CharacterBits{1} << 60;
constexpr unsigned kControlBit = 59;

// Pairs of letters, all digits, all of what is neither seen nor a space, and each other character
// have a bit, but '^' and '_' share one.
constexpr std::array<CharacterBits, kFirstFar> ascii_bits() {
  std::array<CharacterBits, kFirstFar> bits{};
  unsigned next = 27;
  for (char32_t code = 0; code < bits.size(); ++code) {
    unsigned bit = kControlBit;
    if (code >= 'a' && code <= 'z') {
      bit = (code - 'a') / 2;
    } else if (code >= 'A' && code <= 'Z') {
      bit = 13 + (code - 'A') / 2;
    } else if (code >= '0' && code <= '9') {
      bit = 26;
    } else if (code > 0x1f && code < 0x7f) {
      bit = code == '_' ? next - 1 : next++;
    }
    bits[code] = CharacterBits{1} << bit;
  }
  return bits;
}
constexpr std::array<CharacterBits, kFirstFar> kAsciiBits = ascii_bits();

const CodePointRange* range_at(const CodePoints& points, char32_t code) {
  const auto found = std::partition_point(
      points.begin(), points.end(), [&](const CodePointRange& range) { return range.last < code; });
  return found == points.end() ? nullptr : &*found;
}

bool has_all(const CodePoints& points, CodePointRange asked) {
  const CodePointRange* found = range_at(points, asked.first);
  return found != nullptr && found->first <= asked.first && asked.last <= found->last;
}

// Surrogates may be in a range that is asked for, and are never in a class.
bool has_all(const CodePoints& points, std::span<const CodePointRange> ranges) {
  return std::all_of(ranges.begin(), ranges.end(), [&](const CodePointRange& range) {
    const CodePointRange below{range.first, std::min<char32_t>(range.last, 0xd7ff)};
    const CodePointRange above{std::max<char32_t>(range.first, 0xe000), range.last};
    return (below.first > below.last || has_all(points, below)) &&
           (above.first > above.last || has_all(points, above));
  });
}

bool has_any_point(const CodePoints& points, std::span<const CodePointRange> ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const CodePointRange& range) {
    const CodePointRange* found = range_at(points, range.first);
    return found != nullptr && found->first <= range.last;
  });
}

// How many of the characters are of the class before another one comes.
std::size_t leading(std::span<const char32_t> codes, const CodePoints& points) {
  char32_t last = kLastCodePoint + 1;  // they repeat
  std::size_t count = 0;
  for (; count < codes.size(); ++count) {
    if (codes[count] != last && !has_all(points, CodePointRange{codes[count], codes[count]})) break;
    last = codes[count];
  }
  return count;
}

// The characters of a token up to where something else comes.
struct Reading {
  std::vector<char32_t> codes;
  StringStep last;  // of the byte that something else came with, or the last one
  std::size_t quote = StringTokens::kNoQuote;
};

Reading read(std::string_view bytes) {
  Reading reading;
  Unfinished unfinished = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    reading.last = read_byte(unfinished, static_cast<std::uint8_t>(bytes[i]), Spelling::kUsual);
    unfinished = reading.last.unfinished;
    if (reading.last.kind == StringStep::Kind::kCharacter) {
      reading.codes.push_back(reading.last.code);
    } else if (reading.last.kind != StringStep::Kind::kMore) {
      if (reading.last.kind == StringStep::Kind::kQuote) reading.quote = i;
      break;
    }
  }
  return reading;
}

}  // namespace

CharacterBits bit_of(char32_t code) { return code < kFirstFar ? kAsciiBits[code] : kFarBit; }

CharacterBits bits_of(CodePointRange range) {
  constexpr CharacterBits kEscaped =
      kFarBit | CharacterBits{1} << kControlBit | kAsciiBits['"'] | kAsciiBits['\\'];
  CharacterBits bits = range.last >= kFirstFar ? kFarBit | kBegunUtf8 : 0;
  for (char32_t code = range.first; code <= range.last && code < kFirstFar; ++code) {
    bits |= kAsciiBits[code];
  }
  return (bits & kEscaped) != 0 ? bits | kBegunEscape : bits;
}

CharacterBits bits_beyond(const CodePoints& points) {
  CharacterBits bits = kNoCharacter;
  for (const CodePointRange& range : complement(points)) bits |= bits_of(range);
  return bits;
}

StringTokens::StringTokens(const std::vector<std::string>& bytes)
    : whole_(bytes.size()),
      quoted_(bytes.size()),
      ascii_(bytes.size()),
      characters_(bytes.size()),
      at_most_(kMostCounted + 1, TokenSet(bytes.size())),
      far_tokens_(bytes.size()) {
  std::vector<std::vector<char32_t>> far;
  for (std::size_t i = 0; i < bytes.size(); ++i) add(static_cast<TokenId>(i), bytes[i], &far);
  for (std::size_t n = 1; n <= kMostCounted; ++n) at_most_[n].add(at_most_[n - 1]);
  number_far_characters(far);
}

void StringTokens::add(TokenId token, std::string_view bytes,
                       std::vector<std::vector<char32_t>>* far) {
  const Reading reading = read(bytes);
  const auto kind = reading.last.kind;
  if (bytes.empty() || kind == StringStep::Kind::kWrong) return;
  (kind == StringStep::Kind::kQuote ? quoted_ : whole_).add(token);
  const auto at = static_cast<std::size_t>(token);
  std::vector<char32_t> beyond;
  for (const char32_t code : reading.codes) {
    if (code < kFirstFar) {
      ascii_[at][code / 64] |= std::uint64_t{1} << (code % 64);
    } else {
      beyond.push_back(code);
    }
  }
  std::size_t characters = reading.codes.size();
  if (kind == StringStep::Kind::kMore) {
    ++characters;
    begun_.push_back({token, reading.last});
  }
  characters_[at] = static_cast<std::uint16_t>(
      std::min<std::size_t>(characters, std::numeric_limits<std::uint16_t>::max()));
  if (characters <= kMostCounted) {
    at_most_[characters].add(token);
  } else {
    long_.push_back({token, reading.codes});
  }
  if (beyond.empty()) return;
  far_tokens_.add(token);
  far_.push_back({token, 0, 0});
  far->push_back(std::move(beyond));
}

void StringTokens::number_far_characters(const std::vector<std::vector<char32_t>>& far) {
  for (const auto& codes : far) {
    far_points_.insert(far_points_.end(), codes.begin(), codes.end());
  }
  std::sort(far_points_.begin(), far_points_.end());
  far_points_.erase(std::unique(far_points_.begin(), far_points_.end()), far_points_.end());
  for (std::size_t i = 0; i < far.size(); ++i) {
    far_[i].first = static_cast<std::uint32_t>(far_characters_.size());
    far_[i].count = static_cast<std::uint32_t>(far[i].size());
    for (const char32_t code : far[i]) {
      const auto found = std::lower_bound(far_points_.begin(), far_points_.end(), code);
      far_characters_.push_back(static_cast<std::uint32_t>(found - far_points_.begin()));
    }
  }
}

TokenSet StringTokens::made_of_ascii(const CodePoints& points) const {
  Ascii others{~std::uint64_t{0}, ~std::uint64_t{0}};
  for (const CodePointRange& range : points) {
    for (char32_t code = range.first; code <= range.last && code < kFirstFar; ++code) {
      others[code / 64] &= ~(std::uint64_t{1} << (code % 64));
    }
  }
  TokenSet tokens(ascii_.size());
  const std::span<std::uint64_t> words = tokens.words();
  for (std::size_t first = 0; first < ascii_.size(); first += 64) {
    const std::size_t count = std::min<std::size_t>(ascii_.size() - first, 64);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Ascii& own = ascii_[first + i];
      const bool fits = ((own[0] & others[0]) | (own[1] & others[1])) == 0;
      word |= std::uint64_t{fits} << i;
    }
    words[first / 64] = word;
  }
  return tokens;
}

// Most classes have all characters beyond ASCII, or none.
void StringTokens::drop_far(const CodePoints& points, TokenSet* tokens) const {
  if (has_all(points, std::array{CodePointRange{kFirstFar, kLastCodePoint}})) return;
  if (points.empty() || points.back().last < kFirstFar) return tokens->remove(far_tokens_);
  std::vector<std::uint8_t> has(far_points_.size());
  for (const CodePointRange& range : points) {
    const auto first = std::lower_bound(far_points_.begin(), far_points_.end(), range.first);
    const auto end = std::upper_bound(first, far_points_.end(), range.last);
    std::fill(has.begin() + (first - far_points_.begin()),
              has.begin() + (end - far_points_.begin()), std::uint8_t{1});
  }
  for (const Far& far : far_) {
    const auto codes = std::span(far_characters_).subspan(far.first, far.count);
    const bool fits = std::all_of(codes.begin(), codes.end(), [&](auto i) { return has[i] != 0; });
    if (!fits) tokens->remove(far.token);
  }
}

ClassTokens StringTokens::made_of(const CodePoints& points) const {
  TokenSet tokens = made_of_ascii(points);
  drop_far(points, &tokens);
  ClassTokens made;
  for (const Begun& begun : begun_) {
    if (!tokens.has(begun.token) || has_all(points, begun.step.possible())) continue;
    tokens.remove(begun.token);
    if (!has_any_point(points, begun.step.possible())) continue;
    made.begun |= is_begun_utf8(begun.step.unfinished) ? kBegunUtf8 : kBegunEscape;
  }
  made.whole = tokens;
  made.whole.keep(whole_);
  made.quoted = std::move(tokens);
  made.quoted.keep(quoted_);
  made.most_begin = kMostCounted + 1;
  for (const Long& token : long_) {
    made.most_begin = std::max(made.most_begin, leading(token.characters, points) + 1);
  }
  return made;
}

std::vector<TokenId> StringTokens::longer_than(std::size_t count) const {
  std::vector<TokenId> tokens;
  for (const Long& one : long_) {
    if (characters(one.token) > count) tokens.push_back(one.token);
  }
  return tokens;
}

void StringTokens::keep_short(std::size_t most, TokenSet* tokens) const {
  std::vector<TokenId> kept;
  for (const Long& one : long_) {
    if (tokens->has(one.token) && characters(one.token) <= most) kept.push_back(one.token);
  }
  tokens->keep(at_most_[std::min(most, kMostCounted)]);
  for (const TokenId token : kept) tokens->add(token);
}

std::size_t StringTokens::quote_at(std::string_view bytes) { return read(bytes).quote; }

}  // namespace weir::grammar
