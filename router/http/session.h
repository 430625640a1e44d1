// One connection of a client: reads its requests in order, has each answered, and
// bounds every wait.
//
// A session is one coroutine on its I/O thread. While it waits between requests
// it holds no buffer and no reader; those are lent by the thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/io_thread.h"
#include "router/http/client_stream.h"
#include "router/http/exchange.h"
#include "router/http/response_head.h"
#include "router/http/server.h"

namespace weir {

class Session;

// Numbers of one listener on one thread; written there, read from anywhere.
struct SessionCounts {
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> clients_gone{0};

  void count_refusal(std::string_view code);
  void add_refusals_to(std::map<std::string, std::uint64_t>* all) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> refusals_;
};

// Lets a thread wait for connections to end. Thread-safe.
class ClosedSignal {
 public:
  void notify();
  // Waits until `done` is true, asking again after each notify().
  bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds timeout);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

// What the sessions of one listener share on one I/O thread. Only `counts` may be
// touched from other threads. Outlives its sessions.
class SessionThread {
 public:
  SessionThread(IoThread& io, HttpHandler& handler, const HttpLimits& limits,
                std::shared_ptr<ClosedSignal> closed)
      : io_(io), handler_(handler), limits_(limits), closed_(std::move(closed)) {}
  SessionThread(const SessionThread&) = delete;
  SessionThread& operator=(const SessionThread&) = delete;

  IoThread& io() { return io_; }

  // Serves a connection until it ends, then lowers counts.open, which the caller raised.
  void serve(ClientStream stream, std::string peer);

  // From now on answers close their connections; idle connections are closed.
  void drain();
  // Closes all connections and tells their handlers that the client has gone.
  void abort();

  SessionCounts counts;

 private:
  friend class Session;
  std::unique_ptr<RequestReader> take_reader();
  void give_back(std::unique_ptr<RequestReader> reader);

  IoThread& io_;
  HttpHandler& handler_;
  const HttpLimits& limits_;
  std::shared_ptr<ClosedSignal> closed_;
  bool draining_ = false;
  HttpDate date_;
  std::vector<std::unique_ptr<RequestReader>> readers_;
  std::vector<Session*> sessions_;
};

}  // namespace weir
