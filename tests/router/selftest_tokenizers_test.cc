#include "router/cli/selftest_tokenizers.h"

#include <fstream>

#include "tests/local_backend/byte_pair_vocabulary.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir::cli {
namespace {

// The lines that a run over one vocabulary with these texts and tokens prints.
std::vector<std::string> lines_of(const test::BytePairVocabulary& vocabulary,
                                  const std::string& texts, const std::string& tokens) {
  const TempDir folder;
  const std::string path = folder.path() + "/words.gguf";
  std::ofstream(path, std::ios::binary) << test::byte_pair_tokenizer(vocabulary).bytes();
  std::ofstream(path + ".inp", std::ios::binary) << texts;
  std::ofstream(path + ".out", std::ios::binary) << tokens;
  std::vector<std::string> lines;
  SelftestReport report([&](const std::string& line) { lines.push_back(line); });
  selftest_tokenizers(folder.path(), report);
  return lines;
}

const test::BytePairVocabulary kWords = {.tokens = {"ab"}, .merges = {"a b"}};
using Lines = std::vector<std::string>;

TEST_CASE("A vocabulary passes if every text becomes its tokens", "[selftest]") {
  CHECK(lines_of(kWords, "abc\n__ggml_vocab_test__\n\n__ggml_vocab_test__\nb", "256 99\n\n98\n") ==
        Lines{"ok    words.gguf: 3 texts"});
  CHECK(lines_of(kWords, "abc\n__ggml_vocab_test__\n", " 256 99\n") ==
        Lines{"ok    words.gguf: 1 texts"});
}

TEST_CASE("A text that becomes other tokens is a miss that says where", "[selftest]") {
  CHECK(lines_of(kWords, "xabc", "120 97 98 99\n") ==
        Lines{"MISS  words.gguf: text 1 of 1 at token 1 gives 256 99, not 97 98 99"});
  CHECK(lines_of(kWords, "ab", "256 99\n") ==
        Lines{"MISS  words.gguf: text 1 of 1 at token 1 gives nothing, not 99"});
}

TEST_CASE("An unknown vocabulary is not supported, one that is broken misses", "[selftest]") {
  CHECK(lines_of({.pre = "other"}, "a", "97\n") ==
        Lines{"none  words.gguf: pre-tokenizer 'other' is not supported"});
  CHECK(lines_of({.merges = {"a b"}}, "a", "97\n") ==
        Lines{"MISS  words.gguf: tokenizer: merge 0 forms what is not a token"});
}

TEST_CASE("Texts and tokens that do not fit each other are unusable", "[selftest]") {
  CHECK(lines_of(kWords, "a", "97\n98\n")[0].starts_with("BAD   words.gguf: its .inp has 1"));
  CHECK(lines_of(kWords, "a", "97 x\n")[0].ends_with("more than numbers"));
}

}  // namespace
}  // namespace weir::cli
