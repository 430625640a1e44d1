#include "policies/privacy/letters.h"

#include <algorithm>

#include "core/utf8.h"
#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

// Capitals in a row, or every second character, with the distance of their small letters.
struct Capitals {
  char32_t first;
  char32_t last;
  int distance;
  char32_t stride = 1;
};

// Source: the Unicode Character Database, simple case folding of one character.
constexpr Capitals kCapitals[] = {
    {0x0041, 0x005A, 32},   {0x00B5, 0x00B5, 775},  {0x00C0, 0x00D6, 32},   {0x00D8, 0x00DE, 32},
    {0x0100, 0x012E, 1, 2}, {0x0132, 0x0136, 1, 2}, {0x0139, 0x0147, 1, 2}, {0x014A, 0x0176, 1, 2},
    {0x0178, 0x0178, -121}, {0x0179, 0x017D, 1, 2}, {0x0370, 0x0372, 1, 2}, {0x0376, 0x0376, 1},
    {0x037F, 0x037F, 116},  {0x0386, 0x0386, 38},   {0x0388, 0x038A, 37},   {0x038C, 0x038C, 64},
    {0x038E, 0x038F, 63},   {0x0391, 0x03A1, 32},   {0x03A3, 0x03AB, 32},   {0x03C2, 0x03C2, 1},
    {0x03CF, 0x03CF, 8},    {0x03D8, 0x03EE, 1, 2}, {0x0400, 0x040F, 80},   {0x0410, 0x042F, 32},
    {0x0460, 0x0480, 1, 2}, {0x048A, 0x04BE, 1, 2}, {0x04C0, 0x04C0, 15},   {0x04C1, 0x04CD, 1, 2},
    {0x04D0, 0x052E, 1, 2}, {0x0531, 0x0556, 48},   {0x1E00, 0x1E94, 1, 2}, {0x1E9E, 0x1E9E, -7615},
    {0x1EA0, 0x1EFE, 1, 2}};

// A mark, and letters in pairs: without it, and with it.
struct Marked {
  char32_t mark;
  std::u32string_view pairs;
};

// Source: the same, canonical decompositions of small letters of Latin-1, Latin Extended-A, Greek
// and Cyrillic.
constexpr Marked kMarked[] = {
    {0x0300, U"aàeèiìoòuùеѐиѝ"},
    {0x0301, U"aáeéiíoóuúyýcćlĺnńrŕsśzźϊΐαάεέηήιίϋΰοόυύωώгѓкќ"},
    {0x0302, U"aâeêiîoôuûcĉgĝhĥjĵsŝwŵyŷ"},
    {0x0303, U"aãnñoõiĩuũ"},
    {0x0304, U"aāeēiīoōuūиӣуӯ"},
    {0x0306, U"aăeĕgğiĭoŏuŭийуўжӂаӑеӗ"},
    {0x0307, U"cċeėgġzż"},
    {0x0308, U"aäeëiïoöuüyÿιϊυϋеёіїаӓәӛжӝзӟиӥоӧөӫэӭуӱчӵыӹ"},
    {0x030A, U"aåuů"},
    {0x030B, U"oőuűуӳ"},
    {0x030C, U"cčdďeělľnňrřsštťzž"},
    {0x030F, U"ѵѷ"},
    {0x0327, U"cçgģkķlļnņrŗsştţ"},
    {0x0328, U"aąeęiįuų"},
};

constexpr char32_t kNoCharacter = 0x110000;

char32_t fold(char32_t code) {
  const auto* const capitals =
      std::lower_bound(std::begin(kCapitals), std::end(kCapitals), code,
                       [](const Capitals& each, char32_t wanted) { return each.last < wanted; });
  if (capitals == std::end(kCapitals) || code < capitals->first) return code;
  if ((code - capitals->first) % capitals->stride != 0) return code;
  return static_cast<char32_t>(static_cast<int>(code) + capitals->distance);
}

// The letter with the mark, or 0.
char32_t with_mark(char32_t letter, char32_t mark) {
  const auto* const marked = std::find_if(std::begin(kMarked), std::end(kMarked),
                                          [&](const Marked& each) { return each.mark == mark; });
  if (marked == std::end(kMarked)) return 0;
  for (std::size_t i = 0; i < marked->pairs.size(); i += 2) {
    if (marked->pairs[i] == letter) return marked->pairs[i + 1];
  }
  return 0;
}

Letter read_character(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = utf8_character_size(text.substr(at));
  if (size == 0) return {kNoCharacter + lead, 1};
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  return {code, size};
}

// The marks of kMarked begin so.
bool may_be_mark(char c) { return c == '\xCC'; }

std::string as_utf8(char32_t code) {
  std::string text;
  append_utf8(&text, code);
  return text;
}

}  // namespace

Letter read_letter(std::string_view text, std::size_t at) {
  Letter letter = read_character(text, at);
  letter.folded = fold(letter.folded);
  while (may_be_mark(privacy::at(text, at + letter.size))) {
    const Letter mark = read_character(text, at + letter.size);
    const char32_t whole = with_mark(letter.folded, mark.folded);
    if (whole == 0) break;
    letter = {whole, letter.size + mark.size};
  }
  return letter;
}

std::u32string fold_letters(std::string_view text) {
  std::u32string folded;
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = read_letter(text, at);
    folded.push_back(letter.folded);
    at += letter.size;
  }
  return folded;
}

std::vector<std::string> spellings(char32_t folded) {
  if (folded >= kNoCharacter) return {std::string(1, static_cast<char>(folded - kNoCharacter))};
  std::vector<std::string> all = {as_utf8(folded)};
  for (const Capitals& each : kCapitals) {
    const auto capital = static_cast<char32_t>(static_cast<int>(folded) - each.distance);
    if (capital < each.first || capital > each.last) continue;
    if (fold(capital) == folded) all.push_back(as_utf8(capital));
  }
  for (const Marked& marked : kMarked) {
    for (std::size_t i = 0; i < marked.pairs.size(); i += 2) {
      if (marked.pairs[i + 1] != folded) continue;
      for (const std::string& bare : spellings(marked.pairs[i])) {
        all.push_back(bare + as_utf8(marked.mark));
      }
    }
  }
  return all;
}

}  // namespace weir::privacy
