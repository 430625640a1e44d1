#include "metrics/receipt_log.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "core/clock.h"

namespace weir {
namespace {

constexpr net::use_awaitable_t<IoExecutor> kAwaitStamp{};
constexpr std::size_t kMaxReceipts = 1'024;

using Outcome = Result<ReceiptStamp>;

// Who waits for a receipt. Told once, by a post to where it waits.
class Waiting {
 public:
  virtual ~Waiting() = default;
  virtual void tell(Outcome outcome) = 0;
};

template <class Handler>
class WaitingFor final : public Waiting {
 public:
  WaitingFor(IoExecutor executor, Handler handler)
      : handler_(std::move(handler)), guard_(executor) {}

  void tell(Outcome outcome) override {
    net::post(guard_.get_executor(),
              [handler = std::move(handler_), outcome = std::move(outcome)]() mutable {
                std::move(handler)(std::move(outcome));
              });
    guard_.reset();
  }

 private:
  Handler handler_;
  net::executor_work_guard<IoExecutor> guard_;  // the context must not end while we wait
};

struct Item {
  std::unique_ptr<Receipt> receipt;
  std::unique_ptr<Waiting> waiting;  // null: was told already
};

template <class Writer>
struct ReceiptSubmission {
  Writer* writer;
  std::unique_ptr<Receipt> receipt;

