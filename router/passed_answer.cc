#include "router/passed_answer.h"

#include <utility>

#include "cloud_adapters/upstream/io_thread.h"

namespace weir {
namespace {

constexpr std::uint64_t kShortAnswerBytes = std::uint64_t{64} * 1024;

}  // namespace

PassedAnswer::PassedAnswer(Exchange& exchange, HeaderLines lines, EmbeddingUsage* usage)
    : exchange_(exchange), lines_(std::move(lines)), usage_(usage) {}

void PassedAnswer::begin(const ForwardedHead& head) {
  status_ = head.status;
  content_type_ = head.content_type;
  for (const http1::Field& field : head.fields) lines_.add(field.name, field.value);
  const bool empty = status_ == 204 || status_ == 304;
  streams_ = !empty && head.length.value_or(kShortAnswerBytes + 1) > kShortAnswerBytes;
  if (streams_) exchange_.start_stream({status_, lines_, content_type_});
}

Async<WriteResult> PassedAnswer::write(std::string_view bytes) {
  if (!first_byte_) first_byte_ = exchange_.io_thread().clock.now();
  if (usage_ != nullptr) usage_->read(bytes);
  if (streams_) co_return co_await exchange_.write_some(bytes);
  body_.append(bytes);
  co_return WriteResult::kOk;
}

void PassedAnswer::add_line(std::string_view name, std::string_view value) {
  if (!streams_) lines_.add(name, value);
}

Async<WriteResult> PassedAnswer::finish() {
  if (streams_) co_return co_await exchange_.finish();
  Response response;
  response.status = status_;
  response.headers = std::move(lines_);
  response.content_type = content_type_;
  response.body = std::move(body_);
  co_return co_await exchange_.send(std::move(response));
}

}  // namespace weir
