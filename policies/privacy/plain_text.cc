#include "policies/privacy/plain_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

// Characters in a row that are all one ASCII character or nothing, as many in a row, or the
// alphabet of capitals and small letters again and again.
enum class As : std::uint8_t { kOne, kRow, kLetters };

struct Likeness {
  char32_t first;
  char32_t last;
  char ascii;  // 0 = nothing
  As as = As::kOne;
};

// Source: the Unicode Character Database: general categories Zs and Pd, the property
// Default_Ignorable_Code_Point, full-width forms and mathematical letters. In order.
constexpr Likeness kAlike[] = {
    {0x00A0, 0x00A0, ' '},           {0x00AD, 0x00AD, '\0'},
    {0x034F, 0x034F, '\0'},          {0x061C, 0x061C, '\0'},
    {0x115F, 0x1160, '\0'},          {0x1680, 0x1680, ' '},
    {0x17B4, 0x17B5, '\0'},          {0x180B, 0x180F, '\0'},
    {0x2000, 0x200A, ' '},           {0x200B, 0x200F, '\0'},
    {0x2010, 0x2012, '-'},           {0x202A, 0x202E, '\0'},
    {0x202F, 0x202F, ' '},           {0x205F, 0x205F, ' '},
    {0x2060, 0x206F, '\0'},          {0x2212, 0x2212, '-'},
    {0x3000, 0x3000, ' '},           {0x3164, 0x3164, '\0'},
    {0xFE00, 0xFE0F, '\0'},          {0xFEFF, 0xFEFF, '\0'},
    {0xFF01, 0xFF5E, '!', As::kRow}, {0xFFA0, 0xFFA0, '\0'},
    {0xFFF0, 0xFFF8, '\0'},          {0x1BCA0, 0x1BCA3, '\0'},
    {0x1D173, 0x1D17A, '\0'},        {0x1D400, 0x1D6A3, 'A', As::kLetters},
    {0xE0000, 0xE0FFF, '\0'}};

// The zeros of all scripts' digits (general category Nd, Unicode 18), but for the full-width one:
// nine more digits follow each of them. In order.
constexpr char32_t kZeros[] = {
    0x0660,  0x06F0,  0x07C0,  0x0966,  0x09E6,  0x0A66,  0x0AE6,  0x0B66,  0x0BE6,  0x0C66,
    0x0CE6,  0x0D66,  0x0DE6,  0x0E50,  0x0ED0,  0x0F20,  0x1040,  0x1090,  0x17E0,  0x1810,
    0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,
    0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730,
    0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60,
    0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0};

// Whether two bytes begin a character of these: most text beyond ASCII is then passed over at once.
class Beginnings {
 public:
  constexpr Beginnings() {
    for (const Likeness& each : kAlike) add(each.first, each.last);
    for (const char32_t zero : kZeros) add(zero, zero + 9);
  }
  constexpr bool has(std::string_view text, std::size_t at) const {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (!leads_[lead] || at + 1 == text.size()) return false;
    return pairs_[pair(lead, static_cast<unsigned char>(text[at + 1]))];
  }

 private:
  static constexpr std::size_t pair(std::size_t lead, std::size_t next) {
    return (lead & 0x3FU) << 6 | (next & 0x3FU);
  }
  constexpr void add(char32_t first, char32_t last) {
    const unsigned bits = first < 0x800 ? 0 : first < 0x10000 ? 6 : 12;  // behind the two bytes
    const std::size_t mark = first < 0x800 ? 0xC0 : first < 0x10000 ? 0xE0 : 0xF0;
    for (char32_t both = first >> bits; both <= last >> bits; ++both) {
      leads_[mark | both >> 6] = true;
      pairs_[pair(mark | both >> 6, both)] = true;
    }
  }

  std::array<bool, 256> leads_{};
  std::array<bool, 4096> pairs_{};
};

constexpr Beginnings kBeginnings;

struct Character {
  char32_t code = 0;
  std::size_t size = 0;
};

// Size 0 for what is ASCII or no character.
Character read_character(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - at < size) return {};
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    code = code << 6 | (byte & 0x3FU);
  }
  return {code, size};
}

char ascii_of(const Likeness& alike, char32_t code) {
  constexpr char32_t kAlphabet = 26;
  const char32_t step = code - alike.first;
  switch (alike.as) {
    case As::kOne: return alike.ascii;
    case As::kRow: return static_cast<char>(static_cast<char32_t>(alike.ascii) + step);
    case As::kLetters: break;
  }
  const char32_t letter = step % (2 * kAlphabet);
  return static_cast<char>(letter < kAlphabet ? 'A' + letter : 'a' + letter - kAlphabet);
}

struct Reading {
  bool alike = false;  // to `ascii`, or to nothing where that is NUL
  char ascii = '\0';
};

Reading read_as(char32_t code) {
  const auto* const alike =
      std::lower_bound(std::begin(kAlike), std::end(kAlike), code,
                       [](const Likeness& each, char32_t wanted) { return each.last < wanted; });
  if (alike != std::end(kAlike) && code >= alike->first) {
    return {true, ascii_of(*alike, code)};
  }
  const auto* const zero = std::upper_bound(std::begin(kZeros), std::end(kZeros), code);
  if (zero == std::begin(kZeros) || code - *(zero - 1) > 9) return {};
  return {true, static_cast<char>('0' + (code - *(zero - 1)))};
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

// Where the first character stands that is not plain.
std::size_t first_alike(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!kBeginnings.has(text, at)) continue;
    const Character character = read_character(text, at);
    if (character.size > 0 && read_as(character.code).alike) return at;
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
    const bool plain = at < first || !kBeginnings.has(original, at);
    const Character character = plain ? Character() : read_character(original, at);
    const Reading reading = character.size > 0 ? read_as(character.code) : Reading();
    if (at >= first && is_escaped_at(original, at)) {
      append('@', at, kEscapedAt.size());
      at += kEscapedAt.size();
      continue;
    }
    if (!reading.alike) {
      append(original[at], at, 1);
      ++at;
      continue;
    }
    if (reading.ascii != '\0') append(reading.ascii, at, character.size);
    at += character.size;
  }
}

void PlainText::append(char c, std::size_t begin, std::size_t size) {
  plain_.push_back(c);
  begins_.push_back(begin);
  sizes_.push_back(static_cast<unsigned char>(size));
}

}  // namespace weir::privacy
