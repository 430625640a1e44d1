// `weir selftest tokenizers`: every vocabulary below a folder that has texts beside it.
//
// A case is one file X.gguf with X.gguf.inp, texts with a line __ggml_vocab_test__
// between two, and X.gguf.out, a line of token ids for each. Every text must become
// exactly these tokens, and they must become the text again.
#pragma once

#include <filesystem>

#include "router/cli/selftest.h"

namespace weir::cli {

void selftest_tokenizers(const std::filesystem::path& folder, SelftestReport& report);

}  // namespace weir::cli
