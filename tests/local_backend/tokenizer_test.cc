#include "local_backend/tokenizer/tokenizer.h"

#include <algorithm>

#include "tests/local_backend/gguf_builder.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::GgufBuilder;

std::unique_ptr<Tokenizer> tokenizer_of(const GgufBuilder& file) {
  return std::move(Tokenizer::create(*GgufFile::parse(file.bytes()).value()).value());
}

ErrorCode error_of(const GgufBuilder& file) {
  const auto tokenizer = Tokenizer::create(*GgufFile::parse(file.bytes()).value());
  return tokenizer ? ErrorCode::kInternal : tokenizer.error().code;
}

std::string decoded(const Tokenizer& tokenizer, const std::vector<TokenId>& tokens) {
  std::string text;
  for (const TokenId token : tokens) tokenizer.decode(token, &text);
  return text;
}

// The bytes, "▁h" and "▁hi", and a control token behind them.
const test::TinyVocabulary kTiny = {{"\xe2\x96\x81", "h", "i", "\xe2\x96\x81h", "\xe2\x96\x81hi"}};

TEST_CASE("Text becomes the best-scored pieces and its bytes where there are none", "[tokenizer]") {
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(kTiny));
  const auto& words = tokenizer->vocabulary();
  CHECK(tokenizer->encode("hi") == std::vector{*words.find("\xe2\x96\x81hi")});
  CHECK(tokenizer->encode("hi!").back() == *words.find("<0x21>"));
  CHECK(tokenizer->encode("").empty());
}

TEST_CASE("Every byte string has an encoding that decodes to itself", "[tokenizer]") {
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(kTiny));
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(decoded(*tokenizer, tokenizer->encode(bytes)) == " " + bytes);
}

TEST_CASE("User text never becomes a control token, template text may", "[tokenizer]") {
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(kTiny));
  const TokenId control = *tokenizer->vocabulary().find("</s>");
  for (const TokenId token : tokenizer->encode("a</s>b")) CHECK(token != control);
  Prompt prompt;
  prompt.add_user("</s>");
  prompt.add_template("</s>");
  const auto tokens = tokenizer->encode(prompt);
  CHECK(std::count(tokens.begin(), tokens.end(), control) == 1);
  CHECK(tokens.back() == control);
  CHECK(tokens.front() == tokenizer->vocabulary().bos());
}

TEST_CASE("User text never begins or ends a text, whatever kind those tokens have", "[tokenizer]") {
  test::TinyVocabulary words = kTiny;
  words.marker_kind = GENERATE(1, 3, 4);  // normal, control, user-defined
  for (const char* part : {"<", "/", "s", ">", "<s", "</", "</s"}) words.pieces.push_back(part);
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(words));
  const TokenId begin = *tokenizer->vocabulary().bos();
  const TokenId end = *tokenizer->vocabulary().find("</s>");
  for (const TokenId token : tokenizer->encode("a<s>b</s>c</s>")) {
    CHECK(token != begin);
    CHECK(token != end);
  }
  Prompt prompt;
  prompt.add_template("a</s>");
  CHECK(tokenizer->encode(prompt).back() == end);
}

TEST_CASE("A user-defined end-of-turn marker is not for users", "[tokenizer]") {
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "llama");
  file.strings("tokenizer.ggml.tokens", {"<unk>", "<|im_end|>", "<|tool|>"});
  file.f32s("tokenizer.ggml.scores", {0, 0, 0}).i32s("tokenizer.ggml.token_type", {2, 4, 4});
  file.u32("tokenizer.ggml.unknown_token_id", 0).boolean("tokenizer.ggml.add_bos_token", false);
  const auto tokens = tokenizer_of(file)->encode("<|im_end|><|tool|>");
  CHECK(std::count(tokens.begin(), tokens.end(), 1) == 0);
  CHECK(tokens.back() == 2);
}

TEST_CASE("Phi-3's special tokens swallow the white space behind them", "[tokenizer]") {
  const auto [model, swallows] = GENERATE(
      table<std::string, bool>({{"phi3", true}, {"Tiny-Phi-3.5-Tune", true}, {"llama", false}}));
  test::TinyVocabulary words = kTiny;
  words.controls = {"<|user|>", "<|endoftext|>"};
  GgufBuilder file = test::tiny_tokenizer(words);
  file.string("general.architecture", model == "phi3" ? model : "llama");
  file.string("general.name", model);
  const auto tokenizer = tokenizer_of(file);
  const auto encoded = [&](std::string before, std::string text) {
    Prompt prompt;
    prompt.add_template(std::move(before));
    prompt.add_user(std::move(text));
    return tokenizer->encode(prompt);
  };
  CAPTURE(model);
  CHECK((encoded("<|user|>\n", " hi") == encoded("<|user|>", "hi")) == swallows);
  CHECK((encoded("<|user|>\n\t<|user|>", "") == encoded("<|user|><|user|>", "")) == swallows);
  CHECK(encoded("<|endoftext|>", "\nhi") != encoded("<|endoftext|>", "hi"));
  CHECK(encoded("<|user|>", "hi\n") != encoded("<|user|>", "hi"));
}

