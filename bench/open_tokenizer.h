// The tokenizer of a file that a benchmark was given.
#pragma once

#include <cstdio>
#include <memory>
#include <utility>

#include "local_backend/tokenizer/tokenizer.h"

namespace weir::bench {

// Null, and the reason on standard error, if it cannot be read.
inline std::unique_ptr<Tokenizer> open_tokenizer(const char* path) {
  const auto file = GgufFile::open(path);
  if (!file) {
    std::fprintf(stderr, "%s\n", file.error().message.c_str());
    return nullptr;
  }
  auto tokenizer = Tokenizer::create(**file);
  if (!tokenizer) {
    std::fprintf(stderr, "%s\n", tokenizer.error().message.c_str());
    return nullptr;
  }
  return std::move(*tokenizer);
}

}  // namespace weir::bench
