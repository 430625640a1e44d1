#include "cloud_adapters/upstream/response_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t kKeptHeadBytes = 8 * 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

http1::ChunkRules chunk_rules(const ResponseLimits& limits) {
  http1::ChunkRules rules;
  rules.extensions = true;
  rules.trailers = true;
  rules.max_chunks = limits.chunk_count;
  return rules;
}

}  // namespace

ResponseReader::ResponseReader(const ResponseLimits& limits)
    : limits_(limits), chunks_(chunk_rules(limits)) {}

void ResponseReader::reset(bool head_request) {
  stage_ = Stage::kHead;
  head_request_ = head_request;
  interims_ = 0;
  body_left_ = 0;
  body_bytes_ = 0;
  chunks_.reset();
  error_ = Error();
  clear_head();
}

void ResponseReader::clear_head() {
  head_is_complete_ = false;
  head_was_reported_ = false;
  keep_alive_ = false;
  line_begin_ = 0;
  head_.clear();
  if (head_.capacity() > kKeptHeadBytes) head_.shrink_to_fit();
  places_.clear();
  response_.fields.clear();
  response_.status = 0;
}

ResponseReader::Step ResponseReader::next(std::string_view bytes) {
  std::size_t used = 0;
  if (stage_ == Stage::kHead && !read_head(bytes, &used)) {
    return {stage_ == Stage::kFailed ? Event::kFailed : Event::kNeedMore, used, {}};
  }
  if (head_is_complete_ && !std::exchange(head_was_reported_, true)) {
    return {Event::kHead, used, {}};
  }
  switch (stage_) {
    case Stage::kLength: return read_length_body(bytes, used);
    case Stage::kChunked: return read_chunked_body(bytes, used);
    case Stage::kUntilClose: return read_until_close(bytes, used);
    case Stage::kComplete: return {Event::kComplete, used, {}};
    default: return {Event::kFailed, used, {}};
  }
}

ResponseReader::Step ResponseReader::end_of_stream() {
  if (stage_ == Stage::kUntilClose) stage_ = Stage::kComplete;
  if (stage_ == Stage::kComplete) return {Event::kComplete, 0, {}};
  if (stage_ != Stage::kFailed) {
    fail(ErrorCode::kUpstreamClosed, "The upstream closed the connection before its answer ended.",
         "http_response_truncated");
  }
  return {Event::kFailed, 0, {}};
}

bool ResponseReader::read_head(std::string_view bytes, std::size_t* used) {
  while (!head_is_complete_) {
    const std::string_view rest = bytes.substr(*used);
    const std::size_t newline = rest.find('\n');
    const std::size_t size = newline == std::string_view::npos ? rest.size() : newline + 1;
    if (size > limits_.head_bytes - head_.size()) {
      return fail(ErrorCode::kUpstreamProtocol, "The head of the upstream's answer is too large.",
                  "http_response_head_too_large");
    }
    head_.append(rest.data(), size);
    *used += size;
    if (newline == std::string_view::npos) return false;
    if (!read_line(std::exchange(line_begin_, head_.size()))) return false;
  }
  return true;
}

bool ResponseReader::read_line(std::size_t begin) {
  std::string_view line = std::string_view(head_).substr(begin);
  line.remove_suffix(1);
  const bool ends_well = !line.empty() && line.back() == '\r';
  if (ends_well) line.remove_suffix(1);
  if (!ends_well || line.find('\r') != std::string_view::npos) {
    return fail(ErrorCode::kUpstreamProtocol, "A line of the upstream's head lacks CR LF.",
                "http_response_bad_line_end");
  }
  if (begin == 0) return read_status_line(line);
  return line.empty() ? end_head() : read_field(line);
}

// HTTP/1.x SP 3DIGIT [ SP reason ]
bool ResponseReader::read_status_line(std::string_view line) {
  const bool good = line.size() >= 12 && line.starts_with("HTTP/1.") &&
                    (line[7] == '0' || line[7] == '1') && line[8] == ' ' && line[9] >= '1' &&
                    line[9] <= '5' && is_digit(line[10]) && is_digit(line[11]) &&
                    (line.size() == 12 || line[12] == ' ') &&
                    http1::is_field_value(line.substr(12));
  if (!good) {
    return fail(ErrorCode::kUpstreamProtocol, "The upstream's status line is not HTTP/1.1.",
                "http_response_bad_status_line");
  }
  response_.minor_version = line[7] - '0';
  response_.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  return true;
}

