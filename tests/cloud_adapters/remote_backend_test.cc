#include "cloud_adapters/remote_backend.h"

#include "cloud_adapters/wire/anthropic_messages.h"
#include "tests/cloud_adapters/remote_bench.h"
#include "tests/support/catch.h"

namespace weir::test {
namespace {

constexpr std::string_view kWhole =
    R"({"id":"c1","object":"chat.completion","created":1,"model":"gpt-up","choices":[{"index":0,)"
    R"("message":{"role":"assistant","content":"Hello!"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13}})";

std::string whole_stream() {
  return frames({kRoleFrame, text_frame("Hel"), text_frame("lo"), kFinishFrame});
}

TEST_CASE("The client's own bytes go out with the upstream's model and key", "[openai]") {
  std::string seen;
  FaultServer server([&seen](Peer& peer) {
    seen = peer.read_request();
    peer.send(answer(kWhole));
  });
  RemoteBench bench(server.port());
  REQUIRE(bench.run(std::string(kAsk)).has_value());
  std::string expected(kAsk);
  expected.replace(expected.find("auto"), 4, "gpt-up");
  CHECK(seen.substr(seen.find("\r\n\r\n") + 4) == expected);
  CHECK(seen.find("authorization: Bearer sk-canary\r\n") != std::string::npos);
}

TEST_CASE("A provider of OpenAI's own models is asked as they want it", "[openai]") {
  std::string seen;
  FaultServer server([&seen](Peer& peer) {
    seen = peer.read_request();
    peer.send(answer(kWhole));
  });
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.provider = &kAzureProvider;
  RemoteBench bench(std::move(config));
  const ChatRequest request = bench.parse(
      R"({"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"Say hello."}]})",
      anthropic_messages_codec());
  REQUIRE(bench.run(request).has_value());
  CHECK(seen.find(R"("max_completion_tokens":9)") != std::string::npos);
}

TEST_CASE("A whole answer is passed on as received, with its usage", "[openai]") {
  FaultServer server(answers(answer(kWhole)));
  RemoteBench bench(server.port());
  const auto usage = bench.run(std::string(kAsk));
  REQUIRE(usage.has_value());
  CHECK(usage->input_tokens == 11);
  CHECK(usage->output_tokens == 2);
  CHECK_FALSE(usage->estimated);
  REQUIRE(bench.sink.events().size() == 2);
  CHECK(bench.sink.events()[0].kind == EventKind::kWhole);
  CHECK(bench.sink.events()[0].raw == kWhole);
  CHECK(bench.sink.events()[0].finish == FinishReason::kStop);
  CHECK(bench.sink.events()[1].kind == EventKind::kDone);
}

TEST_CASE("A stream is passed on byte for byte, and its end held apart", "[openai]") {
  const std::string body = whole_stream();
  FaultServer server(answers(streamed(frames({body, kUsageFrame, kDoneFrame}))));
  RemoteBench bench(server.port());
  const auto usage = bench.run(std::string(kAskStreamUsage));
  REQUIRE(usage.has_value());
  CHECK(usage->input_tokens == 7);
  CHECK(usage->cache_read_tokens == 4);
  CHECK(usage->output_tokens == 5);
  CHECK(bench.sink.raw() == frames({body, kUsageFrame, kDoneFrame}));
  CHECK(bench.sink.done());
  CHECK(bench.sink.events().back().raw == kDoneFrame);
  CHECK(bench.sink.events().back().usage == *usage);
}

TEST_CASE("Frames that arrive together are written together", "[openai]") {
  FaultServer server(answers(streamed(frames({whole_stream(), kUsageFrame, kDoneFrame}))));
  RemoteBench bench(server.port());
  REQUIRE(bench.run(std::string(kAskStream)).has_value());
  REQUIRE(bench.sink.events().size() == 3);  // the start alone, for it shows nothing
  CHECK(bench.sink.events()[0].kind == EventKind::kStart);
  CHECK(bench.sink.raw() == frames({whole_stream(), kDoneFrame}));
  CHECK(bench.sink.events()[1].finish == FinishReason::kStop);
}

