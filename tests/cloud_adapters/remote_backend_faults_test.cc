// What providers do wrong, and what must come of it. F numbers name the kinds of fault.
#include "tests/cloud_adapters/remote_bench.h"
#include "tests/support/catch.h"

namespace weir::test {
namespace {

struct Failure {
  Error error;
  bool started = false;
  Usage partial;
  std::string raw;
};

Failure failure_of(const FaultServer::Script& script, std::string_view ask) {
  FaultServer server(script);
  RemoteBench bench(server.port());
  const auto usage = bench.run(std::string(ask));
  REQUIRE_FALSE(usage.has_value());
  CHECK_FALSE(bench.sink.done());
  return {usage.error(), bench.sink.started(), bench.partial, bench.sink.raw()};
}

Failure failure_of(std::string bytes, std::string_view ask) {
  return failure_of(answers_once(std::move(bytes)), ask);
}

TEST_CASE("A refusal reaches the client as received", "[openai]") {
  constexpr std::string_view kBody = R"({"error":{"message":"no","type":"t","code":"c"}})";
  const std::string status =
      GENERATE("400 Bad Request", "404 Not Found", "422 Odd", "500 Oops", "529 Overloaded");
  const Failure failure = failure_of(
      answer(kBody, "application/json; charset=utf-8", status, "x-should-retry: false\r\n"), kAsk);
  CHECK(failure.error.code == ErrorCode::kUpstreamStatus);
  REQUIRE(failure.error.upstream != nullptr);
  CHECK(failure.error.upstream->status == std::stoi(status));
  CHECK(failure.error.upstream->body == kBody);
  CHECK(failure.error.upstream->should_retry == "false");
  CHECK(another_try_may_help(failure.error) == (std::stoi(status) >= 500));
}

TEST_CASE("F21: a provider's rate limit keeps its retry-after", "[openai]") {
  const Failure failure = failure_of(answer(R"({"error":{"message":"slow"}})", "application/json",
                                            "429 Slow", "retry-after: 7\r\n"),
                                     kAskStream);
  CHECK(failure.error.code == ErrorCode::kRateLimited);
  REQUIRE(failure.error.upstream != nullptr);
  CHECK(failure.error.upstream->retry_after == "7");
  CHECK(another_try_may_help(failure.error));
}

TEST_CASE("A refusal of our own key is not shown as the client's", "[openai]") {
  const std::string status = GENERATE("401 Unauthorized", "403 Forbidden");
  const Failure failure =
      failure_of(answer(R"({"error":{"message":"Incorrect API key provided: sk-ca***ry"}})",
                        "application/json", status),
                 kAsk);
  CHECK(failure.error.code == ErrorCode::kUpstreamStatus);
  CHECK(failure.error.upstream == nullptr);
  CHECK(failure.error.detail == "upstream_auth");
  CHECK(failure.error.message.find("sk-ca") == std::string::npos);
}

TEST_CASE("A refusal's body is dropped when it is no JSON or too long", "[openai]") {
  const std::string bytes =
      GENERATE(answer("<html>502</html>", "text/html", "502 Bad Gateway"),
               answer(std::string(100'000, ' '), "application/json", "502 Bad Gateway"),
               std::string("HTTP/1.1 502 Bad\r\ncontent-length: 90\r\n"
                           "content-type: application/json\r\n\r\n{\"cut"));
  const Failure failure = failure_of(bytes, kAsk);
  CHECK(failure.error.code == ErrorCode::kUpstreamStatus);
  REQUIRE(failure.error.upstream != nullptr);
  CHECK(failure.error.upstream->status == 502);
  CHECK(failure.error.upstream->body.empty());
}

TEST_CASE("F28, F30, F31, F32: what is no answer is an error of the upstream", "[openai]") {
  const std::string bytes = GENERATE(
      answer("<html>hello</html>", "text/html"), answer(""), answer("{}", "application/json"),
      answer("{\"choices\":", "application/json"), answer("null"),
      answer("\x1f\x8b\x08", "application/json", "200 OK", "content-encoding: gzip\r\n"),
      answer("", "text/html", "302 Found", "location: http://127.0.0.1:1/\r\n"),
      answer("", "text/html", "307 Again", "location: https://evil.example/\r\n"),
      std::string("HTTP/1.1 204 No Content\r\n\r\n"),
      answer("{}", "application/json", "202 Later"));
  CAPTURE(bytes);
  const std::string_view ask = GENERATE(kAsk, kAskStream);
  const Failure failure = failure_of(bytes, ask);
  CHECK(failure.error.code == ErrorCode::kUpstreamProtocol);
  CHECK_FALSE(failure.started);
  CHECK(another_try_may_help(failure.error));
}

TEST_CASE("F27: an error under status 200 is a failure before the first byte", "[openai]") {
  constexpr std::string_view kError = R"({"error":{"message":"overloaded","code":"busy"}})";
  Failure failure;
  SECTION("in one piece") { failure = failure_of(answer(kError), kAsk); }
  SECTION("in place of a stream") { failure = failure_of(answer(kError), kAskStream); }
  SECTION("as the first event") {
    failure = failure_of(streamed("data: " + std::string(kError) + "\n\n"), kAskStream);
  }
  CHECK(failure.error.code == ErrorCode::kUpstreamStatus);
  CHECK(another_try_may_help(failure.error));
  CHECK_FALSE(failure.started);
}

TEST_CASE("F24: an error in a stream that has begun ends it, once", "[openai]") {
  const Failure failure =
      failure_of(streamed(frames({kRoleFrame, text_frame("Hi"),
                                  R"(data: {"error":{"message":"slow down","code":429}})", "\n\n",
                                  text_frame("more"), kDoneFrame})),
                 kAskStream);
  CHECK(failure.error.code == ErrorCode::kUpstreamStatus);
  CHECK(failure.raw == frames({kRoleFrame, text_frame("Hi")}));
  CHECK(failure.partial.estimated);
  CHECK(failure.partial.output_tokens > 0);
}

TEST_CASE("F9, F10, F11: an answer cut short is never a success", "[openai]") {
  const std::string begun = frames({kRoleFrame, text_frame("Hi")});
  const std::string bytes =
      GENERATE_COPY(streamed(begun), std::string(kStreamHead) + chunk(begun),
                    std::string(kStreamHead) + chunk(begun) + "500\r\ndata: {",
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + begun,
                    streamed(begun + "data: [DONE]"));  // no final empty line: not an event
  const Failure failure = failure_of(bytes, kAskStream);
  CHECK(failure.error.code == ErrorCode::kUpstreamClosed);
  CHECK(failure.raw.starts_with(kRoleFrame));
  CHECK(failure.partial.estimated);
}

TEST_CASE("F7: silence before a stream and before a whole answer end by their own timers",
          "[openai]") {
  FaultServer server([](Peer& peer) { peer.wait_for_close(); });
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.target.timeouts.first_byte = milliseconds(20);
  config.target.timeouts.total = milliseconds(60);
  RemoteBench bench(std::move(config));
  CHECK(bench.run(std::string(kAskStream)).error().detail == "upstream_first_byte_timeout");
  CHECK(bench.run(std::string(kAsk)).error().detail == "upstream_total_timeout");
}

TEST_CASE("F8: a stream that falls silent ends by the idle timer", "[openai]") {
  const Failure failure = failure_of(
      [](Peer& peer) {
        peer.read_request();
        peer.send(std::string(kStreamHead) + chunk(kRoleFrame));
        peer.wait_for_close();
      },
      kAskStream);
  CHECK(failure.error.code == ErrorCode::kDeadline);
  CHECK(failure.error.detail == "upstream_idle_timeout");
  CHECK(failure.raw == kRoleFrame);
}

TEST_CASE("Pings keep a silent stream alive and reach the client", "[openai]") {
  FaultServer server([](Peer& peer) {
    peer.read_request();
    peer.send(std::string(kStreamHead) + chunk(": ping\n\n") + chunk(": ping\n\n") +
              chunk(frames({kRoleFrame, kDoneFrame})));
    peer.send(kLastChunk);
  });
  RemoteBench bench(server.port());
  REQUIRE(bench.run(std::string(kAskStream)).has_value());
  CHECK(bench.sink.raw() == frames({": ping\n\n", ": ping\n\n", kRoleFrame, kDoneFrame}));
}

TEST_CASE("F16: a broken frame does not end in a success that hides it", "[openai]") {
  const std::string broken = "data: {\"choices\":[{\"finish_reason\":\"stop\n\n";
  FaultServer server(
      answers_once(streamed(frames({kRoleFrame, broken, text_frame("x"), kDoneFrame}))));
  RemoteBench bench(server.port());
  const auto usage = bench.run(std::string(kAskStream));
  // Either the client sees the broken frame as it came, or the run fails.
  CHECK((!usage.has_value() || bench.sink.raw().find(broken) != std::string::npos));
}

TEST_CASE("F20: a line of ten megabytes ends the stream", "[openai]") {
  const Failure failure = failure_of(
      [](Peer& peer) {
        peer.read_request();
        peer.send(std::string(kStreamHead) + chunk("data: " + std::string(10'000'000, 'x')));
      },
      kAskStream);
  CHECK(failure.error.code == ErrorCode::kUpstreamProtocol);
  CHECK(failure.error.detail == "upstream_event_too_large");
}

TEST_CASE("A whole answer above its limit is refused", "[openai]") {
  FaultServer server(answers_once(answer(std::string(100'000, ' '))));
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.max_response_bytes = 50'000;
  RemoteBench bench(std::move(config));
  CHECK(bench.run(std::string(kAsk)).error().detail == "upstream_answer_too_large");
}

TEST_CASE("F33, F34: usage that is missing or absurd is estimated", "[openai]") {
  const std::string usage_frame =
      GENERATE("", R"({"prompt_tokens":-1,"completion_tokens":5})",
               R"({"prompt_tokens":1,"completion_tokens":99999999999999999})",
               R"({"prompt_tokens":"many","completion_tokens":5})");
  CAPTURE(usage_frame);
  const std::string chunk_of_usage =
      usage_frame.empty() ? "" : "data: {\"choices\":[],\"usage\":" + usage_frame + "}\n\n";
  FaultServer server(answers_once(streamed(
      frames({kRoleFrame, text_frame("Hello"), kFinishFrame, chunk_of_usage, kDoneFrame}))));
  RemoteBench bench(server.port());
  const auto usage = bench.run(std::string(kAskStream));
  REQUIRE(usage.has_value());
  CHECK(usage->estimated);
  CHECK(usage->output_tokens >= 2);
  CHECK(usage->output_tokens < 100);
}

TEST_CASE("F34: usage that decreases is not believed", "[openai]") {
  const std::string more =
      R"(data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":9}})";
  const std::string less =
      R"(data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1}})";
  FaultServer server(answers_once(
      streamed(frames({kRoleFrame, text_frame("Hello"), more, "\n\n", less, "\n\n", kDoneFrame}))));
  RemoteBench bench(server.port());
  CHECK(bench.run(std::string(kAskStream))->estimated);
}

TEST_CASE("Nothing was spent when nothing was sent", "[openai]") {
  RemoteBench bench(closed_port());
  const auto usage = bench.run(std::string(kAsk));
  CHECK(usage.error().code == ErrorCode::kUpstreamConnect);
  CHECK(bench.partial == Usage{});
}

}  // namespace
}  // namespace weir::test
