#include "local_backend/tokenizer/character.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace weir {
namespace {

constexpr std::array<std::uint32_t, 11> kTraitOfCategory = {0,
                                                            trait::kUpper,
                                                            trait::kLower,
                                                            trait::kTitle,
                                                            trait::kModifier,
                                                            trait::kOtherLetter,
                                                            trait::kMark,
                                                            trait::kNumber,
                                                            trait::kPunctuation,
                                                            trait::kSymbol,
                                                            0};

bool is_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
         code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

std::uint32_t look_up(char32_t code) {
  const auto table = unicode_categories();
  const auto after = std::upper_bound(table.begin(), table.end(), code << 8 | 0xffu);
  return kTraitOfCategory[*(after - 1) & 0xffu] | (is_space(code) ? trait::kSpace : 0u);
}

std::array<std::uint32_t, 128> ascii_traits() {
  std::array<std::uint32_t, 128> traits{};
  for (std::size_t c = 0; c < traits.size(); ++c) traits[c] = look_up(static_cast<char32_t>(c));
  traits['\r'] |= trait::kNewline;
  traits['\n'] |= trait::kNewline | trait::kLineFeed;
  traits[' '] |= trait::kBlank;
  traits['/'] |= trait::kSlash;
  return traits;
}

char32_t code_of(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  char32_t code = byte(0) & (0xffu >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i) code = code << 6 | (byte(i) & 0x3fu);
  return code;
}

}  // namespace

std::uint32_t traits_of(char32_t code) {
  static const std::array<std::uint32_t, 128> of_ascii = ascii_traits();
  return code < of_ascii.size() ? of_ascii[code] : look_up(code);
}

std::size_t character_size(std::string_view text) {
  return std::max<std::size_t>(utf8_character_size(text), 1);
}

std::vector<Character> characters_of(std::string_view text) {
  constexpr char32_t kReplacement = 0xfffd;
  std::vector<Character> characters;
  characters.reserve(text.size());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t size = utf8_character_size(text.substr(begin));
    const char32_t code = size == 0 ? kReplacement : code_of(text.substr(begin, size));
    characters.push_back({code, traits_of(code), static_cast<std::uint32_t>(begin)});
    begin += std::max<std::size_t>(size, 1);
  }
  return characters;
}

}  // namespace weir
