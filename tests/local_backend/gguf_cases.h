// What the tests of the GGUF reader share.
#pragma once

#include <string>
#include <string_view>

#include "local_backend/gguf/gguf_file.h"
#include "tests/local_backend/gguf_builder.h"
#include "tests/support/catch.h"

namespace weir::test {

// A small file with every kind of entry.
inline GgufBuilder small_file() {
  GgufBuilder file;
  file.string("general.architecture", "llama").u32("llama.block_count", 7);
  file.f32("llama.eps", 0.5f).boolean("flag", true);
  file.strings("words", {"a", "", "longer"}).i32s("numbers", {1, -2, 3});
  file.tensor("first", {2, 3}, {1, 2, 3, 4, 5, 6}).tensor("second", {4}, {7, 8, 9, 10});
  return file;
}

// Empty if the bytes are a GGUF file.
inline std::string error_of(const std::string& bytes) {
  const auto file = GgufFile::parse(bytes);
  if (file) return "";
  CHECK(file.error().code == ErrorCode::kInvalidModel);
  return file.error().message;
}

inline bool mentions(const std::string& text, std::string_view part) {
  CAPTURE(text);
  return text.find(part) != std::string::npos;
}

}  // namespace weir::test
