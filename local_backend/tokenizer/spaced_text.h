// How vocabularies of the SentencePiece kind spell text: UTF-8 with U+2581 for a space.
//
// Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

// `text` with U+2581 for every space, and one more in front if `add_prefix`.
std::string escape_spaces(std::string_view text, bool add_prefix);

// Where the word that begins at `begin` ends: before the next U+2581 that follows
// something else, or with the text. So the spaces between two words belong to the second.
std::size_t end_of_word(std::string_view text, std::size_t begin);

// Whether `piece` lies in one such word wherever it stands.
bool stays_in_word(std::string_view piece);

// Appends `piece` with spaces for U+2581.
void append_unescaped(std::string_view piece, std::string* text);

}  // namespace weir
