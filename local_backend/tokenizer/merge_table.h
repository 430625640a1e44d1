// The merges of a byte-pair vocabulary (`tokenizer.ggml.merges`), by pair of tokens.
//
// Immutable and thread-safe. 12 bytes a merge and 4 a token.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

class MergeTable {
 public:
  static constexpr std::size_t kMaxMerges = std::size_t{1} << 24;

  // kInvalidModel if a line is not two parts with a space between, or a part or what
  // both form is no token. A merge whose result is no normal token is left out: plain text
  // must not become a control token.
  static Result<MergeTable> read(const GgufFile& file, const Vocabulary& vocabulary);

  struct Merge {
    std::uint32_t rank;  // place in the file: lower merges first; below 2^24
    TokenId token;       // what the pair becomes
  };

  // O(log of the merges of `left`).
  std::optional<Merge> find(TokenId left, TokenId right) const;

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    TokenId right;
    Merge merge;
  };

  MergeTable() = default;

  std::vector<Entry> entries_;        // by left, then right
  std::vector<std::uint32_t> first_;  // of each left, and one more
};

}  // namespace weir
