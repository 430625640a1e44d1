// The values of Aliases in a text. What cannot be an accident, such as a token of letters and
// digits or a long number, is found wherever its bytes stand; other numbers not within longer
// ones, and the rest not within longer words. In scripts without blanks each character stands for
// itself. Values of less than four bytes are too common to look for.
//
// Immutable; needs the Aliases no more. Takes about 24 bytes for each byte of a value, and time in
// proportion to the text, however many values there are (Aho and Corasick 1975).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "policies/privacy/aliases.h"

namespace weir::privacy {

class KnownValues {
 public:
  struct Place {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool sure = false;  // it cannot be an accident
  };
  using See = std::function<bool(const Place& place)>;

  KnownValues() = default;
  explicit KnownValues(const Aliases& aliases);

  // Of the values that begin at one byte the longest, from the last byte to the first, until
  // `see` returns false.
  void find_backwards(std::string_view text, const See& see) const;

 private:
  // What must be around a value, from little to much.
  enum class Border : std::uint8_t { kFree, kOfNumber, kOfWord };

  // Of the tree of values that are read from their ends, breadth first.
  struct Node {
    std::uint32_t first_child = 0;  // the children end where those of the next node begin
    std::uint32_t fallback = 0;     // of what was read the longest other end that is a node
    std::uint32_t value = 0;        // the node, or else the nearest fallback, that ends a value
    std::uint32_t anywhere = 0;     // the same of values that need no border
    std::uint32_t size = 0;         // of the value that ends here; 0: none does
    char byte = 0;
    Border border = Border::kOfWord;  // of that value
  };
  class Builder;

  static Border border_of(FindingKind kind, std::string_view value);
  // What a border between the bytes before `at` and from there on is enough for.
  static Border border_at(std::string_view text, std::size_t at);
  // Of the values that begin at `begin`, where `node` was reached, the longest that has its
  // borders; 0: none has.
  std::uint32_t value_at(std::string_view text, std::size_t begin, std::uint32_t node) const;
  std::uint32_t child(std::uint32_t node, char byte) const;
  std::uint32_t next(std::uint32_t node, char byte) const;

  std::vector<Node> nodes_;                      // the root first; one more at the end
  std::array<std::uint32_t, 256> of_root_ = {};  // its children by their bytes
};

}  // namespace weir::privacy
