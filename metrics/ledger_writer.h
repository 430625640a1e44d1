// The writer thread of the ledger: collects what waits, commits it at once, and
// tells who waited.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "metrics/ledger.h"
#include "metrics/ledger_queue.h"
#include "metrics/ledger_store.h"

namespace weir {

class Ledger::Writer {
 public:
  using Item = LedgerQueue::Item;

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
  using Batch = LedgerQueue::Batch;

  void run();
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
  const std::shared_ptr<LedgerQueue> queue_;
  std::thread thread_;

  // Only the writer thread.
  std::deque<LedgerRow> kept_;
  SteadyTime next_retry_{};
  SteadyTime next_retirement_{};

  std::atomic<LedgerState> state_{LedgerState::kHealthy};
  std::atomic<bool> closed_{false};
  std::atomic<std::int64_t> last_id_{0};
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
