#include "local_backend/model_card.h"

#include "tests/local_backend/golden.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A model's card says what the file holds and what a token costs", "[model]") {
  const auto path = test::committed_golden() / "llama-f16/model.gguf";
  const ModelCard card = describe_model(GgufFile::open(path.string()).value());
  CHECK(card.architecture == "llama");
  CHECK(card.tensor_types == "F16 100 %, F32 <1 %");
  CHECK(card.parameters == 120'256);
  CHECK(card.file_bytes == std::filesystem::file_size(path));
  CHECK(card.context_tokens == 4096);
  // Three layers of two heads of 16 keys and 16 values, F32.
  CHECK(card.kv_bytes_per_token == 3 * 2 * (16 + 16) * 2);
}

TEST_CASE("The card of a model that cannot run says why", "[model]") {
  const ModelCard good = describe_model(GgufFile::parse(test::tiny_model({}).bytes()).value());
  CHECK(good.problem.empty());
  CHECK_FALSE(good.has_chat_template);
  test::GgufBuilder file = test::tiny_tokenizer({});
  file.string("general.architecture", "mamba");
  const ModelCard bad = describe_model(GgufFile::parse(file.bytes()).value());
  CHECK(bad.problem.find("mamba") != std::string::npos);
  CHECK(bad.kv_bytes_per_token == 0);
  CHECK(bad.tokenizer == "llama, 259 tokens");
}

TEST_CASE("A card says what keeps a model from being served", "[model]") {
  test::GgufBuilder file = test::tiny_model({});
  file.string("general.sampling.top_k", "many");
  const ModelCard card = describe_model(GgufFile::parse(file.bytes()).value());
  CHECK(card.problem.find("general.sampling.top_k") != std::string::npos);
}

TEST_CASE("A sequence takes whole pages, and what recurrent layers remember", "[model]") {
  const auto golden = test::committed_golden();
  const ModelCard plain =
      describe_model(GgufFile::open((golden / "llama-f16/model.gguf").string()).value());
  CHECK(plain.fixed_bytes_per_sequence == 0);
  CHECK(sequence_bytes(plain, 0) == 0);
  CHECK(sequence_bytes(plain, 1) == 64 * plain.kv_bytes_per_token);
  CHECK(sequence_bytes(plain, 65) == 128 * plain.kv_bytes_per_token);
  const ModelCard recurrent =
      describe_model(GgufFile::open((golden / "qwen35/model.gguf").string()).value());
  CHECK(recurrent.fixed_bytes_per_sequence > 0);
  CHECK(sequence_bytes(recurrent, 64) ==
        64 * recurrent.kv_bytes_per_token + recurrent.fixed_bytes_per_sequence);
}

TEST_CASE("A card counts tensors by their format", "[model]") {
  const auto path = test::committed_golden() / "llama-f16/model.gguf";
  const ModelCard card = describe_model(GgufFile::open(path.string()).value());
  REQUIRE(card.types.size() == 2);
  CHECK(card.types[0].name == "F16");
  CHECK(card.types[0].bytes == 2 * card.types[0].parameters);
  CHECK(card.types[0].parameters + card.types[1].parameters == card.parameters);
  CHECK(card.weight_bytes == *card.types[0].bytes + *card.types[1].bytes);
  CHECK(card.files == 1);
}

}  // namespace
}  // namespace weir
