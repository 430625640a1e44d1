#include "local_backend/tokenizer/byte_alphabet.h"

#include <array>

#include "local_backend/tokenizer/character.h"

namespace weir {
namespace {

constexpr char32_t kFirstLetter = 0x100;
constexpr std::size_t kLetterCodes = 0x144;  // one above the last letter

struct Alphabet {
  std::array<std::string, 256> letters;
  std::array<std::int16_t, kLetterCodes> bytes{};  // by letter, -1 for none

  Alphabet() {
    bytes.fill(-1);
    char32_t next = kFirstLetter;
    for (std::size_t byte = 0; byte < letters.size(); ++byte) {
      const bool printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte != 0xad);
      const char32_t letter = printable ? static_cast<char32_t>(byte) : next++;
      bytes[letter] = static_cast<std::int16_t>(byte);
      if (letter < 0x80) {
        letters[byte] = static_cast<char>(letter);
      } else {
        letters[byte] = {static_cast<char>(0xc0 | letter >> 6),
                         static_cast<char>(0x80 | (letter & 0x3f))};
      }
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet made;
  return made;
}

}  // namespace

std::string_view letter_of_byte(std::uint8_t byte) { return alphabet().letters[byte]; }

std::string spell_bytes(std::string_view bytes) {
  std::string letters;
  letters.reserve(bytes.size() * 2);
  for (const char c : bytes) letters += letter_of_byte(static_cast<std::uint8_t>(c));
  return letters;
}

void append_spelled_bytes(std::string_view letters, std::string* bytes) {
  const std::size_t before = bytes->size();
  for (const Character& letter : characters_of(letters)) {
    const int byte = letter.code < kLetterCodes ? alphabet().bytes[letter.code] : -1;
    if (byte < 0) {
      bytes->resize(before);
      *bytes += letters;
      return;
    }
    *bytes += static_cast<char>(byte);
  }
}

}  // namespace weir
