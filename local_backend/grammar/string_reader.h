// Characters of a JSON string, of one of Python, or of plain UTF-8, from single bytes. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "local_backend/grammar/code_points.h"

namespace weir::grammar {

// Which ways to write a character are taken.
enum class Spelling : std::uint8_t {
  kPlain,    // no escapes: UTF-8 as it is
  kUsual,    // escapes where JSON needs them, and \uXXXX beyond ASCII
  kAnyJson,  // whatever RFC 8259 allows
  kSingle,   // Python's, between ' and ': escapes for quotes, \\ and what has a letter
  kDouble,   // the same between " and "
};

// How much of a character was read, in one word; 0: nothing of it.
using Unfinished = std::uint32_t;
// Of UTF-8, not of an escape; then, how many bytes are to come.
bool is_begun_utf8(Unfinished unfinished);
std::uint32_t bytes_to_come(Unfinished unfinished);

struct StringStep {
  enum class Kind : std::uint8_t {
    kWrong,
    kMore,       // the character goes on
    kCharacter,  // it is whole
    kQuote,      // an unescaped one
  };
  Kind kind = Kind::kWrong;
  char32_t code = 0;
  Unfinished unfinished = 0;
  // kMore: what the character may still be.
  std::array<CodePointRange, 5> ranges{};
  std::size_t range_count = 0;

  std::span<const CodePointRange> possible() const { return {ranges.data(), range_count}; }
};

StringStep read_byte(Unfinished unfinished, std::uint8_t byte, Spelling spelling);

}  // namespace weir::grammar
