#include "local_backend/text_assembler.h"

#include "tests/local_backend/byte_pair_vocabulary.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

const Tokenizer& tokenizer() {
  static const auto made =
      std::move(Tokenizer::create(
                    *GgufFile::parse(test::tiny_tokenizer({{"\xe2\x96\x81word"}}).bytes()).value())
                    .value());
  return *made;
}

TokenId byte_token(char byte) { return 3 + static_cast<unsigned char>(byte); }

constexpr TokenId kBos = 1;
constexpr TokenId kLetter = 3 + 'x';
constexpr TokenId kWord = 259;

// What is shown after each byte, joined by '|', and at the end what was held back.
std::string shown(const std::string& bytes, std::vector<std::string> stop = {}) {
  TextAssembler text(tokenizer(), std::move(stop), kLetter);
  std::string out;
  for (const char byte : bytes) {
    const auto step = text.push(byte_token(byte));
    out += step.text + "|";
    if (step.stop != nullptr) return out + "stop";
  }
  return out + text.finish();
}

TEST_CASE("Half a character is held back until it is whole", "[text]") {
  CHECK(shown("a\xc3\xa9z") == "a||\xc3\xa9|z|");
  CHECK(shown("\xf0\x9f\x98\x80") == "|||\xf0\x9f\x98\x80|");
}

TEST_CASE("Bytes that are not UTF-8 are shown as the replacement character", "[text]") {
  CHECK(shown("a\xff"
              "b") == "a|\xef\xbf\xbd|b|");
  CHECK(shown("\xc3(") == "|\xef\xbf\xbd(|");
  CHECK(shown("a\xe2\x82") == "a|||\xef\xbf\xbd");
}

TEST_CASE("A stop string is found across tokens and not shown", "[text]") {
  CHECK(shown("abENDcd", {"END"}) == "a|b||||stop");
  CHECK(shown("abENxcd", {"END"}) == "a|b|||ENx|c|d|");
  CHECK(shown("EEND", {"END"}) == "|E|||stop");
}

TEST_CASE("The first of several stop strings ends the answer", "[text]") {
  CHECK(shown("a.\n", {"\n", ".\n"}) == "a|||stop");
  CHECK(shown("abab!", {"!", "abc"}) == "||ab||ab|stop");
}

TEST_CASE("What was held for a stop string is shown at the end", "[text]") {
  CHECK(shown("abEN", {"END"}) == "a|b|||EN");
}

TEST_CASE("The space that marks a first word is not shown, later ones are", "[text]") {
  TextAssembler first(tokenizer(), {}, kBos), later(tokenizer(), {}, kLetter);
  CHECK(first.push(kWord).text == "word");
  CHECK(first.push(kWord).text == " word");
  CHECK(later.push(kWord).text == " word");
}

// Bytes are their own tokens; then pieces that begin or end inside a character.
const Tokenizer& byte_pairs() {
  static const auto made = [] {
    test::BytePairVocabulary words;
    words.tokens = {spell_bytes("a\xc3"), spell_bytes("\xa9 EN"), spell_bytes("D\xf0\x9f"),
                    spell_bytes("xENDy\n")};
    words.user_defined = {"<think>"};
    words.marker_kind = 4;
    return std::move(
        Tokenizer::create(*GgufFile::parse(test::byte_pair_tokenizer(words).bytes()).value())
            .value());
  }();
  return *made;
}

constexpr TokenId kA = 256, kEn = 257, kD = 258, kEnd = 259, kThink = 260, kTurn = 261;

std::string shown_pairs(const std::vector<TokenId>& tokens, std::vector<std::string> stop = {}) {
  TextAssembler text(byte_pairs(), std::move(stop), 'x');
  std::string out;
  for (const TokenId token : tokens) {
    const auto step = text.push(token);
    out += step.text + "|";
    if (step.stop != nullptr) return out + "stop";
  }
  return out + text.finish();
}

// Met by what one token says, which may hold several.
std::string met_by_word(std::vector<std::string> stop) {
  TextAssembler text(tokenizer(), std::move(stop), kLetter);
  const auto step = text.push(kWord);
  return step.stop == nullptr ? "none" : *step.stop;
}

TEST_CASE("The stop string that was met is told: the first one in the text", "[text]") {
  CHECK(met_by_word({}) == "none");
  CHECK(met_by_word({"x", "wo"}) == "wo");
  CHECK(met_by_word({"rd", "wo"}) == "wo");
  CHECK(met_by_word({"word", "wo"}) == "word");
}

TEST_CASE("Byte-level pieces may cut characters anywhere", "[text]") {
  CHECK(shown_pairs({kA, kEn}) == "a|\xc3\xa9 EN|");
  CHECK(shown_pairs({kD, 0x98, 0x80, 'z'}) == "D||\xf0\x9f\x98\x80|z|");
}

TEST_CASE("An answer that ends inside a character ends with the replacement character", "[text]") {
  CHECK(shown_pairs({kA}) == "a|\xef\xbf\xbd");
  CHECK(shown_pairs({kD, 0x98}) == "D||\xef\xbf\xbd");
  CHECK(shown_pairs({kD, kA}) ==
        "D|\xef\xbf\xbd"
        "a|\xef\xbf\xbd");
}

TEST_CASE("A stop string is found inside a piece and across pieces that cut characters", "[text]") {
  CHECK(shown_pairs({'w', kEnd}, {"END"}) == "w|x|stop");
  CHECK(shown_pairs({kA, kEn, kD}, {"END"}) == "a|\xc3\xa9 ||stop");
  CHECK(shown_pairs({kA, kEn, 'x'}, {"END"}) == "a|\xc3\xa9 |ENx|");
  CHECK(shown_pairs({'-', kA, kEn}, {"\xc3\xa9"}) == "-|a||stop");
  CHECK(shown_pairs({kD, 0x98, 0x80}, {"\xf0\x9f\x98\x80"}) == "D|||stop");
}

TEST_CASE("Turn markers are never shown, whatever kind they have; other tokens are", "[text]") {
  CHECK(shown_pairs({'a', kTurn, 'b'}) == "a||b|");
  CHECK(shown_pairs({kThink}) == "<think>|");
}

}  // namespace
}  // namespace weir
