// Reads the responses of one connection as they come: Content-Length or chunked.
#pragma once

#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace weir::bench {

class ResponseReader {
 public:
  // Takes bytes until a response is whole and gives those of its body to `body`,
  // a function of a string_view. Returns how many were used. After done() or
  // broken(), next() begins the next response.
  template <class Body>
  std::size_t feed(std::string_view bytes, Body&& body) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ != State::kDone && state_ != State::kBroken) {
      used += step(bytes.substr(used), body);
    }
    return used;
  }

  void next() {
    state_ = State::kLines;
    line_is_head_ = true;
    lines_.clear();
  }

  bool done() const { return state_ == State::kDone; }
  bool broken() const { return state_ == State::kBroken; }
  int status() const { return status_; }

 private:
  enum class State { kLines, kBody, kDone, kBroken };
  static constexpr std::size_t kMaxLines = 65'536;

  template <class Body>
  std::size_t step(std::string_view bytes, Body&& body) {
    if (state_ == State::kLines) return take_lines(bytes);
    const std::size_t size = std::min(bytes.size(), left_);
    const std::size_t line_end = chunked_ ? 2 : 0;
    if (left_ > line_end) body(bytes.substr(0, std::min(size, left_ - line_end)));
    left_ -= size;
    if (left_ == 0) end_of_data();
    return size;
  }

  // Keeps what comes until the head, or the line with a chunk's size, is whole.
  std::size_t take_lines(std::string_view bytes) {
    const std::size_t before = lines_.size();
    const std::size_t most = line_is_head_ ? kMaxLines : std::min(bytes.find('\n'), kMaxLines) + 1;
    lines_.append(bytes.substr(0, most));
    const std::string_view end = line_is_head_ ? "\r\n\r\n" : "\r\n";
    const std::size_t at = lines_.find(end, before < 3 ? 0 : before - 3);
    if (at == std::string::npos) {
      if (lines_.size() > kMaxLines) state_ = State::kBroken;
      return lines_.size() - before;
    }
    lines_.resize(at + end.size());
    const std::size_t used = lines_.size() - before;
    if (line_is_head_) {
      read_head();
    } else {
      read_chunk_size();
    }
    lines_.clear();
    return used;
  }

  void read_head() {
    status_ = lines_.size() > 12 ? std::atoi(lines_.c_str() + 9) : 0;
    line_is_head_ = false;
    chunked_ = strcasestr(lines_.c_str(), "\r\ntransfer-encoding: chunked\r\n") != nullptr;
    if (chunked_) return;
    const char* length = strcasestr(lines_.c_str(), "\r\ncontent-length:");
    if (length == nullptr) {
      state_ = State::kBroken;
      return;
    }
    left_ = std::strtoul(length + 17, nullptr, 10);
    state_ = left_ == 0 ? State::kDone : State::kBody;
  }

  // A chunk is counted with the line end behind it, so that one state reads both.
  void read_chunk_size() {
    const std::size_t size = std::strtoul(lines_.c_str(), nullptr, 16);
    last_chunk_ = size == 0;
    left_ = size + 2;
    state_ = State::kBody;
  }

  void end_of_data() { state_ = chunked_ && !last_chunk_ ? State::kLines : State::kDone; }

  State state_ = State::kLines;
  bool line_is_head_ = true;
  bool chunked_ = false;
  bool last_chunk_ = false;
  int status_ = 0;
  std::size_t left_ = 0;
  std::string lines_;
};

}  // namespace weir::bench
