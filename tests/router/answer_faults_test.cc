#include "router/answer_faults.h"

#include <string>

#include "tests/support/catch.h"

namespace weir {
namespace {

std::string times(int count, const std::string& piece) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

TEST_CASE("A text that ends in one piece over and over goes in circles", "[router]") {
  const std::string piece =
      GENERATE("the ", "I do not know. ", "ab", "\xc3\xa9", "x",
               "Once upon a time there was a girl named Lily who liked the sun.\n");
  CAPTURE(piece);
  CHECK(goes_in_circles("First something else. " + times(80, piece)));
}

TEST_CASE("Prose, lists, code and ruled lines do not go in circles", "[router]") {
  const std::string text = GENERATE(
      "", "a", "The quick brown fox jumps over the lazy dog. The dog sleeps, the fox does not.",
      "1. one\n2. two\n3. three\n4. four\n5. five\n6. six\n7. seven\n8. eight\n9. nine\n",
      "for (int i = 0; i < n; ++i) {\n  for (int j = 0; j < n; ++j) {\n    sum += a[i][j];\n  }\n}",
      "Title\n========================================================================\n",
      "| a | b |\n|-----------------------|-----------------------|------------------|\n",
      "ha ha ha ha ha", "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]");
  CAPTURE(text);
  CHECK_FALSE(goes_in_circles(text));
}

TEST_CASE("A piece must come round six times", "[router]") {
  const std::string sentence = "The cat sat on the mat and looked at the moon. ";
  CHECK_FALSE(goes_in_circles(times(5, sentence)));
  CHECK(goes_in_circles(times(7, sentence)));
}

TEST_CASE("Looking for circles in a hostile text ends", "[router]") {
  CHECK(goes_in_circles(std::string(1'000'000, 'a')));
  CHECK_FALSE(goes_in_circles(std::string(399, '-')));
}

TEST_CASE("A JSON object is one object and nothing else", "[router]") {
  CHECK(is_json_object(R"({"a": [1, 2, {"b": null}]})"));
  CHECK(is_json_object(" \n{}\n"));
  CHECK_FALSE(is_json_object(R"({"a": 1)"));
  CHECK_FALSE(is_json_object("[1]"));
  CHECK_FALSE(is_json_object("{} and more"));
  CHECK_FALSE(is_json_object("```json\n{}\n```"));
  CHECK_FALSE(is_json_object(""));
}

TEST_CASE("A text that begins otherwise can never become a JSON object", "[router]") {
  CHECK(may_become_json_object(""));
  CHECK(may_become_json_object("\n {\"a"));
  CHECK_FALSE(may_become_json_object("Here is"));
  CHECK_FALSE(may_become_json_object("["));
}

}  // namespace
}  // namespace weir
