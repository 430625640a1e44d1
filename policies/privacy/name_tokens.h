// What the tagger of names sees of a text: tokens, and what is worth knowing of each.
//
// tools/name_tagger/features.py does the same for training, bit by bit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::privacy {

// A word, another character, or blanks that hold the end of a line.
struct NameToken {
  std::size_t begin = 0;
  std::size_t end = 0;
  // How it is written, and above that, from bit 4, what its line has: 0 no capitals, 1 both, 2 no
  // words in small letters.
  std::uint32_t shape = 0;
};

// Any bytes. Time and memory grow with the text as a line does; may run out of memory alone.
std::vector<NameToken> name_tokens(std::string_view text);

// Numbers that features are made of.
enum NameBase : std::uint8_t {
  kWordBase,
  kShapeBase,
  kPrefix2,
  kPrefix3,
  kPrefix4,
  kSuffix2,
  kSuffix3,
  kSuffix4,
  kClassBase,  // of the lists of words; see name_weights.h
  kNameBases,
};
using NameBases = std::array<std::uint32_t, kNameBases>;

inline constexpr std::uint32_t kBeyondText = 0x51ED270B;  // each base where there is no token

NameBases name_bases(std::string_view text, const NameToken& token);

}  // namespace weir::privacy
