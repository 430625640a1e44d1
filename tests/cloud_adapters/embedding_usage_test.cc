// What an answer in vectors says it used, found as it passes.
#include "cloud_adapters/wire/embedding_usage.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

// In pieces of `size` bytes.
std::optional<std::int64_t> tokens_in(std::string_view answer, std::size_t size) {
  EmbeddingUsage usage;
  for (std::size_t at = 0; at < answer.size(); at += size) usage.read(answer.substr(at, size));
  const auto found = usage.found();
  return found ? std::optional(found->prompt_tokens()) : std::nullopt;
}

TEST_CASE("The usage of an answer in vectors is found however it is cut", "[wire]") {
  const std::string_view answer = GENERATE(
      R"({"object":"list","data":[{"embedding":[0.5,-1e-3]}],"usage":{"prompt_tokens":8}})",
      R"({"usage" : { "prompt_tokens" : 8 } , "data":[]})",
      R"({"data":"AAAA\\","note":"}\"","usage":{"x":{"y":[1]},"prompt_tokens":8}})",
      R"({"data":[{"usage":{"prompt_tokens":9}}],"usage":{"prompt_tokens":8}})",
      R"({"n":{"usage":{"prompt_tokens":9}},"usage":{"prompt_tokens":8}})",
      R"( {"a":"\"usage\":{\"prompt_tokens\":9}","usage":{"prompt_tokens":8,"\"}":1}} )");
  CAPTURE(answer);
  for (std::size_t size = 1; size <= answer.size(); ++size) {
    CAPTURE(size);
    CHECK(tokens_in(answer, size) == 8);
  }
}

TEST_CASE("Of an answer in vectors the total is the prompt, if that is not told", "[wire]") {
  CHECK(tokens_in(R"({"usage":{"total_tokens":8}})", 7) == 8);
  CHECK(tokens_in(R"({"usage":{"total_tokens":9,"prompt_tokens":8}})", 7) == 8);
  CHECK_FALSE(tokens_in(R"({"usage":{"total_tokens":9,"prompt_tokens":-8}})", 7));
}

TEST_CASE("An answer in vectors that tells no usage is not believed to", "[wire]") {
  const std::string_view answer =
      GENERATE("", "[", "not JSON", R"({"data":[]})", R"({"usage":null})",
               R"({"usage":{"prompt_tokens":-1}})", R"({"usage":{"prompt_tokens":"8"}})",
               R"({"usage":{"prompt_tokens":8})", R"(["usage",{"prompt_tokens":8}])",
               R"({"x":["usage",{"prompt_tokens":8}]})", R"({"my_usage":{"prompt_tokens":8}})",
               R"({"usage":{"prompt_tokens":8},"usage":{"prompt_tokens":9}})", "}}}]]",
               R"({"usage":{"prompt_tokens":99999999999999999999}})");
  CAPTURE(answer);
  CHECK_FALSE(tokens_in(answer, 1).has_value());
  CHECK_FALSE(tokens_in(answer, answer.size() + 1).has_value());
}

TEST_CASE("A usage that never ends takes no memory", "[wire]") {
  EmbeddingUsage usage;
  usage.read(R"({"usage":{"x":")");
  for (int i = 0; i < 1'000; ++i) usage.read(std::string(10'000, 'a'));
  usage.read(R"(","prompt_tokens":8}})");
  CHECK_FALSE(usage.found().has_value());
}

}  // namespace
}  // namespace weir
