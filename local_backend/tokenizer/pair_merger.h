// Merges neighbouring pieces of a text, the cheapest pair first, until none may merge.
//
// The heart of every byte-pair tokenizer: pieces are a linked list, and a heap holds
// the merges they allow. O(n log n) in pieces, whatever the text; a pair is proposed
// at most three times a piece. Reuse one for many words: it keeps its memory. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <vector>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

class PairMerger {
 public:
  static constexpr TokenId kNoToken = -1;

  struct Piece {
    std::uint32_t begin;
    std::uint32_t size;  // 0: merged into the piece before
    TokenId token;       // kNoToken: in no vocabulary
    std::uint32_t previous;
    std::uint32_t next;
  };

  // What two pieces become, and the price: lower merges first, the leftmost of equals.
  struct Proposal {
    float cost;
    TokenId token;
  };

  void clear() { pieces_.clear(); }

  // Appends a piece of the text. `size` is not 0.
  void add(std::uint32_t begin, std::uint32_t size, TokenId token) {
    const auto index = static_cast<std::uint32_t>(pieces_.size());
    if (index > 0) pieces_.back().next = index;
    pieces_.push_back({begin, size, token, index == 0 ? kNone : index - 1, kNone});
  }

  // `propose(left, right)` returns an optional<Proposal>.
  template <class Propose>
  void merge(const Propose& propose) {
    for (std::uint32_t i = 1; i < pieces_.size(); ++i) offer(i - 1, i, propose);
    while (!merges_.empty()) {
      const Merge best = merges_.top();
      merges_.pop();
      Piece& left = pieces_[best.left];
      Piece& right = pieces_[best.right];
      // Either side has been merged elsewhere since.
      if (left.size == 0 || right.size == 0 || left.size + right.size != best.size) continue;
      left.size = best.size;
      left.token = best.token;
      left.next = right.next;
      right.size = 0;
      if (right.next != kNone) pieces_[right.next].previous = best.left;
      if (left.previous != kNone) offer(left.previous, best.left, propose);
      if (left.next != kNone) offer(best.left, left.next, propose);
    }
  }

  // Calls visit(const Piece&) for what is left, in order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::uint32_t i = pieces_.empty() ? kNone : 0; i != kNone; i = pieces_[i].next) {
      visit(pieces_[i]);
    }
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  struct Merge {
    float cost;
    TokenId token;
    std::uint32_t left;
    std::uint32_t right;
    std::uint32_t size;
    bool operator<(const Merge& other) const {  // the heap's top is the greatest
      return cost > other.cost || (cost == other.cost && left > other.left);
    }
  };

  template <class Propose>
  void offer(std::uint32_t left, std::uint32_t right, const Propose& propose) {
    const std::optional<Proposal> proposal = propose(pieces_[left], pieces_[right]);
    if (!proposal) return;
    merges_.push(
        {proposal->cost, proposal->token, left, right, pieces_[left].size + pieces_[right].size});
  }

  std::vector<Piece> pieces_;
  std::priority_queue<Merge> merges_;
};

}  // namespace weir
