// The pre-tokenizers that files name in `tokenizer.ggml.pre`.
#pragma once

#include <span>
#include <string_view>

#include "local_backend/tokenizer/byte_tokens.h"
#include "local_backend/tokenizer/split_pattern.h"

namespace weir {

struct PreTokenizer {
  std::span<const std::string_view> names;
  std::span<const SplitPattern> patterns;
  ByteSpelling spelling = ByteSpelling::kLetters;
  bool ignore_merges = false;   // a word that is a token is not merged
  bool add_bos = false;         // unless the file says otherwise
  bool whole_newlines = false;  // a run of newlines that is a token is not merged
};

// nullptr for a name we do not know. Lives forever.
const PreTokenizer* find_pre_tokenizer(std::string_view name);

}  // namespace weir
