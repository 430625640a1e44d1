// The window between a local answer and the client, token by token.
#include "router/answer_watch.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"
#include "tests/support/fake_exchange.h"

namespace weir {
namespace {

constexpr TokenSignals kSure{-0.01F, 0.1F, 0.98F, true};
constexpr TokenSignals kUnsure{-6, 7, 0.02F, true};
constexpr std::string_view kRequestId = "req_0000000000000";

// A clock that stands still until it is moved.
class StandingClock final : public Clock {
 public:
  SteadyTime now() const override { return now_; }
  std::int64_t unix_ms() const override { return 0; }
  void move(std::chrono::milliseconds span) { now_ += span; }

 private:
  SteadyTime now_{};
};

// One watched stream, and what its client has seen.
class Stream {
 public:
  explicit Stream(WatchTerms terms, ResponseFormatKind format = ResponseFormatKind::kText) {
    request_.stream = true;
    request_.response_format.kind = format;
    RouteLabel label;
    label.route = "local";
    label.reason = Reason::kEasy;
    sink_.emplace(exchange_, request_, openai_chat_codec(), kRequestId);
    sink_->begin_attempt(label);
    watch_.emplace(*sink_, request_, clock_, terms, label);
    StreamEvent start;
    start.kind = EventKind::kStart;
    write(start);
  }

  WriteResult token(std::string_view text, TokenSignals signals = kSure) {
    StreamEvent event;
    event.kind = EventKind::kTextDelta;
    event.text = text;
    event.signals = signals;
    return write(event);
  }

  WriteResult finish(FinishReason reason = FinishReason::kStop) {
    StreamEvent event;
    event.kind = EventKind::kFinish;
    event.finish = reason;
    return write(event);
  }

  bool seen(std::string_view text) const { return exchange_.answer.find(text) != text.npos; }
  bool seen_anything() const { return !exchange_.answer.empty(); }

  const AnswerWatch& watch() const { return *watch_; }
  StandingClock clock_;
  FakeExchange exchange_{thread_, "POST / HTTP/1.1\r\nhost: x\r\n\r\n"};

 private:
  WriteResult write(const StreamEvent& event) {
    WriteResult result = WriteResult::kClientGone;
    net::co_spawn(
        context_, [&]() -> Async<void> { result = co_await watch_->write(event); }, net::detached);
    context_.restart();
    context_.run();
    return result;
  }

  net::io_context context_{1};
  DeadlineWheel wheel_;
  IoThread thread_{context_, wheel_, clock_};
  ChatRequest request_;
  std::optional<ClientSink> sink_;
  std::optional<AnswerWatch> watch_;
};

WatchTerms judged(std::int64_t tokens = 4) {
  WatchTerms terms;
  terms.judged = terms.may_escalate = true;
  terms.least_confidence = 0.5;
  terms.hold_tokens = tokens;
  terms.hold_time = std::chrono::milliseconds(1'000);
  return terms;
}

TEST_CASE("Nothing is seen before the window is full, and then all of it", "[router]") {
  Stream stream(judged(4));
  for (const char* word : {"one ", "two ", "three "}) {
    CHECK(stream.token(word) == WriteResult::kOk);
    CHECK_FALSE(stream.seen_anything());
  }
  CHECK(stream.token("four ") == WriteResult::kOk);
  for (const char* word : {"one ", "two ", "three ", "four "}) CHECK(stream.seen(word));
  CHECK(stream.token("five ") == WriteResult::kOk);
  CHECK(stream.seen("five "));
  CHECK(stream.watch().confidence().value_or(0) > 0.5);
}

TEST_CASE("An unsure answer is stopped at the window and never seen", "[router]") {
  Stream stream(judged(4));
  for (int i = 0; i < 3; ++i) CHECK(stream.token("hm ", kUnsure) == WriteResult::kOk);
  CHECK(stream.token("hm ", kUnsure) == WriteResult::kClientGone);
  CHECK(stream.watch().rejected());
  CHECK(stream.watch().unsure());
  CHECK(stream.token("more ", kSure) == WriteResult::kClientGone);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE("A slow answer is judged by what there is when its time is up", "[router]") {
  Stream stream(judged(16));
  CHECK(stream.token("one ") == WriteResult::kOk);
  stream.clock_.move(std::chrono::milliseconds(1'500));
  CHECK(stream.token("two ") == WriteResult::kOk);
  CHECK(stream.seen("one "));
  CHECK(stream.seen("two "));
}

TEST_CASE("An answer that is shorter than the window is judged at its end", "[router]") {
  Stream stream(judged(16));
  stream.token("yes");
  CHECK(stream.finish() == WriteResult::kOk);
  CHECK(stream.seen("yes"));
  Stream unsure(judged(16));
  unsure.token("no", kUnsure);
  CHECK(unsure.finish() == WriteResult::kClientGone);
  CHECK_FALSE(unsure.seen_anything());
}

TEST_CASE("With nobody behind it an unsure answer is shown under another reason", "[router]") {
  WatchTerms terms = judged(2);
  terms.may_escalate = false;
  Stream stream(terms);
  stream.token("hm ", kUnsure);
  CHECK(stream.token("hm ", kUnsure) == WriteResult::kOk);
  CHECK(stream.seen("hm "));
  CHECK(stream.exchange_.headers.find("x-weir-reason: escalation-unavailable") !=
        std::string::npos);
}

TEST_CASE("What nobody judges is seen at once", "[router]") {
  WatchTerms terms = judged(4);
  terms.judged = terms.may_escalate = false;
  Stream named(terms);
  named.token("now", kUnsure);
  CHECK(named.seen("now"));
  Stream unwatched(judged(0));
  unwatched.token("now", kUnsure);
  CHECK(unwatched.seen("now"));
}

TEST_CASE("A stream that must be JSON is held to its end", "[router]") {
  Stream stream(judged(2), ResponseFormatKind::kJsonObject);
  for (const char* piece : {"{\"a\"", ":", "1", ",", "\"b\":2"}) stream.token(piece);
  CHECK_FALSE(stream.seen_anything());
  stream.token("}");
  CHECK(stream.finish() == WriteResult::kOk);
  CHECK(stream.seen("b"));
}

TEST_CASE("A stream that breaks its JSON is never seen, not even where nobody else may answer",
          "[router]") {
  WatchTerms terms = judged(2);
  terms.may_escalate = false;
  Stream stream(terms, ResponseFormatKind::kJsonObject);
  stream.token("{\"a\":");
  CHECK(stream.finish() == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenJson);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE("Broken JSON is broken also when it goes in circles", "[router]") {
  WatchTerms terms = judged(2);
  terms.may_escalate = false;
  Stream stream(terms, ResponseFormatKind::kJsonObject);
  stream.token("{");
  for (int i = 0; i < 40; ++i) stream.token("again and again ");
  CHECK(stream.finish() == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenJson);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE("An answer that ends in a call of a tool is not empty", "[router]") {
  Stream stream(judged(16));
  stream.token("", kSure);
  CHECK(stream.finish(FinishReason::kToolCalls) == WriteResult::kOk);
  CHECK_FALSE(stream.watch().rejected());
}

}  // namespace
}  // namespace weir