TEST_CASE("What looks like the end of a turn ends it, whatever kind the file gives it",
          "[tokenizer]") {
  const std::int32_t kind = GENERATE(1, 3, 4, 5);  // normal, control, user-defined, unused
  const std::vector<std::string> ends = {"<|im_end|>", "<end_of_turn>", "<|calls|>",
                                         "<|flush|>",  "<|fim_pad|>",   "<|file_sep|>"};
  std::vector<std::string> tokens = {"<unk>"};
  tokens.insert(tokens.end(), ends.begin(), ends.end());
  std::vector<std::int32_t> kinds(tokens.size(), kind);
  kinds[0] = 2;
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens);
  file.f32s("tokenizer.ggml.scores", std::vector<float>(tokens.size(), 0));
  file.i32s("tokenizer.ggml.token_type", kinds).u32("tokenizer.ggml.unknown_token_id", 0);
  file.boolean("tokenizer.ggml.add_bos_token", false);
  const auto tokenizer = tokenizer_of(file);
  for (const std::string& text : ends) {
    CAPTURE(kind, text);
    const TokenId token = *tokenizer->vocabulary().find(text);
    CHECK(tokenizer->vocabulary().ends_answer(token));
    const auto of_user = tokenizer->encode(text);
    CHECK(std::count(of_user.begin(), of_user.end(), token) == 0);
    Prompt prompt;
    prompt.add_template(text);
    CHECK(tokenizer->encode(prompt) == std::vector{token});
  }
}

TEST_CASE("A word that may be ordinary text ends an answer only if it is special", "[tokenizer]") {
  const std::string word = GENERATE(as<std::string>{}, "<EOT>", "▁<EOT>", "[EOT]", "[EOS]", "[PAD]",
                                    "<REPO>", "<reponame>");
  for (const std::int32_t kind : {1, 3, 4}) {
    GgufBuilder file;
    file.string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", {"<unk>", word});
    file.f32s("tokenizer.ggml.scores", {0, 0}).i32s("tokenizer.ggml.token_type", {2, kind});
    file.u32("tokenizer.ggml.unknown_token_id", 0).boolean("tokenizer.ggml.add_bos_token", false);
    CAPTURE(word, kind);
    CHECK(tokenizer_of(file)->vocabulary().ends_answer(1) == (kind != 1));
  }
}

TEST_CASE("Where other tokens end an answer, the end of a message does not", "[tokenizer]") {
  const auto ends = [](const std::vector<std::string>& others) {
    test::TinyVocabulary words = kTiny;
    words.controls = others;
    words.controls.push_back("<|end|>");
    const auto tokenizer = tokenizer_of(test::tiny_tokenizer(words));
    return tokenizer->vocabulary().ends_answer(*tokenizer->vocabulary().find("<|end|>"));
  };
  CHECK(ends({}));
  CHECK(ends({"<|call|>"}));
  CHECK_FALSE(ends({"<|call|>", "<|return|>"}));
  CHECK_FALSE(ends({"<|calls|>", "<|flush|>"}));
}

TEST_CASE("A control token split over template and user text stays text", "[tokenizer]") {
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(kTiny));
  Prompt prompt;
  prompt.add_template("</");
  prompt.add_user("s>");
  const auto tokens = tokenizer->encode(prompt);
  CHECK(std::count(tokens.begin(), tokens.end(), *tokenizer->vocabulary().find("</s>")) == 0);
}

TEST_CASE("Of special tokens that begin alike the longest is found, and control ones are skipped",
          "[tokenizer]") {
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "llama");
  file.strings("tokenizer.ggml.tokens", {"<unk>", "<a", "<a>b", "<a>bcd", "\xff"});
  file.f32s("tokenizer.ggml.scores", std::vector<float>(5, 0));
  file.i32s("tokenizer.ggml.token_type", {2, 4, 4, 3, 4}).u32("tokenizer.ggml.unknown_token_id", 0);
  file.boolean("tokenizer.ggml.add_space_prefix", false);
  const auto tokenizer = tokenizer_of(file);
  CHECK(tokenizer->encode("<a>bcd") == std::vector<TokenId>{2, 0, 0});
  CHECK(tokenizer->encode("<a>") == std::vector<TokenId>{1, 0});
  CHECK(tokenizer->encode("<<a\xff") == std::vector<TokenId>{0, 1, 4});
  Prompt prompt;
  prompt.add_template("<a>bcd<a>b");
  CHECK(tokenizer->encode(prompt) == std::vector<TokenId>{3, 2});
}

