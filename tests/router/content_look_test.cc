// What policy sees of a request, and what it does where there is no time to look.
#include "router/content_look.h"

#include "cloud_adapters/wire/codec.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// Each look at it takes so long.
class SlowClock final : public Clock {
 public:
  explicit SlowClock(std::chrono::milliseconds step) : step_(step) {}
  SteadyTime now() const override { return now_ += step_; }
  std::int64_t unix_ms() const override { return 0; }

 private:
  const std::chrono::milliseconds step_;
  mutable SteadyTime now_{};
};

ChatRequest asking(const std::string& text) {
  return codec_of(Dialect::kOpenAiChat)
      .parse_request(
          R"({"messages":[{"role":"user","content":"first"},{"role":"user","content":")" + text +
          R"("}]})")
      .value();
}

TEST_CASE("a request is looked into where a rule asks", "[privacy]") {
  const PrivacyScanner scanner;
  const ChatRequest request = asking("card 4111 1111 1111 1111");
  CHECK_FALSE(look_into(request, nullptr).found.has_value());
  TimedScan scan(scanner, Guesses::kNone, system_clock());
  const ContentLook look = look_into(request, &scan);
  CHECK(look.found->holds("card"));
  CHECK_FALSE(look.found->holds("email"));
  CHECK_FALSE(look.unread);
  CHECK_FALSE(look.opaque);
}

TEST_CASE("what takes too long to look through counts as not read", "[privacy]") {
  const PrivacyScanner scanner;
  const SlowClock clock(kLongestLookTime);
  TimedScan scan(scanner, Guesses::kNone, clock);
  CHECK(look_into(asking("card 4111 1111 1111 1111"), &scan).unread);
  CHECK(scan.late());
  const SlowClock quick(std::chrono::milliseconds(1));
  TimedScan in_time(scanner, Guesses::kNone, quick);
  CHECK_FALSE(look_into(asking("card 4111 1111 1111 1111"), &in_time).unread);
}

TEST_CASE("names are not guessed in a text that is too long for it", "[privacy]") {
  const PrivacyScanner scanner;
  const ChatRequest request = asking(std::string(kLongestGuess + 1, 'a'));
  TimedScan guessing(scanner, Guesses::kNames, system_clock());
  CHECK(look_into(request, &guessing).unread);
  TimedScan plain(scanner, Guesses::kNone, system_clock());
  CHECK_FALSE(look_into(request, &plain).unread);
}

TEST_CASE("a body that is too long is not looked into, and is opaque to whoever redacts",
          "[privacy]") {
  const PrivacyScanner scanner;
  const ChatRequest request = asking(std::string(kLongestLook, 'a'));
  TimedScan scan(scanner, Guesses::kNone, system_clock());
  const ContentLook look = look_into(request, &scan);
  CHECK(look.unread);
  CHECK(look.opaque);
  CHECK_FALSE(look.found.has_value());
  CHECK_FALSE(look_into(request, nullptr).unread);
}

}  // namespace
}  // namespace weir
