// `weir selftest quants`: number formats against what a reference quantiser packed
// (golden-quant), in every kernel variant that runs on this processor.
#pragma once

#include <filesystem>

#include "router/cli/selftest.h"

namespace weir::cli {

// One case a JSON file of the format. Widening must be bit-equal; a product may err
// by 1e-6 of the sum of its terms' sizes in float, by 5e-3 of |w||a| in int8.
void selftest_quants(const std::filesystem::path& folder, SelftestReport& report);

}  // namespace weir::cli
