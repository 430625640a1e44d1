// UTF-8: is it well formed, and the text with what is not replaced.
//
// Pure functions, safe from every thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

// Well formed as RFC 3629 has it: no overlong forms, no surrogates, at most U+10FFFF.
bool is_utf8(std::string_view text);

// How many bytes at the front of `text` form one character; 0 if they form none.
// O(1). `text` is not empty.
std::size_t utf8_character_size(std::string_view text);

// Appends `text`, with U+FFFD for every maximal part that is not UTF-8, as WHATWG
// Encoding asks a decoder to do.
void append_repaired_utf8(std::string* out, std::string_view text);

// The character as one to four bytes. U+FFFD for what is no character.
void append_utf8(std::string* out, char32_t code);

}  // namespace weir
