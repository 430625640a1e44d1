#include "router/http/request_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir {
namespace {

// What a reader keeps for the next request of its connection.
constexpr std::size_t kKeptHeadBytes = 8 * 1024;
constexpr std::size_t kKeptBodyBytes = 16 * 1024;
// Reserved on the word of Content-Length alone; more only as bytes arrive.
constexpr std::size_t kTrustedBodyBytes = 64 * 1024;

constexpr RequestRefusal bad(std::string_view code, std::string_view message) {
  return {400, code, message, ErrorCode::kInvalidRequest};
}
constexpr RequestRefusal too_large(int status, std::string_view code, std::string_view message) {
  return {status, code, message, ErrorCode::kTooLarge};
}

constexpr RequestRefusal kBadLineEnd =
    bad("http_bad_line_end", "A line of the head does not end with CR LF.");
constexpr RequestRefusal kBadRequestLine =
    bad("http_bad_request_line", "The request line is not \"METHOD target HTTP/1.1\".");
constexpr RequestRefusal kBadVersion = {
    505, "http_bad_version", "Only HTTP/1.0 and HTTP/1.1 are served.", ErrorCode::kInvalidRequest};
constexpr RequestRefusal kBadHeader =
    bad("http_bad_header", "A header field is malformed or folded.");
constexpr RequestRefusal kBadHost =
    bad("http_bad_host", "A request must have exactly one Host header field.");
constexpr RequestRefusal kConflictingLength =
    bad("http_conflicting_length", "Transfer-Encoding and Content-Length exclude each other.");
constexpr RequestRefusal kBadTransferEncoding =
    bad("http_bad_transfer_encoding", "Transfer-Encoding must be \"chunked\", once, in HTTP/1.1.");
constexpr RequestRefusal kUnknownTransferEncoding = {
    501, "http_unsupported_transfer_encoding", "The only transfer coding served is \"chunked\".",
    ErrorCode::kInvalidRequest};
constexpr RequestRefusal kBadContentLength =
    bad("http_bad_content_length", "Content-Length must be decimal digits, once.");
constexpr RequestRefusal kBadChunk =
    bad("http_bad_chunk", "The chunked body is malformed, or has extensions or trailers.");
constexpr RequestRefusal kHeadTooLarge =
    too_large(431, "http_head_too_large", "The head of the request is above the limit.");
constexpr RequestRefusal kTooManyHeaders =
    too_large(431, "http_too_many_headers", "The request has more header fields than the limit.");
constexpr RequestRefusal kTargetTooLong =
    too_large(414, "http_target_too_long", "The request target is above the limit.");
constexpr RequestRefusal kBodyTooLarge =
    too_large(413, "http_body_too_large", "The body of the request is above the limit.");
constexpr RequestRefusal kTooManyChunks =
    too_large(413, "http_too_many_chunks", "The body comes in more chunks than the limit.");

// "HTTP/" digit "." digit: a version, if not one that is served.
bool is_http_version(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 8 && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' &&
         digit(text[7]);
}

bool is_token_list(std::string_view list) {
  while (!list.empty()) {
    if (!http1::is_token(http1::next_list_element(&list))) return false;
  }
  return true;
}

}  // namespace

RequestReader::RequestReader(const RequestLimits& limits)
    : limits_(limits), chunks_(http1::ChunkRules{.max_chunks = limits.chunk_count}) {}

RequestReader::Progress RequestReader::feed(std::string_view bytes) {
  Progress progress;
  if (stage_ == Stage::kHead) {
    if (!read_head(bytes, &progress.used)) {
      progress.state = stage_ == Stage::kRefused ? State::kRefused : State::kNeedMore;
      return progress;
    }
    progress.state = stage_ == Stage::kComplete ? State::kComplete : State::kHeadComplete;
    return progress;
  }
  switch (stage_) {
    case Stage::kLength: progress.state = read_length_body(bytes, &progress.used); break;
    case Stage::kChunked: progress.state = read_chunked_body(bytes, &progress.used); break;
    case Stage::kComplete: progress.state = State::kComplete; break;
    default: progress.state = State::kRefused; break;
  }
  return progress;
}

bool RequestReader::read_head(std::string_view bytes, std::size_t* used) {
  while (stage_ == Stage::kHead && !head_is_complete_) {
    const std::string_view rest = bytes.substr(*used);
    const std::size_t newline = rest.find('\n');
    const std::size_t size = newline == std::string_view::npos ? rest.size() : newline + 1;
    if (size > limits_.head_bytes - head_.size()) return refuse(kHeadTooLarge);
    head_.append(rest.data(), size);
    *used += size;
    if (newline == std::string_view::npos) return false;
    if (!read_line(std::exchange(line_begin_, head_.size()))) return false;
  }
  return stage_ != Stage::kRefused;
}

bool RequestReader::read_line(std::size_t begin) {
  std::string_view line = std::string_view(head_).substr(begin);
  line.remove_suffix(1);
  if (line.empty() || line.back() != '\r') return refuse(kBadLineEnd);
  line.remove_suffix(1);
  if (line.empty()) return has_request_line_ ? end_head() : refuse(kBadRequestLine);
  if (std::memchr(line.data(), '\r', line.size()) != nullptr) return refuse(kBadLineEnd);
  return has_request_line_ ? read_field(line) : read_request_line(line);
}

bool RequestReader::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return refuse(kBadRequestLine);
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return refuse(kBadRequestLine);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (!http1::is_token(line.substr(0, first)) || !http1::is_visible(target)) {
    return refuse(kBadRequestLine);
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return refuse(is_http_version(version) ? kBadVersion : kBadRequestLine);
  }
  if (target.size() > limits_.target_bytes) return refuse(kTargetTooLong);
  request_.minor_version = version.back() - '0';
  method_size_ = static_cast<std::uint32_t>(first);
  target_size_ = static_cast<std::uint32_t>(target.size());
  has_request_line_ = true;
  return true;
}