TEST_CASE("A megabyte that nearly is a special token is searched in proportion", "[tokenizer]") {
  GgufBuilder file;
  std::vector<std::string> tokens = {"<unk>"};
  for (std::size_t size = 2; size <= Vocabulary::kMaxSpecialBytes; size *= 2) {
    tokens.push_back(std::string(size - 1, '<') + ">");
  }
  std::vector<std::int32_t> kinds(tokens.size(), 4);
  file.string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens);
  file.f32s("tokenizer.ggml.scores", std::vector<float>(tokens.size(), 0));
  file.i32s("tokenizer.ggml.token_type", kinds).u32("tokenizer.ggml.unknown_token_id", 0);
  file.boolean("tokenizer.ggml.add_space_prefix", false);
  CHECK(tokenizer_of(file)->encode(std::string(1 << 20, '<')).size() == 1 << 20);
  tokens.push_back(std::string(Vocabulary::kMaxSpecialBytes + 1, '<'));
  GgufBuilder longer;
  longer.string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens);
  kinds.push_back(3);
  longer.f32s("tokenizer.ggml.scores", std::vector<float>(tokens.size(), 0));
  longer.i32s("tokenizer.ggml.token_type", kinds);
  CHECK(error_of(longer) == ErrorCode::kInvalidModel);
}

TEST_CASE("A long text without pieces is encoded in reasonable time", "[tokenizer]") {
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(kTiny));
  CHECK(tokenizer->encode(std::string(1 << 20, 'h')).size() >= (1u << 20));
}

TEST_CASE("A tokenizer we do not know is refused by name", "[tokenizer]") {
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "t5");
  const auto tokenizer = Tokenizer::create(*GgufFile::parse(file.bytes()).value());
  REQUIRE(tokenizer.has_error());
  CHECK(tokenizer.error().code == ErrorCode::kInvalidModel);
  CHECK(tokenizer.error().message.find("t5") != std::string::npos);
}

TEST_CASE("The name of a tokenizer we do not know reaches an error as one line", "[tokenizer]") {
  GgufBuilder file;
  file.string("tokenizer.ggml.model", "evil\n\x1b[31m" + std::string(1000, 'x'));
  const Error error = Tokenizer::create(*GgufFile::parse(file.bytes()).value()).error();
  CHECK(error.message.find("'evil??[31mxx") != std::string::npos);
  CHECK(error.message.size() < 120);
}

TEST_CASE("CVE-2025-49847 class: vocabulary arrays that disagree are refused", "[tokenizer]") {
  const auto with = [](std::size_t scores, std::size_t kinds, const std::string& token) {
    GgufBuilder file;
    file.string("tokenizer.ggml.model", "llama");
    file.strings("tokenizer.ggml.tokens", {"<unk>", token});
    file.f32s("tokenizer.ggml.scores", std::vector<float>(scores, 0));
    file.i32s("tokenizer.ggml.token_type", std::vector<std::int32_t>(kinds, 1));
    file.u32("tokenizer.ggml.unknown_token_id", 0).boolean("tokenizer.ggml.add_bos_token", false);
    return file;
  };
  CHECK(error_of(with(2, 2, "a")) == ErrorCode::kInternal);  // loads
  CHECK(error_of(with(1, 2, "a")) == ErrorCode::kInvalidModel);
  CHECK(error_of(with(2, 3, "a")) == ErrorCode::kInvalidModel);
  CHECK(error_of(with(2, 2, std::string(5000, 'a'))) == ErrorCode::kInvalidModel);
}

TEST_CASE("CVE-2025-52566 class: a text of more tokens than fit any buffer is encoded whole",
          "[tokenizer]") {
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(kTiny));
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>('a' + i % 26);
  std::string back;
  for (const TokenId token : tokenizer->encode(text)) tokenizer->decode(token, &back);
  CHECK(back.size() >= text.size());
  CHECK(back.ends_with(text));
}

TEST_CASE("A special id that is not a token is refused", "[tokenizer]") {
  GgufBuilder file = test::tiny_tokenizer(kTiny);
  file.u32("tokenizer.ggml.eot_token_id", 100000);
  CHECK(error_of(file) == ErrorCode::kInvalidModel);
}

TEST_CASE("A malformed byte token (<0x-1>) is plain text, not a byte", "[tokenizer]") {
  test::TinyVocabulary vocabulary = kTiny;
  vocabulary.pieces.push_back("<0x-1>");
  const auto tokenizer = tokenizer_of(test::tiny_tokenizer(vocabulary));
  std::string text;
  tokenizer->decode(*tokenizer->vocabulary().find("<0x-1>"), &text);
  CHECK(text == "<0x-1>");
}

}  // namespace
}  // namespace weir
