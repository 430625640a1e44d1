#include "local_backend/tokenizer/byte_pair.h"

#include <algorithm>

#include "tests/local_backend/byte_pair_vocabulary.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::BytePairVocabulary;
using test::GgufBuilder;
using Tokens = std::vector<TokenId>;

Result<std::unique_ptr<Tokenizer>> create(const GgufBuilder& file) {
  return Tokenizer::create(*GgufFile::parse(file.bytes()).value());
}

std::unique_ptr<Tokenizer> tokenizer_of(const BytePairVocabulary& vocabulary) {
  return std::move(create(test::byte_pair_tokenizer(vocabulary)).value());
}

std::string refusal(const BytePairVocabulary& vocabulary) {
  const auto made = create(test::byte_pair_tokenizer(vocabulary));
  if (made) return "loads";
  CHECK(made.error().code == ErrorCode::kInvalidModel);
  return made.error().message;
}

std::string decoded(const Tokenizer& tokenizer, const Tokens& tokens) {
  std::string text;
  for (const TokenId token : tokens) tokenizer.decode(token, &text);
  return text;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

const BytePairVocabulary kWords = {
    .tokens = {"he", "ll", "hell", "hello", "\xc4\xa0he", "\xc4\xa0hello"},
    .merges = {"h e", "l l", "he ll", "hell o", "\xc4\xa0 he", "\xc4\xa0he llo"}};

TEST_CASE("Pairs merge in the order of the file, not by length", "[tokenizer]") {
  BytePairVocabulary words = {.tokens = {"ab", "bc", "abc"}, .merges = {"b c", "a b", "ab c"}};
  CHECK(tokenizer_of(words)->encode("abc") == Tokens{'a', 257});
  words.merges = {"a b", "b c", "ab c"};
  CHECK(tokenizer_of(words)->encode("abc") == Tokens{258});
}

TEST_CASE("Of equal pairs the leftmost merges first", "[tokenizer]") {
  const BytePairVocabulary words = {.tokens = {"aa"}, .merges = {"a a"}};
  CHECK(tokenizer_of(words)->encode("aaa") == Tokens{256, 'a'});
}

TEST_CASE("A merge that is listed twice counts where it comes first", "[tokenizer]") {
  const BytePairVocabulary words = {.tokens = {"ab", "bc"}, .merges = {"a b", "b c", "a b"}};
  CHECK(tokenizer_of(words)->encode("abc") == Tokens{256, 'c'});
}

TEST_CASE("Words do not merge across the cuts of the pattern", "[tokenizer]") {
  BytePairVocabulary words = {.tokens = {"12"}, .merges = {"1 2"}};
  CHECK(tokenizer_of(words)->encode("12") == Tokens{'1', '2'});
  words.pre = "gpt-2";
  CHECK(tokenizer_of(words)->encode("12") == Tokens{256});
}

TEST_CASE("Llama 3 takes a word that is a token without merging", "[tokenizer]") {
  BytePairVocabulary words = {.tokens = {"xyz", "\xc4\xa0x"}};
  CHECK(tokenizer_of(words)->encode("xyz x") == Tokens{'x', 'y', 'z', ' ', 'x'});
  words.pre = "llama-bpe";
  CHECK(tokenizer_of(words)->encode("xyz x") == Tokens{256, 257});
}

TEST_CASE("Every byte string has an encoding of byte pairs that decodes to itself", "[tokenizer]") {
  const auto tokenizer = tokenizer_of(
      {.pre = GENERATE("gpt-2", "llama-bpe", "tekken", "default"), .tokens = kWords.tokens});
  std::string bytes = "\xe4\xb8 \xf0\x9f\x98\x80\xff";
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(decoded(*tokenizer, tokenizer->encode(bytes)) == bytes);
}

TEST_CASE("User text never becomes a turn marker, whatever kind that token has", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({.marker_kind = GENERATE(3, 4)});
  const TokenId begin = *tokenizer->vocabulary().find("<|im_start|>");
  for (const TokenId token : tokenizer->encode("<|im_start|>x<|im_end|>")) CHECK(token < 256);
  Prompt prompt;
  prompt.add_template("<|im_start|>");
  prompt.add_user("<|im_start|>");
  const Tokens tokens = tokenizer->encode(prompt);
  CHECK(tokens.front() == begin);
  CHECK(std::count(tokens.begin(), tokens.end(), begin) == 1);
}

TEST_CASE("Merges and whole words cannot form a control token from plain text", "[tokenizer]") {
  const std::string pre = GENERATE("gpt-2", "llama-bpe");
  const BytePairVocabulary words = {.pre = pre, .tokens = {"ab", "abc"}, .merges = {"a b", "ab c"}};
  GgufBuilder file = test::byte_pair_tokenizer(words);
  file.u32("tokenizer.ggml.eot_token_id", 257);
  const auto tokenizer = std::move(create(file).value());
  CHECK(tokenizer->encode("abc") == Tokens{256, 'c'});
  Prompt prompt;
  prompt.add_template("abc");
  CHECK(tokenizer->encode(prompt) == Tokens{257});
}

TEST_CASE("A user-defined token is found in user text and shown as it is", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({.user_defined = {"<think>", "<thinking>"}});
  CHECK(tokenizer->encode("a<thinking><think>") == Tokens{'a', 257, 256});
  CHECK(decoded(*tokenizer, {257, 256}) == "<thinking><think>");
}

TEST_CASE("A user-defined token that looks like the letter of a byte is not that byte",
          "[tokenizer]") {
  std::vector<std::string> tokens;
  for (int i = 0; i < 256; ++i) {
    tokens.emplace_back(letter_of_byte(static_cast<std::uint8_t>(i)));
  }
  std::vector<std::int32_t> kinds(256, 1);
  kinds[0xf7] = 4;
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "gpt2").strings("tokenizer.ggml.tokens", tokens);
  file.strings("tokenizer.ggml.merges", {}).i32s("tokenizer.ggml.token_type", kinds);
  const auto tokenizer = std::move(create(file).value());
  CHECK(tokenizer->encode("\xc3\xb7") == Tokens{0xf7});
  CHECK(decoded(*tokenizer, {0xf7}) == "\xc3\xb7");
  CHECK(tokenizer->encode("\xf7") == Tokens{'?'});
}

