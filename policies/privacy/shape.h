// Shapes of tokens and numbers: a small language of fixed and bounded runs, matched in one walk
// without going back.
//
// A shape is literal bytes and classes, each with a count: "\d{3}-\d{2}-\d{4}".
//   \d digit   \h 0-9a-f   \H hexadecimal in any case   \A A-Z   \a letter   \U A-Z and digits
//   \l a-z and digits   \n letter or digit   \w those, _ and -   \v those and _
//   \b base64 without =   \e base64 with = and -_   \t \w, dot, tilde and plus
//   \_ at most one of space - . /         {n} or {n,m}: so many; alone: one
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::privacy {

inline constexpr std::size_t kNoMatch = static_cast<std::size_t>(-1);

// How many bytes of `text`, from its first, have the shape; kNoMatch if they do not. A class
// takes all it can up to its most. O(matched bytes).
std::size_t match_shape(std::string_view shape, std::string_view text);

// Whether `c` is of the class named `name` above, such as 'd'.
bool in_shape_class(char name, char c);

}  // namespace weir::privacy
