// A strict, incremental reader of HTTP/1.1 responses from an upstream that is
// not trusted, without I/O. The body is handed on as it comes, never collected.
//
// Interim answers (1xx) are skipped. Refused: conflicting or repeated lengths,
// codings other than chunked, bare CR or LF, folded lines, 101, anything above a limit.
// Chunk extensions and trailers are checked, counted and dropped.
//
// Belongs to one connection and its thread; reset() keeps its memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http1.h"
#include "core/result.h"

namespace weir {

struct ResponseLimits {
  std::size_t head_bytes = 64 * 1024;
  std::size_t header_count = 200;
  std::size_t interim_count = 8;                     // 1xx answers before the real one
  std::uint64_t body_bytes = 1024ULL * 1024 * 1024;  // of one answer, after decoding
  std::size_t chunk_count = 100'000'000;
};

// Views live until the reader is reset or destroyed.
struct ResponseHead {
  int status = 0;
  int minor_version = 1;
  http1::Fields fields;
};

class ResponseReader {
 public:
  enum class Event : std::uint8_t {
    kNeedMore,  // all bytes were used
    kHead,      // head() is complete; call again with the rest
    kBody,      // `body` is a piece of the body; call again with the rest
    kComplete,  // the answer ended; bytes behind it were not used
    kFailed,    // see error(); close the connection
  };
  struct Step {
    Event event = Event::kNeedMore;
    std::size_t used = 0;
    std::string_view body;  // a view into the bytes given
  };

  explicit ResponseReader(const ResponseLimits& limits = {});
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  // Ready for the answer to the next request. `head_request`: it asked with
  // HEAD, so no body follows whatever the head says.
  void reset(bool head_request = false);

  // Reads on from the front of `bytes`. How the input is cut makes no difference.
  Step next(std::string_view bytes);

  // The upstream closed its side. kComplete for a body that lasts until then,
  // else kFailed (kUpstreamClosed).
  Step end_of_stream();

  bool head_complete() const { return head_is_complete_; }
  const ResponseHead& head() const { return response_; }

  // Nothing of an answer has been read: a request on a pooled connection may be
  // sent again on another one.
  bool idle() const { return stage_ == Stage::kHead && head_.empty() && interims_ == 0; }

  // After kComplete: the connection may carry another request. Bytes that were
  // not used then mean that it may not; the caller sees those.
  bool reusable() const { return stage_ == Stage::kComplete && keep_alive_; }

  const Error& error() const { return error_; }

 private:
  enum class Stage : std::uint8_t { kHead, kLength, kChunked, kUntilClose, kComplete, kFailed };
  struct FieldPlace {
    std::uint32_t name_begin, name_size, value_begin, value_size;
  };

  bool read_head(std::string_view bytes, std::size_t* used);
  bool read_line(std::size_t begin);
  bool read_status_line(std::string_view line);
  bool read_field(std::string_view line);
  bool end_head();
  bool choose_framing();
  Step read_length_body(std::string_view bytes, std::size_t used);
  Step read_chunked_body(std::string_view bytes, std::size_t used);
  Step read_until_close(std::string_view bytes, std::size_t used);
  bool count_body(std::size_t bytes);
  bool fail(ErrorCode code, std::string_view message, std::string_view word);
  void clear_head();

  ResponseLimits limits_;
  Stage stage_ = Stage::kHead;
  bool head_request_ = false;
  bool head_is_complete_ = false;
  bool head_was_reported_ = false;
  bool keep_alive_ = false;
  std::size_t interims_ = 0;
  std::size_t line_begin_ = 0;
  std::string head_;
  std::vector<FieldPlace> places_;
  ResponseHead response_;
  std::uint64_t body_left_ = 0;
  std::uint64_t body_bytes_ = 0;
  http1::ChunkedDecoder chunks_;
  Error error_;
};

}  // namespace weir