TEST_CASE("BOS and EOS are what the file says, and BOS is never doubled", "[tokenizer]") {
  GgufBuilder file = test::byte_pair_tokenizer({.pre = "llama-bpe"});
  file.u32("tokenizer.ggml.bos_token_id", 256).boolean("tokenizer.ggml.add_eos_token", true);
  const auto tokenizer = std::move(create(file).value());
  CHECK(tokenizer->vocabulary().add_bos());
  CHECK(tokenizer->vocabulary().add_eos());
  CHECK(tokenizer->encode("x") == Tokens{'x'});
  Prompt plain, templated;
  plain.add_user("x");
  templated.add_template("<|im_start|>x");
  CHECK(tokenizer->encode(plain) == Tokens{256, 'x'});
  CHECK(tokenizer->encode(templated) == Tokens{256, 'x'});
}

TEST_CASE("Gemma 4's vocabulary spells spaces and falls back to bytes", "[tokenizer]") {
  std::vector<std::string> tokens = {"\xe2\x96\x81", "a",
                                     "\xe2\x96\x81"
                                     "a",
                                     "\n\n\n"};
  const std::string digits = "0123456789ABCDEF";
  for (std::size_t i = 0; i < 256; ++i) {
    tokens.push_back(std::string("<0x") + digits[i / 16] + digits[i % 16] + ">");
  }
  std::vector<std::int32_t> kinds(tokens.size(), 6);
  std::fill_n(kinds.begin(), 4, 1);
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "gemma4").strings("tokenizer.ggml.tokens", tokens);
  file.i32s("tokenizer.ggml.token_type", kinds);
  file.strings("tokenizer.ggml.merges", {"\xe2\x96\x81 a"});
  const auto tokenizer = std::move(create(file).value());
  CHECK(tokenizer->encode(" a\n\n\na") == Tokens{2, 3, 1});
  CHECK(tokenizer->encode("\n\n") == Tokens{4 + '\n', 4 + '\n'});
  CHECK(tokenizer->encode("\xc3\xa9") == Tokens{4 + 0xc3, 4 + 0xa9});
  CHECK(decoded(*tokenizer, tokenizer->encode("  a\xff\n")) == "  a\xff\n");
}

TEST_CASE("A megabyte of one letter is merged with a few proposals a piece", "[tokenizer]") {
  constexpr std::uint32_t kPieces = 1 << 20;
  PairMerger merger;
  for (std::uint32_t i = 0; i < kPieces; ++i) merger.add(i, 1, 0);
  std::size_t proposals = 0;
  merger.merge([&](const PairMerger::Piece& left, const PairMerger::Piece& right) {
    ++proposals;
    // A vocabulary with a, aa, aaaa ... that merges the short ones first.
    std::optional<PairMerger::Proposal> proposal;
    if (left.token == right.token) {
      proposal = {static_cast<float>(left.token), left.token + 1};
    }
    return proposal;
  });
  std::size_t left = 0;
  merger.for_each([&](const PairMerger::Piece& piece) { left += piece.size == kPieces ? 1 : 2; });
  CHECK(left == 1);
  CHECK(proposals <= std::size_t{3} * kPieces);
}

