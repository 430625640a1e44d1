// The window between a local answer and the client, token by token.
#include "router/answer_watch.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <functional>

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

// A request for a stream. The views of `change` live as long as the test.
ChatRequest asking(const std::function<void(ChatRequest&)>& change) {
  ChatRequest request;
  request.stream = true;
  if (change) change(request);
  return request;
}

ChatRequest asking_for_json() {
  return asking(
      [](ChatRequest& request) { request.response_format.kind = ResponseFormatKind::kJsonObject; });
}

ChatRequest asking_for_whole_json() {
  ChatRequest request = asking_for_json();
  request.stream = false;
  return request;
}

// The client must get a call, of `name` if it is not empty.
ChatRequest asking_for_call(std::string_view name = {}) {
  return asking([&](ChatRequest& request) {
    request.tools.emplace_back().name = "get_weather";
    request.tool_choice = name.empty() ? ToolChoice::kRequired : ToolChoice::kNamed;
    request.tool_choice_name = name;
  });
}

// One watched answer, and what its client has seen.
class Stream {
 public:
  explicit Stream(WatchTerms terms, ChatRequest request = asking({}))
      : request_(std::move(request)) {
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
    return say(EventKind::kTextDelta, text, signals);
  }
  WriteResult thought(std::string_view text, TokenSignals signals = kSure) {
    return say(EventKind::kReasoningDelta, text, signals);
  }
  // Tokens whose text the parser keeps, because a call may come of it.
  WriteResult silent(int count) {
    WriteResult result = WriteResult::kOk;
    for (int i = 0; i < count; ++i) result = token("");
    return result;
  }
  WriteResult broken_call(std::string_view text) {
    StreamEvent event;
    event.kind = EventKind::kTextDelta;
    event.text = text;
    event.broken_call = true;
    event.signals = kSure;
    return write(event);
  }
  WriteResult call(std::string_view name) {
    StreamEvent event;
    event.kind = EventKind::kToolCallStart;
    event.id = "call_1";
    event.name = name;
    if (const WriteResult result = write(event); result != WriteResult::kOk) return result;
    return say(EventKind::kToolCallDelta, "{}", {});
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
  WriteResult say(EventKind kind, std::string_view text, TokenSignals signals) {
    StreamEvent event;
    event.kind = kind;
    event.text = text;
    event.signals = signals;
    return write(event);
  }

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

TEST_CASE("An answer that says that the model cannot is never seen where another may", "[router]") {
  WatchTerms terms = judged(2);
  terms.declines = "I cannot";
  terms.may_escalate = GENERATE(true, false);
  Stream stream(terms);
  stream.token("I ");
  stream.token("cannot do that.");
  stream.finish();
  CHECK(stream.watch().rejected() == terms.may_escalate);
  CHECK(stream.watch().fault() == AnswerFault::kDeclined);
  CHECK(stream.seen("cannot") != terms.may_escalate);
}

TEST_CASE("An answer that begins as if it could not and goes on otherwise is none that cannot",
          "[router]") {
  WatchTerms terms = judged(2);
  terms.declines = "I cannot";
  terms.judged = GENERATE(true, false);
  Stream stream(terms);
  stream.token("I can");
  stream.token("do that.");
  stream.token("I cannot");
  stream.finish();
  CHECK(stream.watch().fault() == AnswerFault::kNone);
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

TEST_CASE("A stream of JSON is shown as any other", "[router]") {
  Stream stream(judged(2), asking_for_json());
  for (const char* piece : {"{\"a\"", ":", "1"}) stream.token(piece);
  CHECK(stream.seen("1"));
  stream.token("}");
  CHECK(stream.finish() == WriteResult::kOk);
  CHECK(stream.watch().fault() == AnswerFault::kNone);
}

TEST_CASE("A stream that does not begin as JSON is never seen", "[router]") {
  Stream stream(judged(2), asking_for_json());
  for (const char* piece : {"Here", " is", " the"}) stream.token(piece);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenJson);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE(
    "A whole answer that breaks its JSON is never seen, not even where nobody else may answer",
    "[router]") {
  WatchTerms terms = judged(2);
  terms.may_escalate = false;
  Stream stream(terms, asking_for_whole_json());
  stream.token("{\"a\":");
  CHECK(stream.finish() == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenJson);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE("Broken JSON is broken also when it goes in circles", "[router]") {
  WatchTerms terms = judged(2);
  terms.may_escalate = false;
  Stream stream(terms, asking_for_whole_json());
  stream.token("{");
  for (int i = 0; i < 40; ++i) stream.token("again and again ");
  CHECK(stream.finish() == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenJson);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE("An answer that ends in a call of a tool is not empty", "[router]") {
  Stream stream(judged(16));
  stream.silent(3);
  CHECK(stream.call("get_weather") == WriteResult::kOk);
  CHECK(stream.finish(FinishReason::kToolCalls) == WriteResult::kOk);
  CHECK_FALSE(stream.watch().rejected());
  CHECK(stream.watch().fault() == AnswerFault::kNone);
  CHECK(stream.seen("get_weather"));
}

TEST_CASE("Thinking alone is no answer", "[router]") {
  Stream stream(judged(16));
  stream.thought("The user wants to know the weather.");
  stream.token("\n");
  CHECK(stream.finish() == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kEmpty);
}

TEST_CASE("Thinking that goes in circles is stopped while it can be", "[router]") {
  ChatRequest whole;
  Stream stream(judged(4), std::move(whole));
  WriteResult result = WriteResult::kOk;
  for (int i = 0; i < 64 && result == WriteResult::kOk; ++i) result = stream.thought("but wait, ");
  CHECK(result == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kRepetition);
}

TEST_CASE("A loop behind the window is shown, and counted", "[router]") {
  Stream stream(judged(2));
  stream.token("Once upon a time ");
  stream.token("there was ");
  for (int i = 0; i < 800; ++i) CHECK(stream.thought("but wait, ") == WriteResult::kOk);
  stream.token("The end.");
  CHECK(stream.finish() == WriteResult::kOk);
  CHECK(stream.watch().fault() == AnswerFault::kRepetition);
  CHECK_FALSE(stream.watch().rejected());
}

TEST_CASE("The window stays open until there is something to show", "[router]") {
  Stream stream(judged(4));
  CHECK(stream.silent(40) == WriteResult::kOk);
  CHECK_FALSE(stream.seen_anything());
  stream.broken_call("<tool_call>{\"name\":");
  CHECK_FALSE(stream.seen_anything());
  CHECK(stream.silent(1) == WriteResult::kClientGone);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenCall);
  Stream good(judged(4));
  good.silent(40);
  CHECK(good.call("get_weather") == WriteResult::kOk);
  CHECK(good.seen("get_weather"));
}

TEST_CASE("A call that broke escalates from a whole answer and from a window", "[router]") {
  ChatRequest request = asking([](ChatRequest& each) { each.stream = GENERATE(false, true); });
  Stream stream(judged(16), std::move(request));
  stream.token("Let me look. ");
  stream.broken_call("<tool_call>oops</tool_call>");
  CHECK(stream.finish() == WriteResult::kClientGone);
  CHECK(stream.watch().rejected());
  CHECK(stream.watch().fault() == AnswerFault::kBrokenCall);
  CHECK_FALSE(stream.seen_anything());
}

TEST_CASE("Where nobody else may answer the text of a broken call is shown", "[router]") {
  WatchTerms terms = judged(4);
  terms.may_escalate = false;
  Stream stream(terms);
  stream.broken_call("<tool_call>oops");
  CHECK(stream.finish() == WriteResult::kOk);
  CHECK(stream.seen("<tool_call>oops"));
  CHECK(stream.watch().fault() == AnswerFault::kBrokenCall);
}

TEST_CASE("A call that breaks behind the window is counted", "[router]") {
  Stream stream(judged(2));
  stream.token("Let me ");
  stream.token("look. ");
  CHECK(stream.seen("look. "));
  CHECK(stream.broken_call("<tool_call>oops") == WriteResult::kOk);
  CHECK(stream.call("get_weather") == WriteResult::kOk);
  CHECK(stream.finish(FinishReason::kToolCalls) == WriteResult::kOk);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenCall);
  CHECK_FALSE(stream.watch().rejected());
}

TEST_CASE("A call that the client's own limit cuts is no fault of the model's", "[router]") {
  Stream stream(judged(16), asking([](ChatRequest& request) { request.sampling.max_tokens = 2; }));
  stream.token("Let me look. ");
  stream.broken_call("<tool_call>{\"na");
  stream.token("", {});  // an event for its probabilities alone
  CHECK(stream.finish(FinishReason::kLength) == WriteResult::kOk);
  CHECK(stream.watch().fault() == AnswerFault::kNone);
  CHECK(stream.seen("<tool_call>"));
}

TEST_CASE("A stream that must call a tool waits for the call", "[router]") {
  Stream stream(judged(2), asking_for_call("get_weather"));
  for (int i = 0; i < 9; ++i) stream.thought("Hm " + std::to_string(i));
  stream.token("I will look.");
  CHECK(stream.call("get_time") == WriteResult::kOk);
  CHECK_FALSE(stream.seen_anything());
  CHECK(stream.call("get_weather") == WriteResult::kOk);
  CHECK(stream.seen("I will look."));
  CHECK(stream.seen("get_weather"));
  CHECK(stream.finish(FinishReason::kToolCalls) == WriteResult::kOk);
  CHECK(stream.watch().fault() == AnswerFault::kNone);
}

TEST_CASE("A text where a call was required escalates, or is shown", "[router]") {
  const bool may_escalate = GENERATE(true, false);
  WatchTerms terms = judged(2);
  terms.may_escalate = may_escalate;
  Stream stream(terms, asking_for_call());
  stream.token("It is ");
  stream.token("warm.");
  CHECK(stream.finish() == (may_escalate ? WriteResult::kClientGone : WriteResult::kOk));
  CHECK(stream.watch().fault() == AnswerFault::kMissingCall);
  CHECK(stream.seen("warm.") == !may_escalate);
}

TEST_CASE("Calls and thinking are none of JSON's business", "[router]") {
  ChatRequest request = asking_for_json();
  request.tools.emplace_back().name = "get_weather";
  Stream calls(judged(2), std::move(request));
  for (int i = 0; i < 40; ++i) calls.thought("Which city? " + std::to_string(i));
  calls.token("Let me look.");
  calls.silent(40);
  CHECK(calls.call("get_weather") == WriteResult::kOk);
  CHECK(calls.finish(FinishReason::kToolCalls) == WriteResult::kOk);
  Stream thinks(judged(2), asking_for_json());
  thinks.thought("An object, they say.");
  thinks.token("{}");
  CHECK(thinks.finish() == WriteResult::kOk);
  CHECK(thinks.seen("{}"));
}

TEST_CASE("What nobody watches is judged for the books alone", "[router]") {
  WatchTerms terms = judged(0);
  Stream stream(terms);
  stream.broken_call("<tool_call>oops");
  CHECK(stream.seen("<tool_call>oops"));
  CHECK(stream.finish() == WriteResult::kOk);
  CHECK(stream.watch().fault() == AnswerFault::kBrokenCall);
}

}  // namespace
}  // namespace weir
