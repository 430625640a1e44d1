// Sets of code points, as ranges.
//
// Sorted, neither overlapping nor touching, without surrogates, which no text has. Pure
// functions.
#pragma once

#include <vector>

namespace weir::grammar {

struct CodePointRange {
  char32_t first = 0;
  char32_t last = 0;

  friend bool operator==(const CodePointRange&, const CodePointRange&) = default;
};
using CodePoints = std::vector<CodePointRange>;

inline constexpr char32_t kLastCodePoint = 0x10ffff;

// Of ranges in any order, that may overlap.
CodePoints code_points(std::vector<CodePointRange> ranges);
CodePoints all_code_points();
CodePoints complement(const CodePoints& points);
// Those of the range that are not among the points.
CodePoints without(CodePointRange range, const CodePoints& points);

}  // namespace weir::grammar
