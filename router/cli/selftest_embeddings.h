// The part of `weir selftest logits` for packs that hold embeddings: the hidden state of
// every token and the pooled vector, the same bits beside other texts.
#pragma once

#include "router/cli/golden_json.h"
#include "router/cli/selftest.h"

namespace weir::cli {

// `tolerance`: of the relative rms.
void run_embeddings_pack(GoldenJson& json, double tolerance, SelftestReport& report);

}  // namespace weir::cli
