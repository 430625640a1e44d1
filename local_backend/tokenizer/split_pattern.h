// The patterns by which byte-pair tokenizers cut text into words before they merge.
//
// Published as regular expressions; here each alternative of one is a row of data,
// and a matcher of a hundred lines runs them all in linear time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "local_backend/tokenizer/character.h"

namespace weir {

struct CodeRange {
  char32_t first;
  char32_t last;
};

// A character class: any of the traits or ranges, or with `negated` none of them.
struct CharacterSet {
  std::uint32_t traits = 0;
  bool negated = false;
  std::span<const CodeRange> ranges = {};

  bool has(const Character& character) const;
  bool empty() const { return traits == 0 && ranges.empty() && !negated; }
};

constexpr CharacterSet any_of(std::uint32_t traits) { return {traits}; }
constexpr CharacterSet none_of(std::uint32_t traits) { return {traits, true}; }
constexpr CharacterSet in_ranges(std::span<const CodeRange> ranges) { return {0, false, ranges}; }

// One alternative of a pattern.
struct SplitRun {
  enum class Kind : std::uint8_t {
    kRun,            // prefix? body{least,most} tail*
    kCasedWord,      // prefix? upper* lower+ | prefix? upper+ lower*, then a contraction?
    kContraction,    // 's 't 're 've 'm 'll 'd
    kNewlines,       // \s*[\r\n]+
    kTrailingSpace,  // \s+(?!\S)
    kFinalSpace,     // \s+$
  };
  Kind kind = Kind::kRun;
  CharacterSet prefix = {};
  CharacterSet body = {};
  CharacterSet tail = {};
  std::size_t least = 1;
  std::size_t most = std::numeric_limits<std::size_t>::max();
  bool prefix_required = false;
  bool ignore_case = false;   // of a contraction
  bool contraction = false;   // a cased word takes the one behind it
  CharacterSet without = {};  // none of these is a letter of a cased word
};

// Alternatives, the first that matches wins.
using SplitPattern = std::span<const SplitRun>;

// Cuts `text` by each pattern in turn: every match is a piece, and so is what lies
// between two matches; the next pattern then works inside the pieces. Returns where
// pieces end, as indices into `text`, the last one text.size(). O(text.size()).
std::vector<std::size_t> split(std::span<const Character> text,
                               std::span<const SplitPattern> patterns);

}  // namespace weir
