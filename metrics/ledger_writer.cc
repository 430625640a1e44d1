#include "metrics/ledger_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <thread>
#include <utility>

namespace weir {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxRows = 4'096;
constexpr std::int64_t kRetireStep = 512;
constexpr milliseconds kRetirementPause{60'000};

bool is_sync_failure(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

Error refused() {
  return {ErrorCode::kStorage, "the ledger cannot be written, so paid calls are refused"};
}

RequestId id_of(const LedgerItem::Work& work) {
  return std::visit([](const auto& value) { return value.id; }, work);
}

}  // namespace

Ledger::Writer::Writer(LedgerOptions options, std::unique_ptr<LedgerStore> store)
    : options_(std::move(options)),
      store_(std::move(store)),
      queue_(std::make_shared<LedgerQueue>(options_.queue_capacity)),
      last_id_(store_->last_id()),
      books_(store_->counts()) {
  if (!take_ballast()) state_ = LedgerState::kRetrying;
}

void Ledger::Writer::start() {
  thread_ = std::thread([this] { run(); });
}

void Ledger::Writer::close() {
  closed_.store(true, std::memory_order_release);
  queue_->close();
  if (thread_.joinable()) thread_.join();
}

std::optional<Error> Ledger::Writer::submit(Item& item) {
  const bool is_row = item->is_row();
  if (!is_row && !healthy()) return refused();
  const std::int64_t id = id_of(item->work()).value;
  if (std::optional<Error> error = queue_->submit(item)) {
    if (is_row && error->code == ErrorCode::kOverloaded) {
      lost_rows_.fetch_add(1, std::memory_order_relaxed);
    }
    return error;
  }
  std::int64_t last = last_id_.load(std::memory_order_relaxed);
  while (id > last && !last_id_.compare_exchange_weak(last, id)) {
  }
  return std::nullopt;
}

void Ledger::Writer::run() {
  Batch batch;
  while (queue_->take(&batch, next_duty(), kMaxRows)) {
    passes_.fetch_add(1, std::memory_order_relaxed);
    if (!batch.empty()) process(std::exchange(batch, {}));
    if (must_retry() && steady_clock::now() >= next_retry_) retry();
    tidy_up();
  }
  if (!kept_.empty()) retry();
}

SteadyTime Ledger::Writer::next_duty() const {
  SteadyTime due = steady_clock::now() + kRetirementPause;
  if (retires()) due = std::min(due, next_retirement_);
  if (must_retry()) due = std::min(due, next_retry_);
  return due;
}

void Ledger::Writer::process(Batch batch) {
  bool may_settle_now = false;
  if (healthy()) {
    const int code = write(batch);
    if (code == SQLITE_OK) {
      note_success(batch);
      complete(std::move(batch));
      return;
    }
    note_failure(code);
    may_settle_now = drop_ballast();
  }
  for (const Item& item : batch) {
    item->result() = refused();
    if (item->is_row()) keep(std::move(std::get<LedgerRow>(item->work())));
  }
  if (may_settle_now && retry()) {
    for (const Item& item : batch) {
      if (item->is_row()) item->result() = {};
    }
  }
  complete(std::move(batch));
}

int Ledger::Writer::write(const Batch& batch) {
  int code = store_->begin();
  for (const Item& item : batch) {
    if (code != SQLITE_OK) break;
    code = std::visit([this](const auto& value) { return store_->add(value); }, item->work());
  }
  if (code == SQLITE_OK) code = store_->write();
  return commit(code, batch.size());
}

int Ledger::Writer::write_kept() {
  int code = store_->begin();
  for (const LedgerRow& row : kept_) {
    if (code != SQLITE_OK) break;
    code = store_->add(row);
  }
  if (code == SQLITE_OK) code = store_->write();
  if (code == SQLITE_OK) code = store_->probe();
  return commit(code, kept_.size());
}

int Ledger::Writer::commit(int code, std::size_t items) {
  const SteadyTime start = steady_clock::now();
  if (code == SQLITE_OK) code = store_->commit();
  const std::chrono::duration<double> took = steady_clock::now() - start;
  const std::string message = code == SQLITE_OK ? std::string() : store_->error().message;
  if (code != SQLITE_OK) store_->rollback();
  {
    const std::lock_guard lock(books_mutex_);
    if (code != SQLITE_OK) error_ = message;
    books_ = store_->counts();
    open_ = store_->open_reservations();
  }
  batches_.fetch_add(1, std::memory_order_relaxed);
  if (options_.on_batch) options_.on_batch({items, took.count(), code == SQLITE_OK});
  return code;
}

void Ledger::Writer::note_success(const Batch& batch) {
  const auto rows = static_cast<std::uint64_t>(
      std::count_if(batch.begin(), batch.end(), [](const Item& item) { return item->is_row(); }));
  rows_.fetch_add(rows, std::memory_order_relaxed);
}

void Ledger::Writer::note_failure(int code) {
  const bool sync = is_sync_failure(code);
  state_.store(sync ? LedgerState::kSyncFailed : LedgerState::kRetrying, std::memory_order_release);
  next_retry_ = steady_clock::now() + milliseconds{options_.retry_ms};
}

void Ledger::Writer::keep(LedgerRow row) {
  if (kept_.size() >= options_.queue_capacity) {
    lost_rows_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  kept_.push_back(std::move(row));
  kept_count_.store(kept_.size(), std::memory_order_relaxed);
}

bool Ledger::Writer::must_retry() const {
  return state() == LedgerState::kRetrying || !kept_.empty();
}

bool Ledger::Writer::retry() {
  const int code = write_kept();
  next_retry_ = steady_clock::now() + milliseconds{options_.retry_ms};
  if (code != SQLITE_OK) {
    if (is_sync_failure(code)) state_.store(LedgerState::kSyncFailed, std::memory_order_release);
    return false;
  }
  rows_.fetch_add(kept_.size(), std::memory_order_relaxed);
  kept_.clear();
  kept_count_.store(0, std::memory_order_relaxed);
  if (state() == LedgerState::kRetrying && take_ballast()) {
    state_.store(LedgerState::kHealthy, std::memory_order_release);
    const std::lock_guard lock(books_mutex_);
    error_.clear();
  }
  return true;
}

void Ledger::Writer::tidy_up() {
  if (!retires() || steady_clock::now() < next_retirement_) return;
  if (queue_->size() > 0) return;
  const std::int64_t before = options_.clock->unix_ms() - options_.retention_days * kDayMs;
  const Result<std::int64_t> retired = store_->retire(before, kRetireStep);
  const bool more = retired && *retired == kRetireStep;
  next_retirement_ = steady_clock::now() + (more ? milliseconds{0} : kRetirementPause);
}

void Ledger::Writer::complete(Batch batch) {
  std::vector<std::pair<const void*, Batch>> groups;
  for (Item& item : batch) {
    const void* context = &item->executor().context();
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& entry) { return entry.first == context; });
    if (group == groups.end()) group = groups.emplace(groups.end(), context, Batch{});
    group->second.push_back(std::move(item));
  }
  for (auto& [context, items] : groups) {
    const IoExecutor executor = items.front()->executor();
    net::post(executor, [done = std::move(items)] {
      for (const Item& item : done) item->complete();
    });
  }
}

// The ballast is a file that is only there to be given back when the disk is
// full, so that what is already paid for can still be written down.
bool Ledger::Writer::take_ballast() {
  if (options_.ballast_bytes == 0) return true;
  const std::string path = options_.path + ".ballast";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const int failure = ::posix_fallocate(file, 0, static_cast<off_t>(options_.ballast_bytes));
  ::close(file);
  if (failure != 0) ::unlink(path.c_str());
  return failure == 0;
}

bool Ledger::Writer::drop_ballast() {
  return options_.ballast_bytes > 0 && ::unlink((options_.path + ".ballast").c_str()) == 0;
}

LedgerStats Ledger::Writer::stats() const {
  LedgerStats stats;
  stats.state = state();
  stats.queued = queue_->size();
  stats.kept = kept_count_.load(std::memory_order_relaxed);
  stats.rows = rows_.load(std::memory_order_relaxed);
  stats.recovered = static_cast<std::uint64_t>(store_->recovered());
  stats.passes = passes_.load(std::memory_order_relaxed);
  stats.batches = batches_.load(std::memory_order_relaxed);
  stats.lost_rows = lost_rows_.load(std::memory_order_relaxed);
  const std::lock_guard lock(books_mutex_);
  stats.error = error_;
  stats.accepted = books_.accepted;
  stats.settled = books_.settled;
  stats.released = books_.released;
  stats.open = static_cast<std::int64_t>(open_);
  return stats;
}

}  // namespace weir