TEST_CASE("Usage is asked for, and kept from a client that did not ask", "[openai]") {
  std::string seen;
  FaultServer server([&seen](Peer& peer) {
    seen = peer.read_request();
    peer.send(streamed(frames({whole_stream(), kUsageFrame, kDoneFrame})));
  });
  RemoteBench bench(server.port());
  const auto usage = bench.run(std::string(kAskStream));
  REQUIRE(usage.has_value());
  CHECK(seen.find("\"include_usage\":true") != std::string::npos);
  CHECK(bench.sink.raw() == frames({whole_stream(), kDoneFrame}));
  CHECK(usage->output_tokens == 5);
}

TEST_CASE("A backend without usage is left alone and its rows are estimates", "[openai]") {
  std::string seen;
  FaultServer server([&seen](Peer& peer) {
    seen = peer.read_request();
    peer.send(streamed(frames({whole_stream(), kDoneFrame})));
  });
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.ask_for_usage = false;
  RemoteBench bench(std::move(config));
  const auto usage = bench.run(std::string(kAskStream));
  REQUIRE(usage.has_value());
  CHECK(seen.find("include_usage") == std::string::npos);
  CHECK(usage->estimated);
  CHECK(usage->input_tokens > 0);
  CHECK(usage->output_tokens >= 2);
}

TEST_CASE("A stream is read the same however it is cut", "[openai]") {
  const std::string body =
      frames({": ping\n\n", kRoleFrame, text_frame("\xf0\x9f\x8c\x8a"), kFinishFrame, kDoneFrame});
  const auto size = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{100}, std::size_t{4096});
  FaultServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(kStreamHead);
    for (std::size_t at = 0; at < body.size(); at += size) peer.send(chunk(body.substr(at, size)));
    peer.send(kLastChunk);
  });
  RemoteBench bench(server.port());
  REQUIRE(bench.run(std::string(kAskStream)).has_value());
  CHECK(bench.sink.raw() == body);
  CHECK(bench.sink.done());
}

TEST_CASE("F19: line ends, a byte order mark and comments pass unchanged", "[openai]") {
  const std::string body =
      GENERATE(as<std::string>(),
               "\xef\xbb\xbf"
               "data: {\"choices\":[]}\n\n",
               ": hello\r\n\r\ndata: {\"choices\":[]}\r\n\r\n", "data:{\"choices\":[]}\r\r",
               ":\n:\n\ndata: {\"choices\":[]}\n\n");
  CAPTURE(body);
  FaultServer server(answers_once(streamed(body + std::string(kDoneFrame))));
  RemoteBench bench(server.port());
  REQUIRE(bench.run(std::string(kAskStream)).has_value());
  CHECK(bench.sink.raw() == body + std::string(kDoneFrame));
}

TEST_CASE("A stream's connection is used again", "[openai]") {
  FaultServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.send(std::string(kStreamHead) + chunk(frames({whole_stream(), kDoneFrame})));
      peer.send(kLastChunk);  // behind the end of the stream, maybe a moment later
    }
  });
  RemoteBench bench(server.port());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(bench.run(std::string(kAskStream)).has_value());
    bench.thread.run_until([&, turns = 0]() mutable { return ++turns > 3; });
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("F35: what follows the end of a stream is dropped with its connection", "[openai]") {
  const std::string after = GENERATE(std::string(kDoneFrame), text_frame("more"));
  FaultServer server(answers(streamed(frames({whole_stream(), kDoneFrame, after}))));
  RemoteBench bench(server.port());
  for (int i = 0; i < 2; ++i) REQUIRE(bench.run(std::string(kAskStream)).has_value());
  CHECK(bench.sink.raw() == frames({whole_stream(), kDoneFrame, whole_stream(), kDoneFrame}));
  CHECK(server.connections() == 2);
}

