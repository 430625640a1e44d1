// Numbers with a fixed shape, a check and words that must stand beside some: how national ids
// and bank numbers are written down as tables.
//
// A NumberBook is immutable after it is made, so any number of threads may share one.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "policies/privacy/detector.h"
#include "policies/privacy/topics.h"

namespace weir::privacy {

struct NumberRule {
  std::string_view rule;
  std::string_view shape;  // policies/privacy/shape.h
  // Of the letters and digits alone, letters in upper case. nullptr: the shape is all.
  bool (*check)(std::string_view code) = nullptr;
  // One of these must be near. 0: the number speaks for itself.
  Topics near = 0;
  bool checksum = true;  // `check` leaves few numbers, so what it finds is kChecked
  Topics not_near = 0;   // words that say it is something else
};

class NumberBook {
 public:
  // `rules` must live as long. A shape begins with "\d", "\A", "\a" or a digit or letter.
  NumberBook(FindingKind kind, std::span<const NumberRule> rules);

  void find(const MarkedText& marked, Hits* hits) const;

 private:
  static constexpr std::size_t kLongestWord = 24;
  using RulesBySize = std::array<std::vector<const NumberRule*>, kLongestWord + 1>;

  void find_at(const MarkedText& marked, std::size_t begin, std::size_t first_size, bool letters,
               Hits* hits) const;

  FindingKind kind_;
  // By the size of the first run of letters and digits, and whether it begins with a letter.
  RulesBySize with_digit_first_;
  RulesBySize with_letter_first_;
};

}  // namespace weir::privacy
