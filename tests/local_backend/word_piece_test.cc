#include "local_backend/tokenizer/word_piece.h"

#include "local_backend/tokenizer/folded_text.h"
#include "tests/local_backend/gguf_builder.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// Pieces as GGUF files spell them; "_" stands for the mark of a word's beginning.
std::unique_ptr<Tokenizer> tokenizer_of(std::vector<std::string> pieces) {
  for (std::string& piece : pieces) {
    if (piece.starts_with('_')) piece = "\xe2\x96\x81" + piece.substr(1);
  }
  pieces.insert(pieces.begin(), {"[UNK]", "[CLS]"});
  std::vector<std::int32_t> kinds(pieces.size(), 1);
  kinds[0] = kinds[1] = 3;
  test::GgufBuilder file;
  file.string("tokenizer.ggml.model", "bert")
      .strings("tokenizer.ggml.tokens", pieces)
      .i32s("tokenizer.ggml.token_type", kinds)
      .u32("tokenizer.ggml.unknown_token_id", 0);
  return std::move(Tokenizer::create(*GgufFile::parse(file.bytes()).value()).value());
}

// The pieces between bars, words marked with "_".
std::string pieces_of(const Tokenizer& tokenizer, std::string_view text) {
  std::string pieces;
  for (const TokenId token : tokenizer.encode(text)) {
    std::string piece(tokenizer.vocabulary().text(token));
    if (piece.starts_with("\xe2\x96\x81")) piece = "_" + piece.substr(3);
    pieces += "|" + piece;
  }
  return pieces;
}

std::string folded(char32_t code) {
  std::string text;
  append_folded(code, &text);
  return text;
}

TEST_CASE("A word becomes the longest pieces from its left", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({"_un", "_unhap", "hap", "py", "p", "y", "_happy"});
  CHECK(pieces_of(*tokenizer, "unhappy happy") == "|_unhap|py|_happy");
}

TEST_CASE("A word with a part that is in no piece is one unknown token", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({"_a", "b"});
  CHECK(pieces_of(*tokenizer, "ab abc a") == "|_a|b|[UNK]|_a");
  CHECK(pieces_of(*tokenizer, std::string(101, 'a')) == "|[UNK]");
}

TEST_CASE("Case and accents are lost, marks and Han characters stand alone", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({"_apfel", "_,", "_!", "_\xe4\xb8\xad", "_\xe6\x96\x87"});
  CHECK(pieces_of(*tokenizer, "\xc3\x84PFEL,apfel!") == "|_apfel|_,|_apfel|_!");
  CHECK(pieces_of(*tokenizer, "A\xcc\x88pfel") == "|_apfel");  // A, then a combining diaeresis
  CHECK(pieces_of(*tokenizer, "\xe4\xb8\xad\xe6\x96\x87") == "|_\xe4\xb8\xad|_\xe6\x96\x87");
}

TEST_CASE("Controls and broken UTF-8 vanish, and white space of all kinds parts words",
          "[tokenizer]") {
  const auto tokenizer = tokenizer_of({"_a", "b", "_b"});
  CHECK(pieces_of(*tokenizer,
                  "a\xe2\x80\x8d\x01\xff"
                  "b") == "|_a|b");  // a zero-width joiner among them
  CHECK(pieces_of(*tokenizer,
                  "a\xe3\x80\x80"
                  "b\t\n b") == "|_a|_b|_b");
  CHECK(pieces_of(*tokenizer, "").empty());
  CHECK(pieces_of(*tokenizer, "\xff").empty());
}

TEST_CASE("User text never becomes a control token of WordPiece", "[tokenizer]") {
  const auto tokenizer = tokenizer_of({"_[", "_]", "_cls"});
  CHECK(pieces_of(*tokenizer, "[CLS]") == "|_[|_cls|_]");
}

TEST_CASE("A mark is one after folding too, and a text cannot spell a word's beginning",
          "[tokenizer]") {
  const auto tokenizer = tokenizer_of({"_a", "_=", "_b"});
  CHECK(pieces_of(*tokenizer,
                  "a\xe2\x89\xa0"
                  "b") == "|_a|_=|_b");  // not equal
  CHECK(pieces_of(*tokenizer,
                  "a\xe2\x96\x81"
                  "b") == "|[UNK]");
}

TEST_CASE("Folding follows Unicode", "[tokenizer]") {
  CHECK(folded(U'A') == "a");
  CHECK(folded(U'\u00c9') == "e");
  CHECK(folded(U'\u0130') == "i");                                     // dotted capital I
  CHECK(folded(U'\u1e9e') == "\xc3\x9f");                              // capital sharp s
  CHECK(folded(U'\u0301').empty());                                    // combining acute
  CHECK(folded(U'\u0416') == "\xd0\xb6");                              // Zhe
  CHECK(folded(U'\u4e2d') == "\xe4\xb8\xad");                          // stays
  CHECK(folded(U'\ud55c') == "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab");  // three jamo
  CHECK(folded(U'\u09cb') == "\xe0\xa7\x87\xe0\xa6\xbe");              // becomes two
  CHECK(folded(U'\U00010400') == "\xf0\x90\x90\xa8");                  // Deseret
}

TEST_CASE("The runs of the folding table lie in order and apart", "[tokenizer]") {
  const FoldRun* before = nullptr;
  for (const FoldRun& run : fold_runs()) {
    if (before != nullptr && before->first != run.first) {
      CHECK(before->first + (before->count - 1u) * before->step < run.first);
    }
    before = &run;
  }
}

TEST_CASE("A file without an unknown token has no WordPiece vocabulary", "[tokenizer]") {
  test::GgufBuilder file;
  file.string("tokenizer.ggml.model", "bert").strings("tokenizer.ggml.tokens", {"a"});
  const auto tokenizer = Tokenizer::create(*GgufFile::parse(file.bytes()).value());
  REQUIRE_FALSE(tokenizer.has_value());
  CHECK(tokenizer.error().code == ErrorCode::kInvalidModel);
}

}  // namespace
}  // namespace weir
