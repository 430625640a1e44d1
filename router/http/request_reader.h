// A strict, incremental reader of HTTP/1.1 requests (RFC 9112), without I/O.
//
// Two readers that frame a request differently are how requests are smuggled,
// so whatever can be read in two ways is refused: more or fewer than one Host,
// Content-Length with Transfer-Encoding, codings other than chunked, folded
// lines, bare LF, empty lines before the request line, chunk extensions,
// trailers. Errors are found line by line, not at the end of the head.
//
// Belongs to one connection and its thread. reset() makes it ready for the next
// request and keeps its memory. Not movable: the head's views point into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/http1.h"
#include "core/result.h"
#include "router/http/request.h"

namespace weir {

struct RequestLimits {
  std::size_t head_bytes = 32 * 1024;         // 431 above
  std::size_t target_bytes = 8 * 1024;        // 414 above
  std::size_t header_count = 100;             // 431 above
  std::size_t body_bytes = 32 * 1024 * 1024;  // 413 above, before anything is buffered
  std::size_t chunk_count = 100'000;          // 413 above
};

// Why a request was refused. The connection must be closed after the answer:
// where the next request begins is not known.
struct RequestRefusal {
  int status = 400;
  std::string_view code;     // "http_..." for error.code
  std::string_view message;  // a sentence for a person
  ErrorCode error_code = ErrorCode::kInvalidRequest;

  Error to_error() const { return {error_code, std::string(message), std::string(code)}; }
};

class RequestReader {
 public:
  enum class State : std::uint8_t {
    kNeedMore,      // all bytes were used
    kHeadComplete,  // a body follows: answer "100 Continue" or refuse, then feed on
    kComplete,      // head and body are here; bytes behind them were not used
    kRefused,       // see refusal(); nothing more is read
  };
  struct Progress {
    State state = State::kNeedMore;
    std::size_t used = 0;  // bytes of the input that belong to this request
  };

  // `limits` is copied.
  explicit RequestReader(const RequestLimits& limits = {});
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Reads on from the front of `bytes` and stops at the first of: the end of
  // the head of a request with a body, the end of the request, an error, the end
  // of `bytes`. How the input is cut into calls makes no difference. After
  // kComplete or kRefused call reset() before feed().
  Progress feed(std::string_view bytes);

  // Nothing of a request has been read yet: closing now loses nothing.
  bool idle() const { return stage_ == Stage::kHead && head_.empty(); }

  // True from kHeadComplete or kComplete on, also after a later refusal.
  bool head_complete() const { return head_is_complete_; }
  const RequestHead& head() const { return request_; }

  // The body without its coding, complete at kComplete. Its capacity leaves
  // room for a JSON reader's padding (kBodyPadding). Taking it away is cheap; the next
  // request then allocates anew.
  const std::string& body() const { return body_; }
  std::string take_body();
  static constexpr std::size_t kBodyPadding = 64;

  const RequestRefusal& refusal() const { return refusal_; }

  // Ready for the next request of the connection. Views of the head and the
  // body become invalid. Memory above a few KiB is given back.
  void reset();

 private:
  enum class Stage : std::uint8_t { kHead, kLength, kChunked, kComplete, kRefused };
  struct FieldPlace {
    std::uint32_t name_begin, name_size, value_begin, value_size;
  };

  bool read_head(std::string_view bytes, std::size_t* used);
  bool read_line(std::size_t begin);
  bool read_request_line(std::string_view line);
  bool read_field(std::string_view line);
  bool end_head();
  bool check_host();
  bool check_framing();
  void read_connection();
  State read_length_body(std::string_view bytes, std::size_t* used);
  State read_chunked_body(std::string_view bytes, std::size_t* used);
  void append_body(std::string_view data, std::uint64_t still_expected);
  bool refuse(const RequestRefusal& why);

  RequestLimits limits_;
  Stage stage_ = Stage::kHead;
  bool head_is_complete_ = false;
  bool has_request_line_ = false;
  std::size_t line_begin_ = 0;      // in head_
  std::string head_;                // the copy all views of request_ point into
  std::vector<FieldPlace> places_;  // head_ may still move while it grows
  std::uint32_t method_size_ = 0;
  std::uint32_t target_size_ = 0;
  RequestHead request_;
  std::uint64_t body_left_ = 0;
  http1::ChunkedDecoder chunks_;
  std::string body_;
  RequestRefusal refusal_;
};

}  // namespace weir
