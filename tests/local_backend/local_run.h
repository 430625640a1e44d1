// One request to a local backend, and all that it tells.
#pragma once

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local_backend/local_backend.h"
#include "tests/local_backend/gguf_builder.h"

namespace weir::test {

class RecordingSink final : public EventSink {
 public:
  Async<WriteResult> write(const StreamEvent& event) override {
    kinds.push_back(event.kind);
    if (event.kind == EventKind::kTextDelta) {
      text += event.text;
      for (const TokenReport& report : event.logprobs) {
        reported.append(report.token.bytes);
        reports.push_back(report.top.size());
      }
    }
    if (event.signals.valid) signals.push_back(event.signals);
    if (gone_after && signals.size() >= *gone_after) co_return WriteResult::kClientGone;
    if (event.kind == EventKind::kReasoningDelta) reasoning += event.text;
    if (event.kind == EventKind::kToolCallStart)
      calls.push_back({std::string(event.id), std::string(event.name), {}});
    if (event.kind == EventKind::kToolCallDelta) calls.back().arguments += event.text;
    if (event.broken_call) broken += event.text;
    if (event.kind == EventKind::kStart) model = event.model;
    if (event.kind == EventKind::kStart) fingerprint = event.fingerprint;
    if (event.kind == EventKind::kFinish) finish = event.finish;
    if (event.kind == EventKind::kFinish) stop_sequence = event.text;
    if (event.kind == EventKind::kUsage) usage = event.usage;
    co_return WriteResult::kOk;
  }
  bool started() const override { return !text.empty(); }
  CancelSignal& cancel() override { return cancel_; }

  std::vector<EventKind> kinds;
  std::string text;
  std::string reasoning;
  std::vector<ToolCall> calls;
  std::string broken;  // of the text, what was meant to be a call
  std::string model;
  std::string fingerprint;
  std::string reported;              // bytes of the tokens whose probability was told
  std::vector<std::size_t> reports;  // the likely tokens told with each
  std::vector<TokenSignals> signals;
  FinishReason finish = FinishReason::kNone;
  std::string stop_sequence;
  Usage usage;
  std::optional<std::size_t> gone_after;

 private:
  CancelSignal cancel_;
};

inline ChatRequest request_of(std::vector<std::string_view> texts, std::int64_t max_tokens) {
  ChatRequest request;
  for (const std::string_view text : texts) {
    Message message;
    message.parts.push_back({TextPart{text}, {}});
    request.messages.push_back(std::move(message));
  }
  request.sampling.temperature = 0;
  request.sampling.max_tokens = max_tokens;
  return request;
}

// A model file on disk for as long as the test runs.
class ModelFile {
 public:
  explicit ModelFile(const GgufBuilder& file) {
    std::ofstream(path_, std::ios::binary) << file.bytes();
  }
  ~ModelFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  static inline int count_ = 0;
  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() /
      ("weir_local_" + std::to_string(::getpid()) + "_" + std::to_string(++count_) + ".gguf");
};

inline Result<std::unique_ptr<LocalBackend>> load_file(const std::string& path,
                                                       EngineConfig config = {},
                                                       bool constrain_calls = true) {
  LocalBackendOptions options;
  options.constrain_calls = constrain_calls;
  options.name = "local";
  options.model_path = path;
  options.engine = config;
  return LocalBackend::load(std::move(options));
}

inline Result<std::unique_ptr<LocalBackend>> load(const GgufBuilder& builder,
                                                  EngineConfig config = {},
                                                  bool constrain_calls = true) {
  const ModelFile file(builder);
  return load_file(file.path(), config, constrain_calls);
}

struct Run {
  RecordingSink sink;
  Usage partial;
  std::optional<Result<Usage>> result;

  void start(net::io_context& io, Backend& backend, const ChatRequest& request,
             Deadline deadline = {}) {
    start(io, backend,
          Attempt{request, RequestId{1 << 20}, "local", std::nullopt, std::nullopt, {}}, deadline);
  }
  void start(net::io_context& io, Backend& backend, Attempt attempt, Deadline deadline = {}) {
    net::co_spawn(io.get_executor(), backend.run(std::move(attempt), sink, deadline, &partial),
                  [this](const std::exception_ptr& thrown, Result<Usage> value) {
                    if (!thrown) result = std::move(value);
                  });
  }
};

// One request, to its end.
inline std::unique_ptr<Run> run_alone(Backend& backend, const ChatRequest& request) {
  net::io_context io;
  auto run = std::make_unique<Run>();
  run->start(io, backend, request);
  io.run();
  return run;
}

inline std::unique_ptr<Run> run_alone(Backend& backend, Attempt attempt) {
  net::io_context io;
  auto run = std::make_unique<Run>();
  run->start(io, backend, std::move(attempt));
  io.run();
  return run;
}

}  // namespace weir::test
