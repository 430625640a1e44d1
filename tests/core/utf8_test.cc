#include "core/utf8.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

std::string repaired(std::string_view text) {
  std::string out;
  append_repaired_utf8(&out, text);
  return out;
}

TEST_CASE("well formed UTF-8 is accepted and left alone", "[utf8]") {
  const std::string text =
      GENERATE("", "plain text, longer than eight bytes", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
               "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
               "ok \xe2\x80\xa6 and more text");
  CAPTURE(text);
  CHECK(is_utf8(text));
  CHECK(repaired(text) == text);
}

TEST_CASE("what is not UTF-8 is refused", "[utf8]") {
  const std::string text = GENERATE(std::string("\x80"),               // a continuation alone
                                    std::string("\xc0\xaf"),           // overlong '/'
                                    std::string("\xe0\x9f\xbf"),       // overlong
                                    std::string("\xed\xa0\x80"),       // a surrogate
                                    std::string("\xf0\x8f\xbf\xbf"),   // overlong
                                    std::string("\xf4\x90\x80\x80"),   // above U+10FFFF
                                    std::string("\xf5\x80\x80\x80"),   // no lead byte
                                    std::string("12345678\xe2\x80"));  // cut off
  CAPTURE(text);
  CHECK_FALSE(is_utf8(text));
  CHECK(is_utf8(repaired(text)));
}

TEST_CASE("each maximal broken part becomes one replacement character", "[utf8]") {
  CHECK(repaired("a\xff\xfe"
                 "b") ==
        "a\xef\xbf\xbd\xef\xbf\xbd"
        "b");
  CHECK(repaired("\xe2\x80") == "\xef\xbf\xbd");
  CHECK(repaired("\xf0\x9f\x98x") == "\xef\xbf\xbdx");
  CHECK(repaired("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace weir
