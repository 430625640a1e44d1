// How GPT-2's vocabulary spells bytes: printable ones as themselves, the others as
// letters from U+0100 on, so that a token is always readable text.
//
// Pure functions. (Radford et al. 2019, bytes_to_unicode of their encoder)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// The letter of a byte, as UTF-8.
std::string_view letter_of_byte(std::uint8_t byte);

// `bytes` spelled out.
std::string spell_bytes(std::string_view bytes);

// Appends the bytes that `letters` spell; if one of them spells none, `letters` itself.
void append_spelled_bytes(std::string_view letters, std::string* bytes);

}  // namespace weir
