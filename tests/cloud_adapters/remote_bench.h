// An OpenAI-compatible backend against a scripted server, with a sink that remembers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/remote_backend.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "core/event.h"
#include "tests/cloud_adapters/upstream_bench.h"
#include "tests/support/fault_server.h"

namespace weir::test {

class RecordingSink final : public EventSink {
 public:
  struct Written {
    EventKind kind;
    std::string raw;
    std::string text;
    FinishReason finish;
    Usage usage;
  };

  Async<WriteResult> write(const StreamEvent& event) override {
    if (leaves_at_ != 0 && events_.size() + 1 >= leaves_at_) co_return WriteResult::kClientGone;
    events_.push_back(
        {event.kind, std::string(event.raw), std::string(event.text), event.finish, event.usage});
    co_return WriteResult::kOk;
  }
  bool started() const override { return !events_.empty(); }
  CancelSignal& cancel() override { return cancel_; }

  void leave_at(std::size_t event) { leaves_at_ = event; }

  const std::vector<Written>& events() const { return events_; }
  bool done() const { return !events_.empty() && events_.back().kind == EventKind::kDone; }

  std::string raw() const {
    std::string all;
    for (const Written& event : events_) all.append(event.raw);
    return all;
  }
  std::string text() const {
    std::string all;
    for (const Written& event : events_) all.append(event.text);
    return all;
  }

 private:
  std::vector<Written> events_;
  std::size_t leaves_at_ = 0;
  CancelSignal cancel_;
};

class RemoteBench {
 public:
  explicit RemoteBench(RemoteBackendConfig config)
      : backend_(RemoteBackend::create(std::move(config), nullptr, {&thread.io()}).value()) {}
  explicit RemoteBench(std::uint16_t port) : RemoteBench(config_at(port)) {}

  static RemoteBackendConfig config_at(std::uint16_t port) {
    RemoteBackendConfig config;
    config.target = target_at(port);
    config.api_key = Secret("sk-canary");
    return config;
  }

  ChatRequest parse(std::string body, const Codec& codec = openai_chat_codec()) {
    return codec.parse_request(std::move(body)).value();
  }

  Async<Result<Usage>> start(const ChatRequest& request, EventSink& into) {
    team_.privacy = Privacy::kAny;
    const Result<Ruling> ruling = rule(team_, {});
    Attempt attempt{request,
                    RequestId{7},
                    "gpt-up",
                    permit_for("mock"),
                    issuer_.original_body(ruling.value(), request).value(),
                    {}};
    return backend_->run(std::move(attempt), into, Deadline{}, &partial);
  }

  Result<Usage> run(const ChatRequest& request) { return thread.await(start(request, sink)); }
  Result<Usage> run(std::string body) { return run(parse(std::move(body))); }

  TestThread thread;
  RecordingSink sink;
  Usage partial;

 private:
  Team team_;
  PermitIssuer issuer_;
  std::unique_ptr<RemoteBackend> backend_;
};

inline constexpr std::string_view kAsk =
    R"({"model":"auto","messages":[{"role":"user","content":"Say hello to everyone here."}]})";
inline constexpr std::string_view kAskStream =
    R"({"model":"auto","stream":true,"messages":[{"role":"user","content":"Say hello."}]})";
inline constexpr std::string_view kAskStreamUsage =
    R"({"model":"auto","stream":true,"stream_options":{"include_usage":true},)"
    R"("messages":[{"role":"user","content":"Say hello."}]})";

inline std::string text_frame(std::string_view text) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-up",)"
         R"("choices":[{"index":0,"delta":{"content":")" +
         std::string(text) + "\"},\"finish_reason\":null}]}\n\n";
}
inline constexpr std::string_view kRoleFrame =
    R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-up",)"
    R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
    "\n\n";
inline constexpr std::string_view kFinishFrame =
    R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-up",)"
    R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
    "\n\n";
inline constexpr std::string_view kUsageFrame =
    R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-up",)"
    R"("choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,)"
    R"("prompt_tokens_details":{"cached_tokens":4}}})"
    "\n\n";
inline constexpr std::string_view kDoneFrame = "data: [DONE]\n\n";

inline std::string frames(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all.append(part);
  return all;
}

// A stream as one chunk.
inline std::string streamed(std::string_view body) {
  return std::string(kStreamHead) + chunk(body) + std::string(kLastChunk);
}

inline FaultServer::Script answers(std::string bytes) {
  return [bytes](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(bytes);
  };
}

inline FaultServer::Script answers_once(std::string bytes) {
  return [bytes](Peer& peer) {
    peer.read_request();
    peer.send(bytes);
  };
}

}  // namespace weir::test
