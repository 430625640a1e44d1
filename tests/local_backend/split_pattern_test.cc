#include "local_backend/tokenizer/split_pattern.h"

#include <string>
#include <vector>

#include "local_backend/tokenizer/pre_tokenizer.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// `text` as the pre-tokenizer `name` cuts it.
std::vector<std::string> pieces(std::string_view name, const std::string& text) {
  const std::vector<Character> characters = characters_of(text);
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (const std::size_t last : split(characters, find_pre_tokenizer(name)->patterns)) {
    const std::size_t end = last < characters.size() ? characters[last].begin : text.size();
    out.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return out;
}

using Pieces = std::vector<std::string>;

TEST_CASE("Code points have the traits that Unicode gives them", "[tokenizer]") {
  CHECK(traits_of('A') == trait::kUpper);
  CHECK(traits_of('7') == trait::kNumber);
  CHECK(traits_of(' ') == (trait::kSpace | trait::kBlank));
  CHECK(traits_of('\r') == (trait::kSpace | trait::kNewline));
  CHECK(traits_of('\n') == (trait::kSpace | trait::kNewline | trait::kLineFeed));
  CHECK(traits_of('$') == trait::kSymbol);
  CHECK(traits_of(0xdf) == trait::kLower);           // ß
  CHECK(traits_of(0x1c5) == trait::kTitle);          // ǅ
  CHECK(traits_of(0x2b0) == trait::kModifier);       // ʰ
  CHECK(traits_of(0x4e2d) == trait::kOtherLetter);   // 中
  CHECK(traits_of(0x105c0) == trait::kOtherLetter);  // Todhri, new in Unicode 16
  CHECK(traits_of(0x301) == trait::kMark);
  CHECK(traits_of(0x2164) == trait::kNumber);  // Ⅴ
  CHECK(traits_of(0x3000) == trait::kSpace);
  CHECK(traits_of(0x200d) == 0);
  CHECK(traits_of(0x1f600) == trait::kSymbol);
  CHECK(traits_of(0x10ffff) == 0);
}

TEST_CASE("Every byte belongs to one character, also where it is not UTF-8", "[tokenizer]") {
  const std::vector<Character> characters = characters_of("a\xff\xe4\xb8\xad\xe4\xb8");
  REQUIRE(characters.size() == 5);
  CHECK(characters[1].code == 0xfffd);
  CHECK(characters[2].code == 0x4e2d);
  CHECK(characters[3].begin == 5);
  CHECK(characters[4].begin == 6);
}

TEST_CASE("GPT-2's pattern keeps a space with its word and cuts contractions", "[tokenizer]") {
  CHECK(pieces("gpt-2", "we'll  go, 12 ") == Pieces{"we", "'ll", " ", " go", ",", " 12", " "});
  CHECK(pieces("gpt-2", "WE'LL") == Pieces{"WE", "'", "LL"});
}

TEST_CASE("Llama 3 takes digits by three, Qwen 2 one by one", "[tokenizer]") {
  CHECK(pieces("llama-bpe", "1234567") == Pieces{"123", "456", "7"});
  CHECK(pieces("qwen2", "123") == Pieces{"1", "2", "3"});
  CHECK(pieces("llama-bpe", "WE'LL go!\n\n  x") == Pieces{"WE", "'LL", " go", "!\n\n", " ", " x"});
}

TEST_CASE("Qwen 3.5 keeps marks with their letters", "[tokenizer]") {
  CHECK(pieces("qwen2", "e\xcc\x81z") == Pieces{"e", "\xcc\x81z"});
  CHECK(pieces("qwen35", "e\xcc\x81z") == Pieces{"e\xcc\x81z"});
  CHECK(pieces("qwen35", "\xcc\x81") == Pieces{"\xcc\x81"});
}

TEST_CASE("GPT-4o and Tekken cut words where case changes", "[tokenizer]") {
  CHECK(pieces("gpt-4o", "HTMLParser's") == Pieces{"HTMLParser's"});
  CHECK(pieces("tekken", "camelCase//\n") == Pieces{"camel", "Case", "//\n"});
  CHECK(pieces("tekken",
               "\xe4\xb8\xad"
               "A") == Pieces{"\xe4\xb8\xad", "A"});
  CHECK(pieces("tekken", " ABC") == Pieces{" ABC"});
}

TEST_CASE("Kimi K2 cuts Chinese from what stands around it", "[tokenizer]") {
  CHECK(pieces("kimi-k2", "用Kimi写code吧") == Pieces{"用", "Kimi", "写", "code", "吧"});
  CHECK(pieces("gpt-4o", "用Kimi写code吧") == Pieces{"用Kimi写code吧"});
  CHECK(pieces("kimi-k2", " 中文 abc") == Pieces{" ", "中文", " abc"});
  CHECK(pieces("kimi-k2", "  中") == Pieces{" ", " ", "中"});
  CHECK(pieces("kimi-k2", "カタかな漢字") == Pieces{"カタかな", "漢字"});
  CHECK(pieces("kimi-k2", "2025年，好！\n") == Pieces{"202", "5", "年", "，", "好", "！\n"});
  CHECK(pieces("kimi-k2", "HTMLParser's a//\n/") == Pieces{"HTMLParser's", " a", "//\n", "/"});
}

TEST_CASE("A second pattern works inside the pieces of the first", "[tokenizer]") {
  CHECK(pieces("starcoder", "x12 y") == Pieces{"x", "1", "2", " y"});
  CHECK(pieces("falcon", "12345") == Pieces{"123", "45"});
  CHECK(pieces("deepseek-llm", "a  \nb  ") == Pieces{"a", "  ", "\n", "b", "  "});
  CHECK(pieces("deepseek-v3", "1234\xe4\xb8\xad#tag") ==
        Pieces{"123", "4", "\xe4\xb8\xad", "#tag"});
}

TEST_CASE("Trailing space: all of it at the end, all but one before a word", "[tokenizer]") {
  CHECK(pieces("qwen2", "   ") == Pieces{"   "});
  CHECK(pieces("qwen2", "   a") == Pieces{"  ", " a"});
  CHECK(pieces("qwen2", " \n \n  1") == Pieces{" \n \n", " ", " ", "1"});
}

// A matcher that looks at a run again and again would not come back.
TEST_CASE("Splitting a megabyte takes time in proportion, for every pattern", "[tokenizer]") {
  const std::string unit =
      GENERATE(as<std::string>{}, " ", "a", "A", "\xcc\x81", "'", "1", "\n ", "  x",
               "\xe4\xb8\xad"
               "A",
               "\xff", "a'");
  std::string text;
  while (text.size() < (std::size_t{1} << 20)) text += unit;
  text += "\t!";
  const std::vector<Character> characters = characters_of(text);
  for (const char* name : {"gpt-2", "llama-bpe", "qwen35", "tekken", "gpt-4o", "kimi-k2", "default",
                           "deepseek-llm", "deepseek-v3", "deepseek-coder", "bloom", "gemma4"}) {
    CAPTURE(unit, name);
    CHECK(split(characters, find_pre_tokenizer(name)->patterns).back() == characters.size());
  }
}

}  // namespace
}  // namespace weir
