// Where a text has JSON in it: the whole text, a block in a fence, what follows some words, a line
// of a log.
//
// Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace weir::privacy {

struct JsonPart {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// From each bracket or brace that stands in no other part as far as the text is JSON, so that what
// is cut off or goes wrong later counts as far as it goes; and a text that is one string of JSON.
// Parts without a string or a number of four bytes are left out. In the order of the text; linear
// in it.
std::vector<JsonPart> json_parts(std::string_view text);

}  // namespace weir::privacy
