// Clients that leave before their answer ends: what other gateways forgot to count, or went on to
// pay for. Every test says whose users reported it.
#include "cloud_adapters/wire/anthropic_messages.h"
#include "tests/cloud_adapters/remote_bench.h"
#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

constexpr std::string_view kMessagesAsk =
    R"({"model":"auto","max_tokens":4000,"stream":true,)"
    R"("messages":[{"role":"user","content":"Tell a long story of a lighthouse."}]})";

RemoteBackendConfig anthropic_at(std::uint16_t port) {
  RemoteBackendConfig config = RemoteBench::config_at(port);
  config.dialect = Dialect::kAnthropic;
  return config;
}

std::string text_event(const std::string& text) {
  return R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" + text +
         "\"}}";
}

// An answer that is told half, and with it what Anthropic counts before it begins.
std::string half_a_message() {
  return named_stream(
      {message_start(R"({"input_tokens":25,"output_tokens":1})"),
       R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
       text_event(std::string(120, 'a')), text_event(std::string(150, 'b')),
       text_event(std::string(90, 'c')), text_event("The client has left by now.")});
}

FaultServer::Script begins(std::string bytes) {
  return [bytes](Peer& peer) {
    peer.read_request();
    peer.send(std::string(kStreamHead) + chunk(bytes));
    peer.wait_for_close();
  };
}

// litellm #14457: usage comes with the last chunk, and who left before it had used nothing.
TEST_CASE("a chat stream that is left before its counts has used what came of it", "[reported]") {
  FaultServer server(begins(frames({kRoleFrame, text_frame("Hello to everyone"),
                                    text_frame(" who is here today."), text_frame(" Bye.")})));
  RemoteBench bench(server.port());
  // One write for the start, and one for all the other frames that came together.
  bench.sink.leave_at(2);
  const auto result = bench.run(std::string(kAskStreamUsage));
  REQUIRE(result.error().code == ErrorCode::kCancelled);
  CHECK(bench.partial.estimated);
  CHECK(bench.partial.input_tokens > 0);
  CHECK(bench.partial.output_tokens >= 12);
}

// litellm PR #37558: a message that was left was no row and no spend. litellm PR #39893: it had
// the one token of output that message_start stands in with.
TEST_CASE("a message that is left has the output that was told, not the one token of its start",
          "[reported]") {
  FaultServer server(begins(half_a_message()));
  RemoteBench bench(anthropic_at(server.port()));
  bench.sink.leave_at(6);
  const ChatRequest request = bench.parse(std::string(kMessagesAsk), anthropic_messages_codec());
  const auto result = bench.run(request);
  REQUIRE(result.error().code == ErrorCode::kCancelled);
  CHECK(bench.partial.input_tokens > 0);
  CHECK(bench.partial.output_tokens >= (120 + 150 + 90) / 3);
}

// litellm #13245: whoever left while a whole answer was made had used nothing.
TEST_CASE("a whole answer that is left while it is made has used its prompt", "[reported]") {
  std::atomic<bool> waiting{false};
  FaultServer server([&waiting](Peer& peer) {
    peer.read_request();
    waiting = true;
    peer.wait_for_close();
  });
  RemoteBench bench(server.port());
  const ChatRequest request = bench.parse(std::string(kAsk));
  std::optional<Result<Usage>> result;
  bench.thread.start(bench.start(request, bench.sink), &result);
  bench.thread.run_until([&] { return waiting.load(); });
  bench.sink.cancel().raise();
  bench.thread.run_until([&] { return result.has_value(); });
  CHECK(result->error().code == ErrorCode::kCancelled);
  CHECK(bench.partial.input_tokens > 0);
  CHECK(bench.partial.estimated);
}

// litellm #17364: the provider went on, and was paid for what nobody read.
TEST_CASE("a translated stream that is left is closed at its provider", "[reported]") {
  std::atomic<bool> told{false};
  std::optional<Peer::Clock::time_point> closed;
  auto server = std::make_unique<FaultServer>([&](Peer& peer) {
    peer.read_request();
    peer.send(std::string(kStreamHead) + chunk(half_a_message()));
    told = true;
    closed = peer.wait_for_close();
  });
  RemoteBench bench(anthropic_at(server->port()));
  const ChatRequest request = bench.parse(std::string(kAskStream));
  std::optional<Result<Usage>> result;
  bench.thread.start(bench.start(request, bench.sink), &result);
  bench.thread.run_until([&] { return told && bench.sink.text().ends_with("by now."); });
  bench.sink.cancel().raise();
  bench.thread.run_until([&] { return result.has_value(); });
  CHECK(result->error().code == ErrorCode::kCancelled);
  server.reset();
  CHECK(closed.has_value());
}

}  // namespace
}  // namespace weir::test
