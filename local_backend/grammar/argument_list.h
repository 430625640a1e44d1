// The named arguments of one tool, as a model writes them where its calls are no JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "local_backend/grammar/shapes.h"

namespace weir::grammar {

// Texts one behind another; an empty one stands for white space, if any.
using Pieces = std::vector<std::string>;

namespace value_part {
enum : std::uint8_t { kScalars = 1, kArrays = 2, kObjects = 4, kAll = 7 };
}  // namespace value_part

// One way to write a value: `plain` as it stands, or these parts of what the goal allows, in its
// notation.
struct WrittenValue {
  Pieces head;
  LanguageId plain = Languages::kNothing;
  std::uint8_t parts = 0;
  std::string tail;
};

struct WrittenArgument {
  std::optional<std::size_t> index;  // of ObjectShape::named; unset: a free one
  LanguageId key = Languages::kNothing;
  GoalId goal = 0;
  std::vector<WrittenValue> values;
};

struct ArgumentList {
  std::uint32_t shape = 0;  // of an object, by its number in the graph
  std::vector<WrittenArgument> arguments;
  Pieces open;
  Pieces separator;
  Pieces key_open;
  std::string key_close;
  Pieces close;
};

}  // namespace weir::grammar
