// `weir selftest logits`: every golden-logits and golden-quantized pack below a folder.
//
// A case is one prompt of one model: the logits of every position as the pack has
// them, the same bits when fed in chunks of 1, 7 and 16 and beside other
// sequences, and the greedy tokens behind the prompt. A quantised model is judged
// twice: with float activations, strictly, and with int8 ones, by the median
// error that the pack records of its reference.
#pragma once

#include <filesystem>

#include "router/cli/selftest.h"

namespace weir::cli {

void selftest_logits(const std::filesystem::path& folder, SelftestReport& report);

}  // namespace weir::cli
