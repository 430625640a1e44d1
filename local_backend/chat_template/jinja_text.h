// Texts as Python has them: sequences of characters, whitespace as str.strip() sees it.
//
// Pure functions, safe from every thread. A byte that is not part of UTF-8 is a
// character of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::jinja {

// How many bytes at the front are whitespace, and where the whitespace at the end begins.
std::size_t strip_begin(std::string_view text);
std::size_t stripped_end(std::string_view text);

std::size_t character_count(std::string_view text);

// The code point at the front of `text`, which is not empty; its size goes to *size.
// U+FFFD for what is not UTF-8.
char32_t character_at(std::string_view text, std::size_t* size);

// Simple case mappings of Latin, Greek, Cyrillic and Armenian letters.
char32_t upper_of(char32_t code);
char32_t lower_of(char32_t code);

}  // namespace weir::jinja