bool RequestReader::read_field(std::string_view line) {
  const std::optional<http1::Field> field = http1::parse_field(line);
  if (!field) return refuse(kBadHeader);
  if (places_.size() == limits_.header_count) return refuse(kTooManyHeaders);
  const auto at = [this](std::string_view part) {
    return static_cast<std::uint32_t>(part.data() - head_.data());
  };
  places_.push_back({at(field->name), static_cast<std::uint32_t>(field->name.size()),
                     at(field->value), static_cast<std::uint32_t>(field->value.size())});
  return true;
}

bool RequestReader::end_head() {
  const std::string_view head = head_;
  request_.method = head.substr(0, method_size_);
  request_.target = head.substr(method_size_ + 1, target_size_);
  for (const FieldPlace& place : places_) {
    request_.fields.add({head.substr(place.name_begin, place.name_size),
                         head.substr(place.value_begin, place.value_size)});
  }
  if (!check_host() || !check_framing()) return false;
  read_connection();
  head_is_complete_ = true;
  if (request_.content_length.value_or(0) > limits_.body_bytes) return refuse(kBodyTooLarge);
  body_left_ = request_.content_length.value_or(0);
  stage_ = request_.chunked ? Stage::kChunked : body_left_ > 0 ? Stage::kLength : Stage::kComplete;
  return true;
}

bool RequestReader::check_host() {
  const std::size_t hosts = request_.fields.count("host");
  if (hosts > 1 || (hosts == 0 && request_.minor_version == 1)) return refuse(kBadHost);
  request_.host = request_.fields.value("host");
  return true;
}

bool RequestReader::check_framing() {
  const std::size_t codings = request_.fields.count("transfer-encoding");
  const std::size_t lengths = request_.fields.count("content-length");
  if (codings > 0 && lengths > 0) return refuse(kConflictingLength);
  if (codings > 1 || (codings == 1 && request_.minor_version == 0)) {
    return refuse(kBadTransferEncoding);
  }
  if (codings == 1) {
    const std::string_view coding = request_.fields.value("transfer-encoding");
    request_.chunked = http1::equal_ignoring_case(coding, "chunked");
    if (request_.chunked) return true;
    const bool unknown = is_token_list(coding) && coding.find(',') == std::string_view::npos;
    return refuse(unknown && !coding.empty() ? kUnknownTransferEncoding : kBadTransferEncoding);
  }
  if (lengths == 0) return true;
  request_.content_length = http1::parse_length(request_.fields.value("content-length"));
  if (lengths > 1 || !request_.content_length) return refuse(kBadContentLength);
  return true;
}

void RequestReader::read_connection() {
  const http1::Fields& fields = request_.fields;
  request_.keep_alive =
      !fields.has_token("connection", "close") &&
      (request_.minor_version == 1 || fields.has_token("connection", "keep-alive"));
  request_.expects_continue = request_.minor_version == 1 && request_.has_body() &&
                              fields.has_token("expect", "100-continue");
}

RequestReader::State RequestReader::read_length_body(std::string_view bytes, std::size_t* used) {
  const std::size_t size =
      static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
  append_body(bytes.substr(0, size), body_left_ - size);
  body_left_ -= size;
  *used += size;
  if (body_left_ > 0) return State::kNeedMore;
  stage_ = Stage::kComplete;
  return State::kComplete;
}

RequestReader::State RequestReader::read_chunked_body(std::string_view bytes, std::size_t* used) {
  using Status = http1::ChunkedDecoder::Status;
  while (true) {
    const http1::ChunkedDecoder::Step step = chunks_.next(bytes.substr(*used));
    *used += step.used;
    switch (step.status) {
      case Status::kNeedMore: return State::kNeedMore;
      case Status::kData:
        if (step.data.size() + chunks_.chunk_left() > limits_.body_bytes - body_.size()) {
          refuse(kBodyTooLarge);
          return State::kRefused;
        }
        append_body(step.data, chunks_.chunk_left());
        break;
      case Status::kDone: stage_ = Stage::kComplete; return State::kComplete;
      case Status::kBad: refuse(kBadChunk); return State::kRefused;
      case Status::kTooMany: refuse(kTooManyChunks); return State::kRefused;
    }
  }
}

void RequestReader::append_body(std::string_view data, std::uint64_t still_expected) {
  const std::size_t needed = body_.size() + data.size() + kBodyPadding;
  if (body_.capacity() < needed) {
    const std::size_t whole = needed + static_cast<std::size_t>(still_expected);
    const std::size_t grown = std::max({needed, body_.capacity() * 2, kTrustedBodyBytes});
    body_.reserve(std::min(whole, grown));
  }
  body_.append(data);
}

std::string RequestReader::take_body() { return std::exchange(body_, {}); }

bool RequestReader::refuse(const RequestRefusal& why) {
  refusal_ = why;
  stage_ = Stage::kRefused;
  return false;
}

void RequestReader::reset() {
  stage_ = Stage::kHead;
  head_is_complete_ = false;
  has_request_line_ = false;
  line_begin_ = 0;
  head_.clear();
  if (head_.capacity() > kKeptHeadBytes) head_.shrink_to_fit();
  places_.clear();
  method_size_ = target_size_ = 0;
  http1::Fields fields = std::move(request_.fields);
  fields.clear();
  request_ = RequestHead{};
  request_.fields = std::move(fields);
  body_left_ = 0;
  chunks_.reset();
  body_.clear();
  if (body_.capacity() > kKeptBodyBytes) body_.shrink_to_fit();
  refusal_ = RequestRefusal{};
}

}  // namespace weir
