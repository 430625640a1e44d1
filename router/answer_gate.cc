#include "router/answer_gate.h"

#include <utility>

namespace weir {

void PassedBytes::add(std::string_view bytes) {
  size_ += bytes.size();
  if (sha256_) sha256_->add(bytes);
  if (room_ == 0) return;
  if (size_ > room_) {
    room_ = 0;
    kept_.reset();
    return;
  }
  if (!kept_) kept_.emplace();
  kept_->append(bytes);
}

AnswerGate::AnswerGate(Exchange& exchange, bool hashes) : exchange_(exchange) {
  if (!hashes) return;
  request_.hash();
  answer_.hash();
}

void AnswerGate::keep_bodies(std::size_t at_most) {
  request_.keep(at_most);
  answer_.keep(at_most);
}

PassedBytes& AnswerGate::request() {
  if (!std::exchange(taken_, true)) request_.add(exchange_.body());
  return request_;
}

std::string AnswerGate::take_body() {
  request();
  return exchange_.take_body();
}

Async<WriteResult> AnswerGate::send(Response response) {
  answer_.add(response.body);
  content_type_ = response.content_type;
  whole_ = std::move(response);
  whole_->content_type = content_type_;
  co_return WriteResult::kOk;
}

Async<WriteResult> AnswerGate::write_some(std::string_view bytes) {
  answer_.add(bytes);
  return exchange_.write_some(bytes);
}

Async<WriteResult> AnswerGate::finish(std::string_view last) {
  answer_.add(last);
  end_ = std::string(last);
  co_return WriteResult::kOk;
}

void AnswerGate::annotate(std::string_view name, std::string_view value) {
  if (whole_) whole_->headers.add(name, value);
  if (end_) comments_.append(": ").append(name).append(" ").append(value).append("\n\n");
}

Async<WriteResult> AnswerGate::release() {
  if (whole_) co_return co_await exchange_.send(std::move(*whole_));
  if (end_) {
    if (!comments_.empty()) end_->insert(0, comments_);
    co_return co_await exchange_.finish(*end_);
  }
  co_return exchange_.cancel().raised() ? WriteResult::kClientGone : WriteResult::kOk;
}

}  // namespace weir
