// A byte-pair vocabulary built in memory.
#pragma once

#include <string>
#include <vector>

#include "local_backend/tokenizer/byte_alphabet.h"
#include "tests/local_backend/gguf_builder.h"

namespace weir::test {

// The 256 bytes (the token of a byte is its value), then `tokens`, then <|im_start|>,
// <|im_end|> and whatever `controls` adds. Texts of tokens and merges are spelled as
// in the file.
struct BytePairVocabulary {
  std::string model = "gpt2";
  std::string pre = "qwen2";
  std::vector<std::string> tokens = {};
  std::vector<std::string> merges = {};
  std::vector<std::string> user_defined = {};
  std::vector<std::string> controls = {};
  std::int32_t marker_kind = 3;
};

inline GgufBuilder byte_pair_tokenizer(const BytePairVocabulary& vocabulary) {
  std::vector<std::string> tokens;
  std::vector<std::int32_t> kinds;
  const auto add = [&](const std::string& text, std::int32_t kind) {
    tokens.push_back(text);
    kinds.push_back(kind);
  };
  for (int byte = 0; byte < 256; ++byte) {
    add(std::string(letter_of_byte(static_cast<std::uint8_t>(byte))), 1);
  }
  for (const std::string& token : vocabulary.tokens) add(token, 1);
  for (const std::string& token : vocabulary.user_defined) add(token, 4);
  for (const std::string& token : vocabulary.controls) add(token, 3);
  add("<|im_start|>", vocabulary.marker_kind);
  add("<|im_end|>", vocabulary.marker_kind);
  GgufBuilder file;
  file.string("tokenizer.ggml.model", vocabulary.model);
  file.string("tokenizer.ggml.pre", vocabulary.pre);
  file.strings("tokenizer.ggml.tokens", tokens).i32s("tokenizer.ggml.token_type", kinds);
  file.strings("tokenizer.ggml.merges", vocabulary.merges);
  file.u32("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(tokens.size() - 1));
  return file;
}

}  // namespace weir::test
