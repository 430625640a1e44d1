// Answers in one piece that a provider may have computed, and be paid for, though nobody here
// read them.
#include <atomic>
#include <optional>

#include "tests/cloud_adapters/remote_bench.h"
#include "tests/support/catch.h"

namespace weir::test {
namespace {

constexpr std::string_view kAskTwo =
    R"({"model":"auto","max_tokens":50,"n":2,"messages":[{"role":"user","content":"Hello."}]})";

Usage used_after(FaultServer::Script script, std::string_view ask) {
  FaultServer server(std::move(script));
  RemoteBench bench(server.port());
  REQUIRE_FALSE(bench.run(std::string(ask)).has_value());
  return bench.partial;
}

std::string without_its_last_byte(std::string bytes) {
  bytes.pop_back();
  return bytes;
}

TEST_CASE("An answer that came and cannot be used is unseen, and as long as was allowed",
          "[openai]") {
  const std::string whole =
      answer(R"({"choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":3}})");
  const std::string bytes = GENERATE_COPY(
      without_its_last_byte(whole), whole.substr(0, whole.find("\r\n\r\n") + 4),
      answer(R"({"choices":)"), answer(R"({"choices":[{"message":{}}],"usage":{},"usage":{}})"),
      answer(R"({"error":{"message":"no"},"usage":{"prompt_tokens":3}})"),
      answer("<p>", "text/html"), answer("{}", "application/json", "202 Accepted"),
      answer("{}", "application/json", "200 OK", "transfer-encoding: chunked\r\n"),
      answer("{}", "application/json", "200 OK", "x: " + std::string(1'000'000, 'x') + "\r\n"),
      std::string("HTTP/1.1 200 OK\r\nconte"));
  CAPTURE(bytes);
  const Usage used = used_after(answers_once(bytes), kAskTwo);
  CHECK(used.unseen);
  CHECK(used.estimated);
  CHECK(used.input_tokens > 0);
  CHECK(used.output_tokens == 100);
}

TEST_CASE("An answer that weir stops waiting for is unseen", "[openai]") {
  const bool leaves = GENERATE(true, false);
  std::atomic<bool> waiting{false};
  FaultServer server([&waiting](Peer& peer) {
    peer.read_request();
    waiting = true;
    peer.wait_for_close();
  });
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.target.timeouts.total = milliseconds(leaves ? 5'000 : 100);
  RemoteBench bench(std::move(config));
  const ChatRequest request = bench.parse(std::string(kAskTwo));
  std::optional<Result<Usage>> result;
  bench.thread.start(bench.start(request, bench.sink), &result);
  bench.thread.run_until([&] { return waiting.load(); });
  if (leaves) bench.sink.cancel().raise();
  bench.thread.run_until([&] { return result.has_value(); });
  CHECK(result->error().code == (leaves ? ErrorCode::kCancelled : ErrorCode::kDeadline));
  CHECK(bench.partial.unseen);
  CHECK(bench.partial.output_tokens == 100);
}

TEST_CASE("An answer above the limit is unseen", "[openai]") {
  FaultServer server(answers_once(answer(std::string(2'000, ' '))));
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.max_response_bytes = 1'000;
  RemoteBench bench(std::move(config));
  CHECK(bench.run(std::string(kAskTwo)).error().detail == "upstream_answer_too_large");
  CHECK(bench.partial.unseen);
}

TEST_CASE("What a provider refused, or failed at before it answered, is not unseen", "[openai]") {
  const std::string bytes =
      GENERATE(std::string(), std::string("HTTP/1.1 200 O"),
               answer(R"({"error":{"message":"no"}})", "application/json", "500 Oops"),
               answer("{}", "application/json", "401 Unauthorized"),
               answer("", "text/plain", "302 Found", "location: /x\r\n"));
  CAPTURE(bytes);
  CHECK_FALSE(used_after(answers_once(bytes), kAskTwo).unseen);
}

TEST_CASE("A stream that breaks off has used what came of it", "[openai]") {
  const std::string begun =
      std::string(kStreamHead) + chunk(frames({kRoleFrame, text_frame("Hello")}));
  const Usage used = used_after(answers_once(begun), kAskStream);
  CHECK(used.estimated);
  CHECK_FALSE(used.unseen);
}

TEST_CASE("A whole answer whose client is gone has used what it says", "[openai]") {
  const bool told = GENERATE(true, false);
  const std::string usage =
      told ? R"(,"usage":{"prompt_tokens":3,"completion_tokens":4})" : std::string();
  FaultServer server(answers_once(
      answer(R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}])" + usage + "}")));
  RemoteBench bench(server.port());
  bench.sink.leave_at(1);
  REQUIRE_FALSE(bench.run(std::string(kAskTwo)).has_value());
  CHECK_FALSE(bench.partial.unseen);
  CHECK(bench.partial.estimated == !told);
  CHECK(bench.partial.output_tokens == (told ? 4 : 1));
}

TEST_CASE("An answer whose counts cannot be may have cost all that it could", "[openai]") {
  const std::string usage = GENERATE(R"({"prompt_tokens":10000000000000,"completion_tokens":4})",
                                     R"({"prompt_tokens":3,"completion_tokens":1e13})");
  FaultServer server(answers_once(
      answer(R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":)" +
             usage + "}")));
  RemoteBench bench(server.port());
  const auto used = bench.run(std::string(kAskTwo));
  REQUIRE(used.has_value());
  CHECK(used->unseen);
  CHECK(used->output_tokens == 100);
}

}  // namespace
}  // namespace weir::test
