// An Exchange without a socket: gives a request to a handler and keeps the answer.
#pragma once

#include <string>
#include <utility>

#include "cloud_adapters/upstream/io_thread.h"
#include "router/http/exchange.h"
#include "router/http/request_reader.h"

namespace weir {

class FakeExchange final : public Exchange {
 public:
  // `text` is a complete HTTP request.
  FakeExchange(IoThread& thread, std::string text) : thread_(thread), text_(std::move(text)) {
    std::string_view rest = text_;
    while (!rest.empty()) {
      const RequestReader::Progress progress = reader_.feed(rest);
      rest.remove_prefix(progress.used);
      if (progress.state != RequestReader::State::kHeadComplete) break;
    }
  }

  const RequestHead& head() const override { return reader_.head(); }
  std::string_view body() const override { return reader_.body(); }
  std::string take_body() override { return reader_.take_body(); }
  std::string_view peer() const override { return "127.0.0.1"; }
  SteadyTime received_at() const override { return thread_.clock.now(); }
  IoThread& io_thread() const override { return thread_; }
  CancelSignal& cancel() override { return cancel_; }
  bool started() const override { return streamed_; }

  Async<WriteResult> send(Response response) override {
    status = response.status;
    headers = response.headers.text();
    content_type = response.content_type;
    answer = std::move(response.body);
    finished = true;
    co_return WriteResult::kOk;
  }
  void start_stream(const StreamHead& head) override {
    status = head.status;
    headers = head.headers.text();
  }
  Async<WriteResult> write_some(std::string_view bytes) override {
    if (cancel_.raised()) co_return WriteResult::kClientGone;
    streamed_ = true;
    answer += bytes;
    if (answer.size() >= leaves_at) cancel_.raise();
    co_return WriteResult::kOk;
  }
  Async<WriteResult> finish(std::string_view last) override {
    streamed_ = true;
    answer += last;
    finished = true;
    co_return WriteResult::kOk;
  }

  std::size_t leaves_at = std::string::npos;  // bytes of a stream, with which the client goes
  int status = 0;
  std::string headers;
  std::string content_type;  // of a whole answer
  std::string answer;
  bool finished = false;

 private:
  IoThread& thread_;
  std::string text_;
  RequestReader reader_;
  CancelSignal cancel_;
  bool streamed_ = false;
};

}  // namespace weir
