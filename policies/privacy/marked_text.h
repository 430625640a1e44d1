// What one pass over a text finds out, so that each detector looks only where it can find
// something.
//
// The pass reads every byte once through a table of classes. Measured on the test machine
// (privacy_bench, 8 KB of prose): see bench/RESULTS.md. A set of regular expressions (RE2::Set)
// in its place needs all rules in one automaton, whose states do not stay in its cache when the
// text is code; the pass has no states, so hostile text cannot slow it.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::privacy {

// A maximal run of letters and digits.
struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint8_t classes = 0;  // of bytes.h, of all its bytes

  std::size_t size() const { return end - begin; }
};

// The first two bytes of words that detectors want to see.
class WordHeads {
 public:
  // `prefix` has two bytes or more.
  void add(std::string_view prefix) { bits_.set(index(prefix[0], prefix[1])); }
  bool has(char first, char second) const { return bits_.test(index(first, second)); }

 private:
  static std::size_t index(char first, char second) {
    return static_cast<std::size_t>(static_cast<std::uint8_t>(first)) << 8 |
           static_cast<std::uint8_t>(second);
  }

  std::bitset<65'536> bits_;
};

// Views the text: it must live as long. Positions rise in every list.
struct MarkedText {
  MarkedText(std::string_view marked, const WordHeads& wanted);

  std::string_view text;
  std::vector<Word> numbers;        // words with a digit
  std::vector<std::size_t> heads;   // words that begin as `wanted` says
  std::vector<std::size_t> ats;     // @
  std::vector<std::size_t> urls;    // the colon of ://
  std::vector<std::size_t> colons;  // other colons
  std::vector<std::size_t> equals;  // =
  std::vector<std::size_t> dots;    // dots with a letter or digit before and a letter behind
};

}  // namespace weir::privacy
