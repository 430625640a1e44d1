// The writer thread of the ledger: collects what waits, commits it at once, and
// tells who waited.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "metrics/ledger.h"
#include "metrics/ledger_store.h"

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

class Ledger::Writer {
 public:
  using Item = std::unique_ptr<LedgerItem>;

  Writer(LedgerOptions options, std::unique_ptr<LedgerStore> store);
  ~Writer() { close(); }

  void start();
  void close();

  // Takes the item, or says why it may not be queued and leaves it with the caller.
  std::optional<Error> submit(Item& item);

  const LedgerOptions& options() const { return options_; }
  std::int64_t last_id() const { return last_id_.load(std::memory_order_relaxed); }
  LedgerState state() const { return state_.load(std::memory_order_acquire); }
  bool closed() const { return closed_.load(std::memory_order_acquire); }
  LedgerStats stats() const;

 private:
  using Batch = std::vector<Item>;

  void run();
  bool wait_for_work(Batch* batch);  // false: closed and nothing is left
  void gather(std::unique_lock<std::mutex>& lock);
  SteadyTime next_duty() const;
  void process(Batch batch);
  void complete(Batch batch);

  // SQLITE_OK or an error code; after an error nothing was written.
  int write(const Batch& batch);
  int write_kept();
  int commit(int code, std::size_t items);

  void note_success(const Batch& batch);
  void note_failure(int code);
  void keep(LedgerRow row);
  bool must_retry() const;
  bool retry();  // true: all kept rows are durable
  void tidy_up();
  bool take_ballast();
  bool drop_ballast();
  bool healthy() const { return state() == LedgerState::kHealthy; }
  bool retires() const { return options_.retention_days > 0 && healthy(); }

  const LedgerOptions options_;
  const std::unique_ptr<LedgerStore> store_;
  std::thread thread_;

  std::mutex mutex_;  // guards the next six
  std::condition_variable wake_;
  Batch queue_;
  bool sleeping_ = false;
  std::size_t last_batch_ = 0;  // items; only the writer looks
  SteadyTime last_batch_at_{};  // likewise
  bool closing_ = false;

  // Only the writer thread.
  std::deque<LedgerRow> kept_;
  SteadyTime next_retry_{};
  SteadyTime next_retirement_{};

  std::atomic<LedgerState> state_{LedgerState::kHealthy};
  std::atomic<bool> closed_{false};
  std::atomic<std::int64_t> last_id_{0};
  std::atomic<std::size_t> queued_{0};
  std::atomic<std::size_t> kept_count_{0};
  std::atomic<std::uint64_t> rows_{0};
  std::atomic<std::uint64_t> passes_{0};
  std::atomic<std::uint64_t> batches_{0};
  std::atomic<std::uint64_t> lost_rows_{0};
  mutable std::mutex books_mutex_;  // guards the rest
  ReservationCounts books_;         // these two belong together
  std::size_t open_ = 0;
  std::string error_;
};

}  // namespace weir
