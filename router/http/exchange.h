// One request and its answer, as whoever answers it sees them.
//
// The session makes an Exchange for each request and hands it to the listener's
// HttpHandler on the connection's I/O thread. Everything here belongs to that
// thread. The handler answers exactly once: send(), or start_stream(), write_some()
// and finish(). One that answers nothing, or throws, becomes a 500; a stream that is
// not finished is cut off, so that the client sees that it is incomplete.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/async.h"
#include "core/cancel.h"
#include "core/clock.h"
#include "core/event.h"
#include "core/result.h"
#include "router/http/request.h"

namespace weir {

struct IoThread;

// Extra header fields of an answer, already in the form that goes out. The
// session itself writes Date, Content-Type, Content-Length, Transfer-Encoding and
// Connection; do not add those.
class HeaderLines {
 public:
  // `name` is a token in lower case. Control bytes in `value` become spaces: it
  // cannot end the line.
  HeaderLines& add(std::string_view name, std::string_view value);
  HeaderLines& add(const HeaderLines& more) {
    text_.append(more.text_);
    return *this;
  }
  void reserve(std::size_t bytes) { text_.reserve(bytes); }
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

struct Response {
  int status = 200;
  HeaderLines headers;
  std::string_view content_type = "application/json";  // lives until send() completes; may be empty
  std::string body;
  bool close = false;  // no further request on this connection
};

class Exchange {
 public:
  // Read before the body was; valid until the handler returns.
  virtual const RequestHead& head() const = 0;

  // The whole body without its coding. kBodyPadding more bytes behind it belong to
  // the buffer, as a JSON reader wants. Empty after take_body().
  virtual std::string_view body() const = 0;
  // The body to keep; the string's capacity has the same room.
  virtual std::string take_body() = 0;

  virtual std::string_view peer() const = 0;   // the client's address without its port
  virtual SteadyTime received_at() const = 0;  // when the head was complete
  virtual IoThread& io_thread() const = 0;     // the one this runs on
  virtual bool started() const = 0;            // a byte of the answer has left
  // Raised within 50 ms of the client's going. The action closes, cancels or
  // posts; it must not resume the handler from inside.
  virtual CancelSignal& cancel() = 0;

  // A whole answer with its Content-Length, head and body in one write. To HEAD
  // the body is not sent.
  virtual Async<WriteResult> send(Response response) = 0;

  // Begins an answer of unknown length. Nothing leaves before the first
  // write_some() or finish(); until then send() may still be called instead, and
  // start_stream() again with another head.
  struct StreamHead {
    int status = 200;
    HeaderLines headers;
    std::string_view content_type = "text/event-stream";  // copied
  };
  virtual void start_stream(const StreamHead& head) = 0;

  // Sends `bytes`, which must stay until it completes. Completes when the socket has taken
  // them, so a slow client slows the caller. Empty `bytes` send the head alone.
  virtual Async<WriteResult> write_some(std::string_view bytes) = 0;

  // Ends the stream; `last` goes out in the same write.
  virtual Async<WriteResult> finish(std::string_view last = {}) = 0;

 protected:
  ~Exchange() = default;
};

// What a listener does with its requests. Called on every I/O thread at once.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Called when a head is here and before its body is kept. An answer refuses
  // the request: its body is read and dropped (closed instead, if it is long), handle() is
  // not called. Do no slow work.
  virtual std::optional<Response> admit(const RequestHead& head) {
    static_cast<void>(head);
    return std::nullopt;
  }

  // Fields that every answer to such a request has, complete lines; `head` as for refusal().
  // They live as long as the handler.
  virtual std::string_view common_fields(const RequestHead& head) {
    static_cast<void>(head);
    return {};
  }

  // Asked behind admit() about a body that is or may become long. False: the body is
  // dropped as it comes (closed instead, if it is long) and handle() sees none.
  virtual bool wants_long_body(const RequestHead& head) {
    static_cast<void>(head);
    return true;
  }

  // The answer to a request that the server refuses or failed to answer by itself. `head` has
  // what could be read, maybe nothing. By default JSON in OpenAI's shape.
  virtual Response refusal(const RequestHead& head, int status, const Error& error);

  // Answers one request. `exchange` outlives the coroutine.
  virtual Async<void> handle(Exchange& exchange) = 0;
};

}  // namespace weir
