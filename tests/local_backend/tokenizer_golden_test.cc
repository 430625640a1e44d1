// The vectors of others: texts and the tokens that the makers' own tokenizers give them.
#include <algorithm>
#include <sstream>

#include "core/rng.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

std::vector<std::string> cases_of(const std::string& text) {
  const std::string separator = "\n__ggml_vocab_test__\n";
  std::vector<std::string> cases;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    cases.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return cases;
}

std::vector<std::vector<TokenId>> tokens_of(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::vector<TokenId>> all;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream numbers(line);
    all.push_back({std::istream_iterator<TokenId>(numbers), {}});
  }
  return all;
}

std::string decoded(const Tokenizer& tokenizer, const std::vector<TokenId>& tokens) {
  std::string text;
  for (const TokenId token : tokens) tokenizer.decode(token, &text);
  return text;
}

TEST_CASE("The golden texts are encoded exactly and decode to themselves", "[tokenizer][golden]") {
  const std::string name = GENERATE("llama-spm", "phi-3", "gpt-2", "llama-bpe", "qwen2", "qwen35",
                                    "deepseek-llm", "gemma-4");
  const auto file = test::data_path("tokenizers/ggml-vocab-" + name + ".gguf");
  if (!file) return;
  const std::string path = file->string();
  const auto tokenizer = std::move(Tokenizer::create(*GgufFile::open(path).value()).value());
  const auto texts = cases_of(test::read_all(path + ".inp"));
  const auto expected = tokens_of(test::read_all(path + ".out"));
  REQUIRE(expected.size() >= 40);
  REQUIRE(texts.size() >= expected.size());
  const bool prefix = tokenizer->adds_space_after(*tokenizer->vocabulary().bos());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(name, texts[i]);
    const std::vector<TokenId> tokens = tokenizer->encode(texts[i]);
    CHECK(tokens == expected[i]);
    if (!texts[i].empty()) CHECK(decoded(*tokenizer, tokens) == (prefix ? " " : "") + texts[i]);
  }
}

TEST_CASE("A turn of Phi-3's is what its makers' tokenizer makes of it", "[tokenizer][golden]") {
  const auto file = test::data_path("tokenizers/ggml-vocab-phi-3.gguf");
  if (!file) return;
  const auto tokenizer =
      std::move(Tokenizer::create(*GgufFile::open(file->string()).value()).value());
  Prompt prompt;
  prompt.add_template("<|user|>\n");
  prompt.add_user("Hello");
  prompt.add_template("<|end|>\n<|assistant|>\n");
  CHECK(tokenizer->encode(prompt) == std::vector<TokenId>{1, 32010, 15043, 32007, 32001});
}

TEST_CASE("Any bytes have an encoding in real vocabularies that decodes to them",
          "[tokenizer][golden]") {
  const std::string name = GENERATE("llama-spm", "gpt-2", "llama-bpe", "qwen2", "gemma-4");
  const auto file = test::data_path("tokenizers/ggml-vocab-" + name + ".gguf");
  if (!file) return;
  const auto tokenizer =
      std::move(Tokenizer::create(*GgufFile::open(file->string()).value()).value());
  const bool prefix = tokenizer->adds_space_after(*tokenizer->vocabulary().bos());
  Rng rng(20261125);
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    while (rng.uniform() < 0.97) bytes += static_cast<char>(rng.uniform() * 256);
    if (bytes.empty()) continue;
    CAPTURE(name, round);
    CHECK(decoded(*tokenizer, tokenizer->encode(bytes)) == (prefix ? " " : "") + bytes);
  }
}

}  // namespace
}  // namespace weir
