// The words of a prompt and its pairs of neighbouring words, hashed into buckets,
// and what the trained weights make of them.
//
// One object a prompt; not thread-safe. Allocates nothing; about 48 KiB, so it
// lives on the stack. Unknown words fall into buckets of known ones: with some
// thousands of examples that noise costs less than a dictionary would.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir {

inline constexpr std::size_t kTermBuckets = 16'384;  // a power of two

// The share of the words in the log-odds of the two heads.
struct TermEvidence {
  double local = 0;
  double cloud = 0;
};

class TermCounts {
 public:
  // A word by its hash, and the pair that it makes with the word before it.
  void add(std::uint32_t word_hash);

  // What follows is no neighbour of what was.
  void end_text() { has_previous_ = false; }

  // sum(weight * f(count)) / sqrt(sum(f(count)^2)) over the buckets, with
  // f(count) = round(64 * (1 + ln count)) and counts capped at 255. The sums are
  // of integers, so the order of the words leaves no trace in them.
  TermEvidence evidence() const;

 private:
  void count(std::uint32_t hash);

  std::array<std::uint8_t, kTermBuckets> counts_{};
  std::array<std::uint16_t, kTermBuckets> used_;  // the buckets with a count, used_count_ of them
  std::size_t used_count_ = 0;
  std::uint32_t previous_ = 0;
  bool has_previous_ = false;
};

}  // namespace weir