  template <class Handler>
  void operator()(Handler handler) {
    const IoExecutor executor = net::get_associated_executor(handler);
    Item item{std::move(receipt),
              std::make_unique<WaitingFor<Handler>>(executor, std::move(handler))};
    if (auto refused = writer->submit(item)) item.waiting->tell(std::move(*refused));
  }
};

}  // namespace

class ReceiptLog::Writer {
 public:
  Writer(ReceiptLogOptions options, std::unique_ptr<ReceiptChain> chain)
      : options_(std::move(options)), chain_(std::move(chain)), seq_(chain_->seq()) {
    thread_ = std::thread([this] { run(); });
  }
  ~Writer() { close(); }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  // Takes the item, or says why not and leaves it with the caller.
  std::optional<Error> submit(Item& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closing_) return Error{ErrorCode::kStorage, "the log of receipts is closed"};
      if (queue_.size() + kept_.load(std::memory_order_relaxed) >= options_.queue_capacity) {
        lost_.fetch_add(1, std::memory_order_relaxed);
        Error full{ErrorCode::kOverloaded, "the queue is full, requests go without a receipt"};
        if (!std::exchange(told_of_loss_, true)) options_.on_failure(full);
        return full;
      }
      queue_.push_back(std::move(item));
      queued_.store(queue_.size(), std::memory_order_relaxed);
    }
    wake_.notify_one();
    return std::nullopt;
  }

  bool healthy() const { return healthy_.load(std::memory_order_acquire); }
  const ReceiptChain& chain() const { return *chain_; }

  ReceiptStats stats() const {
    return {seq_.load(std::memory_order_relaxed),
            written_.load(std::memory_order_relaxed),
            batches_.load(std::memory_order_relaxed),
            failures_.load(std::memory_order_relaxed),
            lost_.load(std::memory_order_relaxed),
            queued_.load(std::memory_order_relaxed) + kept_.load(std::memory_order_relaxed),
            healthy()};
  }

 private:
  void run() {
    while (wait()) {
      if (healthy() || SteadyClock::now() >= next_try_) {
        write_all();
      } else {
        tell_refused(*refusal_);
      }
    }
    write_all();
  }

  // Moves what is queued behind what is kept. False when closed.
  bool wait() {
    std::unique_lock lock(mutex_);
    const auto has_work = [this] { return closing_ || !queue_.empty(); };
    if (healthy()) {
      wake_.wait(lock, has_work);
    } else {
      wake_.wait_until(lock, next_try_, has_work);
    }
    for (Item& item : queue_) pending_.push_back(std::move(item));
    queue_.clear();
    queued_.store(0, std::memory_order_relaxed);
    kept_.store(pending_.size(), std::memory_order_relaxed);
    return !closing_;
  }

  void write_all() {
    while (!pending_.empty()) {
      std::vector<const Receipt*> batch;
      const std::size_t size = std::min(pending_.size(), kMaxReceipts);
      batch.reserve(size);
      for (std::size_t i = 0; i < size; ++i) batch.push_back(pending_[i].receipt.get());
      Result<std::vector<ReceiptStamp>> stamps = chain_->append(batch);
      if (!stamps) {
        fail(stamps.error());
        return;
      }
      succeed(std::move(*stamps));
    }
  }

  void succeed(std::vector<ReceiptStamp> stamps) {
    seq_.store(chain_->seq(), std::memory_order_relaxed);
    written_.fetch_add(stamps.size(), std::memory_order_relaxed);
    batches_.fetch_add(1, std::memory_order_relaxed);
    if (!healthy_.exchange(true, std::memory_order_acq_rel)) options_.on_recovery();
    {
      const std::lock_guard lock(mutex_);
      told_of_loss_ = false;
    }
    for (ReceiptStamp& stamp : stamps) {
      if (pending_.front().waiting) pending_.front().waiting->tell(std::move(stamp));
      pending_.pop_front();
    }
    kept_.store(pending_.size(), std::memory_order_relaxed);
  }

  void fail(const Error& error) {
    failures_.fetch_add(1, std::memory_order_relaxed);
    next_try_ = SteadyClock::now() + options_.retry;
    refusal_ = std::make_unique<Error>(error);
    if (healthy_.exchange(false, std::memory_order_acq_rel)) options_.on_failure(error);
    tell_refused(error);
  }

  // They are kept; who waits for them need not.
  void tell_refused(const Error& error) {
    for (Item& item : pending_) {
      if (item.waiting) item.waiting->tell(error);
      item.waiting.reset();
    }
  }

  using SteadyClock = std::chrono::steady_clock;

  const ReceiptLogOptions options_;
  const std::unique_ptr<ReceiptChain> chain_;

  std::mutex mutex_;  // guards the next four
  std::condition_variable wake_;
  std::deque<Item> queue_;
  bool closing_ = false;
  bool told_of_loss_ = false;  // since the last success

  // Only the writer's thread.
  std::deque<Item> pending_;
  SteadyTime next_try_{};
  std::unique_ptr<Error> refusal_;

  std::atomic<bool> healthy_{true};
  std::atomic<std::uint64_t> seq_;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> batches_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::size_t> queued_{0};
  std::atomic<std::size_t> kept_{0};
  std::thread thread_;  // last: it uses all of the above
};

Result<std::unique_ptr<ReceiptLog>> ReceiptLog::open(ReceiptLogOptions options) {
  Result<std::unique_ptr<ReceiptChain>> chain = ReceiptChain::open(options.chain);
  if (!chain) return chain.error();
  return std::unique_ptr<ReceiptLog>(
      new ReceiptLog(std::make_unique<Writer>(std::move(options), std::move(*chain))));
}

ReceiptLog::ReceiptLog(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
ReceiptLog::~ReceiptLog() = default;

Async<Result<ReceiptStamp>> ReceiptLog::append(Receipt receipt) {
  return net::async_initiate<decltype(kAwaitStamp), void(Result<ReceiptStamp>)>(
      ReceiptSubmission<Writer>{writer_.get(), std::make_unique<Receipt>(std::move(receipt))},
      kAwaitStamp);
}

bool ReceiptLog::accepts() const { return writer_->healthy(); }
ReceiptStats ReceiptLog::stats() const { return writer_->stats(); }
std::uint64_t ReceiptLog::cut_bytes() const { return writer_->chain().cut_bytes(); }
std::string ReceiptLog::cut_file() const { return writer_->chain().cut_file(); }
void ReceiptLog::close() { writer_->close(); }

}  // namespace weir
