// What teams look for themselves: patterns of RE2 and lists of words (policies/privacy/scanner.h).
#pragma once

#include <memory>
#include <vector>

#include "core/result.h"
#include "policies/privacy/detector.h"
#include "policies/privacy/scanner.h"

namespace weir::privacy {

// Both fail with kInvalidConfig and name what cannot be used.
Result<std::unique_ptr<Detector>> pattern_detector(const std::vector<CustomPattern>& patterns);
Result<std::unique_ptr<Detector>> word_detector(const std::vector<CustomWords>& lists);

}  // namespace weir::privacy
