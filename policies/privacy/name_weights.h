// What tools/name_tagger learnt, as it lies in the program.
//
// Immutable; any number of threads may share it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::privacy {

// In the order of crf.py: O, begin and inside of person, place, street, organisation, the begin
// of nationality, begin and inside of title.
inline constexpr std::size_t kNameLabels = 12;
inline constexpr std::size_t kNameRows = 20'480;
using NameRow = std::array<std::int8_t, kNameLabels>;

// Views of the file. One feature a row: which one, 16 bits of its hash say.
struct NameWeights {
  std::span<const std::int32_t> moves;     // [from][to]
  std::int32_t plain_bias = 0;             // taken from O
  std::span<const std::uint32_t> words;    // hashes, rising
  std::span<const std::uint16_t> classes;  // of each, a bit a list
  std::span<const std::uint16_t> checks;   // a row
  std::span<const NameRow> rows;

  std::uint32_t classes_of(std::uint32_t word) const;
};

// Empty in a program whose file is of another form, which a test would find out.
const NameWeights& name_weights();

}  // namespace weir::privacy