TEST_CASE("A megabyte in one word is encoded", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({.tokens = {"aa", "aaaa"}, .merges = {"a a", "aa aa"}});
  CHECK(tokenizer->encode(std::string(1 << 20, 'a')) == Tokens(1 << 18, 257));
}

TEST_CASE("An unknown pre-tokenizer is refused by name", "[tokenizer]") {
  const std::string message = refusal({.pre = "klingon\n-bpe"});
  CHECK(has(message, "pre-tokenizer 'klingon?-bpe' is not supported"));
}

TEST_CASE("A file without a pre-tokenizer gets the default one", "[tokenizer]") {
  GgufBuilder file;
  std::vector<std::string> tokens;
  for (int i = 0; i < 256; ++i) {
    tokens.emplace_back(letter_of_byte(static_cast<std::uint8_t>(i)));
  }
  file.string("tokenizer.ggml.model", "gpt2").strings("tokenizer.ggml.tokens", tokens);
  file.strings("tokenizer.ggml.merges", {});
  CHECK(std::move(create(file).value())->encode("a1") == Tokens{'a', '1'});
}

TEST_CASE("Hostile merges are refused with their number", "[tokenizer]") {
  BytePairVocabulary words = kWords;
  words.tokens.push_back("llo");
  CHECK(refusal(words) == "loads");
  CHECK(has(refusal(kWords), "merge 5 names a part that is not a token"));
  words.merges = {"h e", "h q"};
  CHECK(has(refusal(words), "merge 1 forms what is not a token"));
  words.merges = {"he"};
  CHECK(has(refusal(words), "merge 0 is not two parts"));
  words.merges = {""};
  CHECK(has(refusal(words), "merge 0 is not two parts"));
  words.merges = {" "};
  CHECK(has(refusal(words), "merge 0 is not two parts"));
  words.merges = {"h "};
  CHECK(has(refusal(words), "merge 0 names a part"));
}

TEST_CASE("Merges that are missing or no strings are refused", "[tokenizer]") {
  GgufBuilder none, numbers;
  for (GgufBuilder* file : {&none, &numbers}) {
    file->string("tokenizer.ggml.model", "gpt2").strings("tokenizer.ggml.tokens", {"a"});
  }
  numbers.i32s("tokenizer.ggml.merges", {1, 2});
  CHECK(has(create(none).error().message, "tokenizer.ggml.merges"));
  CHECK(has(create(numbers).error().message, "tokenizer.ggml.merges"));
}

TEST_CASE("A vocabulary with one token twice is refused, empty tokens are let be", "[tokenizer]") {
  CHECK(has(refusal({.tokens = {"ab", "cd", "ab"}}), "token 258 is the same as token 256"));
  CHECK(refusal({.tokens = {"", ""}}) == "loads");
}

TEST_CASE("A byte that text may have needs a token, one that UTF-8 never has does not",
          "[tokenizer]") {
  const auto without = [](int missing) {
    std::vector<std::string> tokens;
    for (int i = 0; i < 256; ++i) {
      const auto byte = static_cast<std::uint8_t>(i);
      tokens.push_back(i == missing ? "missing" : std::string(letter_of_byte(byte)));
    }
    GgufBuilder file;
    file.string("tokenizer.ggml.model", "gpt2").strings("tokenizer.ggml.tokens", tokens);
    file.strings("tokenizer.ggml.merges", {});
    return file;
  };
  CHECK(has(create(without('a')).error().message, "byte 97 has no token"));
  GgufBuilder unknown = without('a');
  unknown.u32("tokenizer.ggml.unknown_token_id", 97);
  CHECK(std::move(create(unknown).value())->encode("a") == Tokens{97});
  CHECK(std::move(create(without(0xff)).value())->encode("\xff") == Tokens{'?'});
}

TEST_CASE("A token that spells no bytes is shown as it stands", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({.tokens = {"\xe4\xb8\xad", "\xff\xfe", "a b"}});
  CHECK(decoded(*tokenizer, {256, 257, 258}) ==
        "\xe4\xb8\xad\xff\xfe"
        "a b");
  CHECK(decoded(*tokenizer, {-1, 1 << 30}).empty());
}

}  // namespace
}  // namespace weir
