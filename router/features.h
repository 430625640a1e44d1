// A prompt as a few dense numbers: what the difficulty score looks at.
//
// Pure and thread-safe. One pass over the text, no allocation per word.
// tools/train_difficulty.py has the same arithmetic in Python; a golden file
// under tests/data holds the two together.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/chat.h"

namespace weir {

inline constexpr std::size_t kFeatureCount = 34;

using Features = std::array<float, kFeatureCount>;

// Column names, in order: for the ledger, the trainer and `weir why`.
extern const std::array<std::string_view, kFeatureCount> kFeatureNames;

// Reads the last user turn, and the one before it when the last says next to
// nothing ("yes, go on"); the first and last kFeatureTextBytes / 2 of a turn that
// is longer. Everything else counts as context by its size alone.
inline constexpr std::size_t kFeatureTextBytes = 65'536;

Features extract_features(const ChatRequest& request);

}  // namespace weir
