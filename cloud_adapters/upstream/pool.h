// The connections of one I/O thread to one upstream.
//
// Bounded: so many connections, so many of them idle, so many requests waiting
// for one. The connection used last is taken first, so that the others grow old
// and close. Not thread-safe.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "cloud_adapters/upstream/connection.h"
#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/upstream/upstream.h"
#include "core/async.h"
#include "core/deadline.h"
#include "core/result.h"

namespace weir {

class Pool {
 public:
  // A place in the queue. Leaves it when destroyed.
  class Waiter {
   public:
    Waiter() = default;
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    // Ends the wait with kCancelled.
    void abort();

   private:
    friend class Pool;
    using Timer =
        net::basic_waitable_timer<std::chrono::steady_clock,
                                  net::wait_traits<std::chrono::steady_clock>, IoExecutor>;
    Pool* pool_ = nullptr;        // while in its queue
    std::optional<Timer> timer_;  // runs out at the deadline; cancelled to wake up early
    bool granted_ = false;        // one place among the connections is this one's
    bool aborted_ = false;
    std::unique_ptr<Connection> connection_;  // with the place, if an idle one was passed on
  };

  Pool(IoThread& thread, std::shared_ptr<Upstream> upstream);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // An idle connection that is still open; null if there is none. Every connection must be
  // given back.
  std::unique_ptr<Connection> try_acquire();

  // The same, or a new one that is not connected yet. Waits while all are busy: kDeadline
  // when that takes too long, kOverloaded when the queue is full too.
  Async<Result<std::unique_ptr<Connection>>> acquire(Waiter& waiter, Deadline deadline);

  // Keeps it for the next request if `reusable`, else closes it.
  void give_back(std::unique_ptr<Connection> connection, bool reusable);

  // Closes the idle ones: one of them turned out to be dead.
  void drop_idle();

  // Only for observation: idle ones that have expired count until the next acquire().
  std::size_t idle_count() const { return idle_.size(); }
  std::size_t busy_count() const { return busy_; }
  std::size_t waiting_count() const { return queue_.size(); }

  IoThread& thread() { return thread_; }
  Upstream& upstream() { return *upstream_; }

 private:
  std::unique_ptr<Connection> take_idle();
  std::unique_ptr<Connection> make_connection();
  void count_busy();
  Async<Result<void>> wait_in_queue(Waiter& waiter, Deadline deadline);

  IoThread& thread_;
  const std::shared_ptr<Upstream> upstream_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the one used last is at the back
  std::deque<Waiter*> queue_;
  std::size_t busy_ = 0;
};

// The pools of one upstream, one for each I/O thread. Destroyed on any thread: each
// pool is then released on its own.
class PoolSet {
 public:
  // `threads` outlive this.
  PoolSet(const std::vector<IoThread*>& threads, const std::shared_ptr<Upstream>& upstream);
  ~PoolSet();
  PoolSet(const PoolSet&) = delete;
  PoolSet& operator=(const PoolSet&) = delete;

  // The pool of the thread whose context `executor` belongs to; null if that was not given.
  std::shared_ptr<Pool> find(const IoExecutor& executor) const;

 private:
  struct Entry {
    IoThread* thread;
    std::shared_ptr<Pool> pool;
  };
  std::vector<Entry> entries_;
};

}  // namespace weir
