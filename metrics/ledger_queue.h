// What waits for the ledger's writer. What one I/O thread submits becomes visible to the
// writer together, behind everything the thread has ready to do: so one commit serves a
// whole pass of its loop, and who is alone waits for nobody.
//
// Thread-safe; one thread takes. Owned by shared_ptr: the I/O threads keep it until what
// they promised to release is released.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/async.h"
#include "core/clock.h"
#include "core/result.h"
#include "metrics/ledger.h"

namespace weir {

// One reserve() or settle() on its way to the disk. Ends exactly once: the
// writer posts it to `executor` and complete() runs there.
class LedgerItem {
 public:
  using Work = std::variant<Reservation, LedgerRow>;

  LedgerItem(IoExecutor executor, std::unique_ptr<Work> work)
      : executor_(executor), work_(std::move(work)) {}
  virtual ~LedgerItem() = default;
  LedgerItem(const LedgerItem&) = delete;
  LedgerItem& operator=(const LedgerItem&) = delete;

  virtual void complete() = 0;

  const IoExecutor& executor() const { return executor_; }
  Work& work() { return *work_; }
  Result<void>& result() { return result_; }
  bool is_row() const { return std::holds_alternative<LedgerRow>(*work_); }

 private:
  IoExecutor executor_;
  std::unique_ptr<Work> work_;
  Result<void> result_;
};

class LedgerQueue : public std::enable_shared_from_this<LedgerQueue> {
 public:
  using Item = std::unique_ptr<LedgerItem>;
  using Batch = std::vector<Item>;

  // `capacity` in reservations; rows of what is already paid for have twice the room.
  explicit LedgerQueue(std::size_t capacity) : capacity_(capacity) {}

  // On the item's I/O thread. Takes the item, or says why it may not be queued (kStorage:
  // closed; kOverloaded: full) and leaves it with the caller.
  std::optional<Error> submit(Item& item);

  // Waits until there is something to take, at most until `due`, and takes up to `most`, oldest
  // first. False: closed, and nothing is left.
  bool take(Batch* batch, SteadyTime due, std::size_t most);

  // Nothing is accepted any more; what is here can be taken.
  void close();

  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  struct Pass {  // of one I/O thread's loop
    const void* context;
    Batch items;
  };

  Pass& pass_of(const void* context);
  void release(const void* context);
  void append(Batch* items);  // to released_

  const std::size_t capacity_;
  std::atomic<std::size_t> size_{0};

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::vector<Pass> passes_;
  Batch released_;
  bool sleeping_ = false;
  bool closed_ = false;
};

}  // namespace weir
