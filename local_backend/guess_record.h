// How often guesses of tokens came true of late, told apart by where they came from.
//
// A record begins as its parent's, which is told all that it is told: so an answer begins with
// what others have seen and soon goes by its own. Belongs to the engine's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir {

// Found behind so many tokens that are alike, at least; or said by a draft model.
enum class GuessSource : std::uint8_t { kAlike3, kAlike4, kAlike8, kAlike16, kDraft, kCount };

GuessSource source_of_alike(std::size_t tokens);

class GuessRecord {
 public:
  // `parent` outlives it.
  explicit GuessRecord(GuessRecord* parent = nullptr) : parent_(parent) {}

  void note(GuessSource source, bool right);

  // That the next one comes true: above 0 and below 1.
  double chance(GuessSource source) const;

 private:
  struct Tally {
    double right = 0;
    double all = 0;
  };

  GuessRecord* parent_;
  std::array<Tally, static_cast<std::size_t>(GuessSource::kCount)> tallies_;
};

}  // namespace weir