bool ResponseReader::read_field(std::string_view line) {
  const std::optional<http1::Field> field = http1::parse_field(line);
  if (!field || places_.size() == limits_.header_count) {
    return fail(ErrorCode::kUpstreamProtocol,
                "A header field of the upstream is malformed, or there are too many.",
                "http_response_bad_header");
  }
  const auto at = [this](std::string_view part) {
    return static_cast<std::uint32_t>(part.data() - head_.data());
  };
  places_.push_back({at(field->name), static_cast<std::uint32_t>(field->name.size()),
                     at(field->value), static_cast<std::uint32_t>(field->value.size())});
  return true;
}

bool ResponseReader::end_head() {
  if (response_.status == 101 || (response_.status < 200 && interims_ == limits_.interim_count)) {
    return fail(ErrorCode::kUpstreamProtocol,
                "The upstream switched protocols or sent too many interim answers.",
                "http_response_interim");
  }
  if (response_.status < 200) {
    ++interims_;
    clear_head();
    return true;
  }
  const std::string_view head = head_;
  for (const FieldPlace& place : places_) {
    response_.fields.add({head.substr(place.name_begin, place.name_size),
                          head.substr(place.value_begin, place.value_size)});
  }
  head_is_complete_ = choose_framing();
  return head_is_complete_;
}

bool ResponseReader::choose_framing() {
  const http1::Fields& fields = response_.fields;
  const std::size_t codings = fields.count("transfer-encoding");
  const std::size_t lengths = fields.count("content-length");
  const std::optional<std::uint64_t> length = http1::parse_length(fields.value("content-length"));
  const bool chunked = http1::equal_ignoring_case(fields.value("transfer-encoding"), "chunked");
  const bool bad_coding =
      codings > 1 || (codings == 1 && (!chunked || response_.minor_version == 0));
  if (codings + lengths > 1 || bad_coding || (lengths == 1 && !length)) {
    return fail(ErrorCode::kUpstreamProtocol, "The upstream's answer has no clear length.",
                "http_response_bad_length");
  }
  keep_alive_ = !fields.has_token("connection", "close") &&
                (response_.minor_version == 1 || fields.has_token("connection", "keep-alive"));
  const bool no_body = head_request_ || response_.status == 204 || response_.status == 304;
  body_left_ = no_body ? 0 : length.value_or(0);
  if (body_left_ > limits_.body_bytes) return count_body(limits_.body_bytes + 1);
  if (no_body || (length && body_left_ == 0)) {
    stage_ = Stage::kComplete;
  } else if (length) {
    stage_ = Stage::kLength;
  } else {
    stage_ = chunked ? Stage::kChunked : Stage::kUntilClose;
  }
  keep_alive_ = keep_alive_ && stage_ != Stage::kUntilClose;
  return true;
}

ResponseReader::Step ResponseReader::read_length_body(std::string_view bytes, std::size_t used) {
  const std::size_t size =
      static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size() - used));
  if (size == 0) return {Event::kNeedMore, used, {}};
  body_left_ -= size;
  if (body_left_ == 0) stage_ = Stage::kComplete;
  return {Event::kBody, used + size, bytes.substr(used, size)};
}

ResponseReader::Step ResponseReader::read_chunked_body(std::string_view bytes, std::size_t used) {
  using Status = http1::ChunkedDecoder::Status;
  const http1::ChunkedDecoder::Step step = chunks_.next(bytes.substr(used));
  used += step.used;
  switch (step.status) {
    case Status::kNeedMore: return {Event::kNeedMore, used, {}};
    case Status::kData:
      if (!count_body(step.data.size())) return {Event::kFailed, used, {}};
      return {Event::kBody, used, step.data};
    case Status::kDone: stage_ = Stage::kComplete; return {Event::kComplete, used, {}};
    case Status::kBad:
    case Status::kTooMany: break;
  }
  fail(ErrorCode::kUpstreamProtocol, "The upstream's chunked body is malformed.",
       "http_response_bad_chunk");
  return {Event::kFailed, used, {}};
}

ResponseReader::Step ResponseReader::read_until_close(std::string_view bytes, std::size_t used) {
  const std::string_view rest = bytes.substr(used);
  if (rest.empty()) return {Event::kNeedMore, used, {}};
  if (!count_body(rest.size())) return {Event::kFailed, used, {}};
  return {Event::kBody, bytes.size(), rest};
}

bool ResponseReader::count_body(std::size_t bytes) {
  if (bytes <= limits_.body_bytes - body_bytes_) {
    body_bytes_ += bytes;
    return true;
  }
  return fail(ErrorCode::kUpstreamProtocol, "The answer of the upstream is above the limit.",
              "http_response_too_large");
}

bool ResponseReader::fail(ErrorCode code, std::string_view message, std::string_view word) {
  error_ = Error(code, std::string(message), std::string(word));
  stage_ = Stage::kFailed;
  return false;
}

}  // namespace weir
