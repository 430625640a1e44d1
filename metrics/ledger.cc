#include "metrics/ledger.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <utility>

#include "metrics/ledger_schema.h"
#include "metrics/ledger_writer.h"
#include "metrics/sqlite.h"

namespace weir {
namespace {

constexpr net::use_awaitable_t<IoExecutor> kAwait{};

template <class Handler>
class WaitingItem final : public LedgerItem {
 public:
  WaitingItem(IoExecutor executor, Handler handler, std::unique_ptr<Work> work)
      : LedgerItem(executor, std::move(work)), handler_(std::move(handler)), guard_(executor) {}

  void complete() override { std::move(handler_)(std::move(result())); }

 private:
  Handler handler_;
  net::executor_work_guard<IoExecutor> guard_;  // the context must not end while we wait
};

// Queues `work`; an item that is refused completes like the others, by a post. The
// work is large and this is handed on a few times: it moves by its address.
template <class Writer>
struct Submission {
  Writer* writer;
  std::unique_ptr<LedgerItem::Work> work;

  template <class Handler>
  void operator()(Handler handler) {
    const IoExecutor executor = net::get_associated_executor(handler);
    std::unique_ptr<LedgerItem> item =
        std::make_unique<WaitingItem<Handler>>(executor, std::move(handler), std::move(work));
    if (std::optional<Error> refused = writer->submit(item)) {
      item->result() = std::move(*refused);
      net::post(executor, [item = std::move(item)] { item->complete(); });
    }
  }
};

// What a reader of the file sees at this moment, in a new file beside `path`
// that takes its name when it is complete.
Result<void> copy_snapshot(sqlite::Database& from, const std::string& path) {
  Result<sqlite::Database> to = sqlite::Database::open(path, sqlite::Mode::kReadWrite);
  if (!to) return to.error();
  sqlite3_backup* backup = sqlite3_backup_init(to->raw(), "main", from.raw(), "main");
  if (backup == nullptr) return to->error();
  const int code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) {
    return Error{ErrorCode::kStorage, std::string("backup: ") + sqlite3_errstr(code)};
  }
  return {};
}

}  // namespace

std::string_view to_string(LedgerState state) {
  if (state == LedgerState::kHealthy) return "healthy";
  return state == LedgerState::kRetrying ? "retrying" : "sync-failed";
}

Result<std::unique_ptr<Ledger>> Ledger::open(LedgerOptions options) {
  Result<std::unique_ptr<LedgerStore>> store = LedgerStore::open(options.path, options.vfs);
  if (!store) return store.error();
  auto writer = std::make_unique<Writer>(std::move(options), std::move(*store));
  writer->start();
  return std::unique_ptr<Ledger>(new Ledger(std::move(writer)));
}

Ledger::Ledger(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}

Ledger::~Ledger() = default;

Async<Result<void>> Ledger::reserve(Reservation reservation) {
  return net::async_initiate<decltype(kAwait), void(Result<void>)>(
      Submission<Writer>{writer_.get(), std::make_unique<LedgerItem::Work>(std::move(reservation))},
      kAwait);
}

Async<Result<void>> Ledger::settle(LedgerRow row) {
  return net::async_initiate<decltype(kAwait), void(Result<void>)>(
      Submission<Writer>{writer_.get(), std::make_unique<LedgerItem::Work>(std::move(row))},
      kAwait);
}

RequestId Ledger::last_id() const { return {writer_->last_id()}; }

bool Ledger::accepts_reservations() const {
  return writer_->state() == LedgerState::kHealthy && !writer_->closed();
}

LedgerStats Ledger::stats() const { return writer_->stats(); }

Result<void> Ledger::backup(const std::string& path) {
  return backup_ledger(writer_->options().path, path);
}

void Ledger::close() { writer_->close(); }

Result<void> backup_ledger(const std::string& ledger_path, const std::string& backup_path) {
  if (Result<void> there = look_for_ledger(ledger_path); !there) return there;
  const std::string part = backup_path + ".part";
  if (std::FILE* there = std::fopen(backup_path.c_str(), "re"); there != nullptr) {
    std::fclose(there);
    return Error{ErrorCode::kStorage, backup_path + " exists already"};
  }
  std::remove(part.c_str());
  Result<sqlite::Database> from = sqlite::Database::open(ledger_path, sqlite::Mode::kReadOnly);
  if (!from) return from.error();
  if (Result<void> copied = copy_snapshot(*from, part); !copied) {
    std::remove(part.c_str());
    return copied;
  }
  if (std::rename(part.c_str(), backup_path.c_str()) != 0) {
    return Error{ErrorCode::kStorage, "cannot name " + backup_path};
  }
  return {};
}

}  // namespace weir
