// How vocabularies of the SentencePiece kind spell text: UTF-8 with U+2581 for a space.
//
// Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// `text` with U+2581 for every space, and one more in front if `add_prefix`.
std::string escape_spaces(std::string_view text, bool add_prefix);

// Appends `piece` with spaces for U+2581.
void append_unescaped(std::string_view piece, std::string* text);

}  // namespace weir
