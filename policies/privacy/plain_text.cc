#include "policies/privacy/plain_text.h"

#include <algorithm>
#include <cstdint>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

// Characters in a row that are as many ASCII ones in a row, or all one, or none.
struct Likeness {
  char32_t first;
  char32_t last;
  char ascii;  // 0 = nothing
  bool rising = false;
};

// Source: the Unicode Character Database, general categories Zs, Pd, Nd and Cf.
constexpr Likeness kAlike[] = {
    {0x00A0, 0x00A0, ' '},       {0x00AD, 0x00AD, '\0'},      {0x0660, 0x0669, '0', true},
    {0x06F0, 0x06F9, '0', true}, {0x0966, 0x096F, '0', true}, {0x2000, 0x200A, ' '},
    {0x200B, 0x200F, '\0'},      {0x2010, 0x2012, '-'},       {0x202F, 0x202F, ' '},
    {0x205F, 0x205F, ' '},       {0x2060, 0x2060, '\0'},      {0x2212, 0x2212, '-'},
    {0x3000, 0x3000, ' '},       {0xFEFF, 0xFEFF, '\0'},      {0xFF01, 0xFF5E, '!', true},
};

struct Character {
  char32_t code = 0;
  std::size_t size = 0;
};

// Of two or three bytes, as all that is alike is; size 0 for what is none of these.
Character read_character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto goes_on = [&](std::size_t i) {
    return at + i < text.size() && (byte(i) & 0xC0U) == 0x80U;
  };
  if (byte(0) >= 0xC2 && byte(0) <= 0xDF && goes_on(1)) {
    return {static_cast<char32_t>((byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU)), 2};
  }
  if (byte(0) >= 0xE0 && byte(0) <= 0xEF && goes_on(1) && goes_on(2)) {
    return {
        static_cast<char32_t>((byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU)),
        3};
  }
  return {};
}

const Likeness* find_alike(char32_t code) {
  const auto* const found = std::find_if(
      std::begin(kAlike), std::end(kAlike),
      [code](const Likeness& each) { return code >= each.first && code <= each.last; });
  return found == std::end(kAlike) ? nullptr : found;
}

// An address in the query of a URL: ann%40example.com.
constexpr std::string_view kEscapedAt = "%40";

bool is_escaped_at(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with(kEscapedAt) && is_word(before(text, at)) &&
         is_word(privacy::at(text, at + kEscapedAt.size()));
}

std::size_t first_escaped_at(std::string_view text) {
  std::size_t at = text.find(kEscapedAt);
  while (at != std::string_view::npos && !is_escaped_at(text, at)) {
    at = text.find(kEscapedAt, at + 1);
  }
  return std::min(at, text.size());
}

// Whether a byte begins one of kAlike: most text beyond ASCII is then passed over at once.
bool may_begin_alike(char c) {
  switch (static_cast<unsigned char>(c)) {
    case 0xC2:
    case 0xD9:
    case 0xDB:
    case 0xE0:
    case 0xE2:
    case 0xE3:
    case 0xEF: return true;
    default: return false;
  }
}

// Where the first character stands that is not plain.
std::size_t first_alike(std::string_view text) {
  auto next = std::find_if(text.begin(), text.end(), may_begin_alike);
  while (next != text.end()) {
    const auto at = static_cast<std::size_t>(next - text.begin());
    const Character character = read_character(text, at);
    if (character.size > 0 && find_alike(character.code) != nullptr) return at;
    next = std::find_if(next + 1, text.end(), may_begin_alike);
  }
  return text.size();
}

}  // namespace

PlainText::PlainText(std::string_view original) : original_(original) {
  const std::size_t first = std::min(first_alike(original), first_escaped_at(original));
  changed_ = first < original.size();
  if (!changed_) return;
  plain_.reserve(original.size());
  begins_.reserve(original.size());
  sizes_.reserve(original.size());
  for (std::size_t at = 0; at < original.size();) {
    const bool plain = at < first || !may_begin_alike(original[at]);
    const Character character = plain ? Character() : read_character(original, at);
    const Likeness* alike = character.size > 0 ? find_alike(character.code) : nullptr;
    if (at >= first && is_escaped_at(original, at)) {
      append('@', at, kEscapedAt.size());
      at += kEscapedAt.size();
      continue;
    }
    if (alike == nullptr) {
      append(original[at], at, 1);
      ++at;
      continue;
    }
    const char32_t step = alike->rising ? character.code - alike->first : 0;
    if (alike->ascii != '\0') {
      append(static_cast<char>(static_cast<char32_t>(alike->ascii) + step), at, character.size);
    }
    at += character.size;
  }
}

void PlainText::append(char c, std::size_t begin, std::size_t size) {
  plain_.push_back(c);
  begins_.push_back(begin);
  sizes_.push_back(static_cast<unsigned char>(size));
}

}  // namespace weir::privacy
