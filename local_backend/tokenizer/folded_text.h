// Text without case and accents, as uncased BERT vocabularies have it: lower case, the
// canonical decomposition, no nonspacing marks. By the tables of Unicode 16.0.
//
// Pure functions, safe from every thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir {

// `count` characters from `first` on, `step` apart, become `to`: the same for all, or
// the next by `step` for each (`moves`). To 0: nothing is left of them. A character
// that becomes several has a run of its own for each.
struct FoldRun {
  char32_t first;
  char32_t to;
  std::uint16_t count;
  std::uint8_t step;
  bool moves;
};
std::span<const FoldRun> fold_runs();  // by `first`; no two lie in each other

// Appends what is left of `code` as UTF-8. O(log n), ASCII O(1).
void append_folded(char32_t code, std::string* out);

}  // namespace weir
