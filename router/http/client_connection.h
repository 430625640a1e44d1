// One client connection with its waits: input as it comes, writes that complete when
// the socket has taken them, deadlines, and the watch for a client that goes.
//
// Belongs to one I/O thread and one coroutine at a time. While it waits for
// input it holds no buffer. At most one wait for reading is outstanding: the one that
// watches for the client during an answer becomes the one for its next request.
#pragma once

#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cloud_adapters/upstream/io_thread.h"
#include "core/cancel.h"
#include "core/event.h"
#include "router/http/client_stream.h"
#include "router/http/server.h"

namespace weir {

class ClientConnection final : private Expirable {
 public:
  using Parts = std::span<std::string_view>;

  // `io` and `limits` outlive the connection.
  ClientConnection(IoThread& io, const HttpLimits& limits, ClientStream stream);

  // True when TLS is established, at once for plain HTTP.
  Async<bool> handshake();

  // What came and was not used yet.
  std::string_view input() const { return input_; }
  void use_input(std::size_t bytes) { input_.remove_prefix(bytes); }
  // Call with empty input. False if the client ended its side, or the connection
  // is late, gone or stopped.
  Async<bool> more_input();
  // Copies the input out of the thread's block: before something else is awaited.
  void stash_input();

  // When more_input() and handshake() give up. Writing sets its own deadline.
  void set_deadline(SteadyTime when) { expires_at(when); }
  void clear_deadline() { never_expires(); }
  bool timed_out() const { return timed_out_; }
  void forgive_timeout() { timed_out_ = false; }  // to say so to the client

  // From now on `signal` is raised when the client goes.
  void watch(CancelSignal& signal);
  void end_watch();
  bool gone() const { return gone_; }
  bool at_end() const { return at_end_; }

  // Writes all parts in one write to the system if the socket has room; consumes the span's
  // views. False if some are left: they are for write_rest().
  bool try_write(Parts* parts);
  Async<void> write_rest(Parts parts);
  WriteResult written() const { return gone_ ? WriteResult::kClientGone : WriteResult::kOk; }

  // Lets the client read the last answer before the connection is closed: closing with
  // unread bytes in the socket would reset it and could take the answer along.
  Async<void> linger();
  // Lets the other connections of the thread have their turn.
  Async<void> yield();
  // Closes and waits until nothing refers to this object any more.
  Async<void> close();

  // Until bytes come, more_input() gives up where it would have to wait.
  void stop_when_idle();
  void abort();  // everything ends, as if the client had gone
  void reset();  // the same, and the client sees a broken connection

 private:
  using Status = ClientStream::Status;
  using UseAwaitable = net::use_awaitable_t<IoExecutor>;
  using WaitHandler = net::async_result<UseAwaitable, void()>::handler_type;

  bool read_block(Status* want);
  Async<void> wait_for(Status want);
  Async<void> readable();
  Async<void> writable();
  void start_wait();
  void on_readable();
  void check_client();
  void on_expired() override;
  void client_gone();
  void cancel_waits();
  SteadyTime now() const { return io_.clock.now(); }

  IoThread& io_;
  const HttpLimits& limits_;
  ClientStream stream_;

  bool timed_out_ = false;
  bool stopped_ = false;
  bool gone_ = false;
  bool at_end_ = false;
  bool read_at_once_;  // bytes are probably here: read before waiting
  bool wait_outstanding_ = false;
  bool pipelined_ = false;  // while watching: bytes of the next request wait in the socket

  BlockPool::Block block_;
  std::string stash_;
  std::string_view input_;  // in block_ or stash_
  SteadyTime write_deadline_ = SteadyTime::max();
  CancelSignal* watcher_ = nullptr;
  std::optional<WaitHandler> waiter_;
};

}  // namespace weir