TEST_CASE("A client of another dialect gets events", "[openai]") {
  FaultServer server(answers(streamed(frames({whole_stream(), kUsageFrame, kDoneFrame}))));
  RemoteBench bench(server.port());
  const ChatRequest request = bench.parse(
      R"({"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hi"}]})",
      anthropic_messages_codec());
  const auto usage = bench.run(request);
  REQUIRE(usage.has_value());
  CHECK(usage->output_tokens == 5);
  CHECK(bench.sink.text() == "Hello");
  CHECK(bench.sink.done());
}

// As after a local answer: Anthropic refuses a request with a thought that it did not sign.
TEST_CASE("A thought of another model is not sent back to a server that would refuse it",
          "[anthropic]") {
  const std::string before =
      R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},)"
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"So.","signature":")";
  const std::string after =
      R"("},{"type":"text","text":"Yes?"}]},{"role":"user","content":"Go"}]})";
  for (const std::string& signature : {std::string(), std::string("c2ln")}) {
    std::string seen;
    FaultServer server([&seen](Peer& peer) {
      seen = peer.read_request();
      peer.send(
          answer(R"({"id":"a","type":"message","role":"assistant","model":"x","content":[],)"
                 R"("stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}})"));
    });
    RemoteBackendConfig config = RemoteBench::config_at(server.port());
    config.dialect = Dialect::kAnthropic;
    RemoteBench bench(std::move(config));
    const ChatRequest request = bench.parse(before + signature + after, anthropic_messages_codec());
    REQUIRE(bench.run(request).has_value());
    CHECK((seen.find("thinking") == seen.npos) == signature.empty());
    CHECK(seen.find("Yes?") != seen.npos);
  }
}

TEST_CASE("Without a permit there is no attempt", "[openai]") {
  FaultServer server(answers(answer(kWhole)));
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  TestThread thread;
  RecordingSink sink;
  Usage partial;
  const auto backend = RemoteBackend::create(std::move(config), nullptr, {&thread.io()}).value();
  const ChatRequest request = openai_chat_codec().parse_request(std::string(kAsk)).value();
  Attempt attempt{request, RequestId{1}, "m", std::nullopt, std::nullopt, {}};
  const auto result = thread.await(backend->run(std::move(attempt), sink, Deadline{}, &partial));
  CHECK(result.error().code == ErrorCode::kInternal);
  CHECK(server.connections() == 0);
}

TEST_CASE("A client that leaves ends the upstream's connection within 50 ms", "[openai]") {
  const std::string before = GENERATE(std::string(), std::string(kStreamHead) + chunk(kRoleFrame));
  std::atomic<bool> waiting{false};
  std::optional<Peer::Clock::time_point> closed;
  auto server = std::make_unique<FaultServer>([&](Peer& peer) {
    peer.read_request();
    peer.send(before);
    waiting = true;
    closed = peer.wait_for_close();
  });
  RemoteBench bench(server->port());
  const ChatRequest request = bench.parse(std::string(kAskStream));
  std::optional<Result<Usage>> result;
  bench.thread.start(bench.start(request, bench.sink), &result);
  bench.thread.run_until([&] { return waiting && (before.empty() || bench.sink.started()); });
  const auto left = Peer::Clock::now();
  bench.sink.cancel().raise();
  bench.thread.run_until([&] { return result.has_value(); });
  CHECK(result->error().code == ErrorCode::kCancelled);
  CHECK(bench.partial.estimated);
  CHECK(bench.partial.input_tokens > 0);
  server.reset();
  REQUIRE(closed.has_value());
  CHECK(*closed - left < milliseconds(50));
}

TEST_CASE("A client that is gone at a write ends the run", "[openai]") {
  FaultServer server(answers(streamed(frames({whole_stream(), kDoneFrame}))));
  RemoteBench bench(server.port());
  bench.sink.leave_at(1);
  const auto result = bench.run(std::string(kAskStream));
  CHECK(result.error().code == ErrorCode::kCancelled);
}

}  // namespace
}  // namespace weir::test
