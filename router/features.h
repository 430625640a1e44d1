// A prompt as a few numbers: what the difficulty score looks at.
//
// Dense features that need no training, and two that sum up the words under the
// weights of router/difficulty_weights.h. Pure and thread-safe. One pass over the
// text, no allocation.
// tools/train_difficulty.py has the same arithmetic in Python; a golden file
// under tests/data holds the two together.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/chat.h"

namespace weir {

inline constexpr std::size_t kDenseFeatureCount = 34;
inline constexpr std::size_t kOptionsFeature = 12;  // "options": 1 for multiple choice
inline constexpr std::size_t kStoryFeature = 28;    // "story": 1 for a word problem
inline constexpr std::size_t kStoryBytesFeature = 29;
inline constexpr std::size_t kFirstRequestFeature = 31;  // from here on not of the text
inline constexpr std::size_t kWordsLocalFeature = kDenseFeatureCount;  // log-odds of the words
inline constexpr std::size_t kWordsCloudFeature = kDenseFeatureCount + 1;
inline constexpr std::size_t kFeatureCount = kDenseFeatureCount + 2;

using Features = std::array<float, kFeatureCount>;

// Column names, in order: for the ledger, the trainer and `weir why`.
extern const std::array<std::string_view, kFeatureCount> kFeatureNames;

// Reads the last user turn, and the one before it when the last says next to
// nothing ("yes, go on"); the first and last kFeatureTextBytes / 2 of a turn that
// is longer. Everything else counts as context by its size alone.
inline constexpr std::size_t kFeatureTextBytes = 65'536;

Features extract_features(const ChatRequest& request);

}  // namespace weir
