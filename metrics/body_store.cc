#include "metrics/body_store.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "metrics/sqlite.h"

namespace weir {
namespace {

constexpr std::chrono::minutes kTidyEvery{10};
constexpr std::size_t kMaxBodies = 256;

// A rollback journal and no write-ahead log: in that a deleted body would stay for long.
constexpr const char* kSetup = R"sql(
PRAGMA secure_delete = ON;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = NORMAL;
PRAGMA temp_store = MEMORY;
CREATE TABLE IF NOT EXISTS bodies (
  id INTEGER PRIMARY KEY,
  team TEXT NOT NULL,
  request BLOB NOT NULL,
  answer BLOB NOT NULL,
  stream INTEGER NOT NULL,
  facts TEXT NOT NULL
) STRICT;
)sql";

constexpr const char* kBytes =
    "SELECT coalesce(sum(length(request) + length(answer)), 0) FROM bodies";

std::size_t size_of(const LoggedBody& body) {
  return sizeof body + body.request.size() + body.answer.size() + body.facts.size();
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<sqlite::Database> open_file(const std::string& path) {
  Result<sqlite::Database> database = sqlite::Database::open(path, sqlite::Mode::kReadWrite);
  if (!database) return database.error();
  if (const Result<void> set = database->execute(kSetup); !set) return set.error();
  return database;
}

Result<void> run(sqlite::Statement& statement, const sqlite::Database& database) {
  return statement.run() == SQLITE_OK ? Result<void>() : database.error();
}

}  // namespace

class BodyStore::Writer {
 public:
  explicit Writer(BodyStoreOptions options) : options_(std::move(options)) {
    thread_ = std::thread([this] { run_thread(); });
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

  void use(std::vector<std::string> teams) {
    {
      const std::lock_guard lock(mutex_);
      teams_ = std::move(teams);
      new_teams_ = true;
    }
    wake_.notify_one();
  }

  void add(LoggedBody body) {
    const std::size_t size = size_of(body);
    {
      const std::lock_guard lock(mutex_);
      if (!closing_ && queued_bytes_ + size <= options_.queue_bytes) {
        queued_bytes_ += size;
        queue_.push_back(std::move(body));
        wake_.notify_one();
        return;
      }
    }
    if (dropped_.fetch_add(1, std::memory_order_relaxed) == 0) {
      options_.on_trouble("the queue is full, bodies are dropped");
    }
  }

  BodyStats stats() const {
    return {written_.load(std::memory_order_relaxed), dropped_.load(std::memory_order_relaxed),
            failed_.load(std::memory_order_relaxed), deleted_.load(std::memory_order_relaxed)};
  }

 private:
  using Batch = std::vector<LoggedBody>;

  void run_thread() {
    for (bool last = false; !last;) {
      std::optional<std::vector<std::string>> teams;
      const Batch batch = take(&teams, &last);
      if (teams) keep_only(*teams);
      if (!batch.empty()) write(batch);
      if (database_) tidy();
    }
  }

  Batch take(std::optional<std::vector<std::string>>* teams, bool* last) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, kTidyEvery, [this] { return closing_ || new_teams_ || !queue_.empty(); });
    if (std::exchange(new_teams_, false)) *teams = teams_;
    Batch batch;
    while (!queue_.empty() && batch.size() < kMaxBodies) {
      queued_bytes_ -= size_of(queue_.front());
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    *last = closing_ && queue_.empty();
    return batch;
  }

  Result<void> open() {
    if (database_) return {};
    Result<sqlite::Database> opened = open_file(options_.path);
    if (!opened) return opened.error();
    const Result<std::int64_t> bytes = opened->integer(kBytes);
    if (!bytes) return bytes.error();
    bytes_ = static_cast<std::uint64_t>(*bytes);
    database_.emplace(std::move(*opened));
    return {};
  }

  void write(const Batch& batch) {
    const Result<void> done = try_write(batch);
    if (done) {
      written_.fetch_add(batch.size(), std::memory_order_relaxed);
      troubled_ = false;
      return;
    }
    failed_.fetch_add(batch.size(), std::memory_order_relaxed);
    if (database_) static_cast<void>(database_->execute("ROLLBACK"));
    tell(done.error());
  }

  Result<void> try_write(const Batch& batch) {
    if (Result<void> opened = open(); !opened) return opened;
    if (Result<void> begun = database_->execute("BEGIN IMMEDIATE"); !begun) return begun;
    Result<sqlite::Statement> insert = database_->prepare(
        "INSERT OR REPLACE INTO bodies VALUES (?, ?, CAST(? AS BLOB), "
        "CAST(? AS BLOB), ?, ?)");
    if (!insert) return insert.error();
    std::uint64_t added = 0;
    for (const LoggedBody& body : batch) {
      insert->bind(body.id.value).bind(body.team).bind(body.request).bind(body.answer);
      insert->bind(std::int64_t{body.stream ? 1 : 0}).bind(body.facts);
      if (Result<void> inserted = run(*insert, *database_); !inserted) return inserted;
      added += body.request.size() + body.answer.size();
    }
    Result<void> committed = database_->execute("COMMIT");
    if (committed) bytes_ += added;
    return committed;
  }

  void tell(const Error& error) {
    if (!std::exchange(troubled_, true)) options_.on_trouble(error.message);
  }

  void keep_only(const std::vector<std::string>& teams) {
    if (!database_ && !exists(options_.path)) return;
    std::string sql = "DELETE FROM bodies WHERE team NOT IN (''";
    for (std::size_t i = 0; i < teams.size(); ++i) sql += ", ?";
    Result<void> done = open();
    if (done) {
      Result<sqlite::Statement> remove = database_->prepare(sql + ")");
      if (!remove) return tell(remove.error());
      for (const std::string& team : teams) remove->bind(team);
      done = deleted_by(*remove);
    }
    if (!done) tell(done.error());
  }

  Result<void> deleted_by(sqlite::Statement& statement) {
    if (Result<void> done = run(statement, *database_); !done) return done;
    const int changes = sqlite3_changes(database_->raw());
    if (changes == 0) return {};
    deleted_.fetch_add(static_cast<std::uint64_t>(changes), std::memory_order_relaxed);
    const Result<std::int64_t> bytes = database_->integer(kBytes);
    if (!bytes) return bytes.error();
    bytes_ = static_cast<std::uint64_t>(*bytes);
    return database_->execute("PRAGMA incremental_vacuum");
  }

  // What is too old, and what is too much.
  void tidy() {
    const std::int64_t oldest_ms = options_.clock->unix_ms() - options_.retention_days * kDayMs;
    Result<void> done = delete_before(RequestId{oldest_ms << 20});
    while (done && bytes_ > options_.max_bytes) {
      const Result<std::int64_t> tenth = database_->integer(
          "SELECT id FROM bodies ORDER BY id LIMIT 1 OFFSET "
          "(SELECT count(*) / 10 FROM bodies)");
      if (!tenth) return tell(tenth.error());
      done = delete_before(RequestId{*tenth + 1});
    }
    if (!done) tell(done.error());
  }

  Result<void> delete_before(RequestId id) {
    Result<sqlite::Statement> remove = database_->prepare("DELETE FROM bodies WHERE id < ?");
    if (!remove) return remove.error();
    remove->bind(id.value);
    return deleted_by(*remove);
  }

  const BodyStoreOptions options_;

  std::mutex mutex_;  // guards the next five
  std::condition_variable wake_;
  std::deque<LoggedBody> queue_;
  std::size_t queued_bytes_ = 0;
  std::vector<std::string> teams_;
  bool new_teams_ = false;
  bool closing_ = false;

  // Only the writer's thread.
  std::optional<sqlite::Database> database_;
  std::uint64_t bytes_ = 0;
  bool troubled_ = false;

  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> deleted_{0};
  std::thread thread_;  // last: it uses all of the above
};

BodyStore::BodyStore(BodyStoreOptions options)
    : writer_(std::make_unique<Writer>(std::move(options))) {}
BodyStore::~BodyStore() = default;

void BodyStore::use(std::vector<std::string> teams) { writer_->use(std::move(teams)); }
void BodyStore::add(LoggedBody body) { writer_->add(std::move(body)); }
BodyStats BodyStore::stats() const { return writer_->stats(); }
void BodyStore::close() { writer_->close(); }

Result<LoggedBody> find_body(const std::string& path, RequestId id) {
  const std::string name = to_string(id);
  if (!exists(path)) return Error{ErrorCode::kNotFound, "no bodies are logged at " + path};
  Result<sqlite::Database> database = sqlite::Database::open(path, sqlite::Mode::kReadOnly);
  if (!database) return database.error();
  Result<sqlite::Statement> row =
      database->prepare("SELECT team, request, answer, stream, facts FROM bodies WHERE id = ?");
  if (!row) return row.error();
  row->bind(id.value);
  const int code = row->step();
  if (code == SQLITE_DONE) {
    return Error{ErrorCode::kNotFound, "no body of " + name +
                                           " is kept: its team does not log "
                                           "them, or it was deleted"};
  }
  if (code != SQLITE_ROW) return database->error();
  LoggedBody body;
  body.id = id;
  body.team = row->text(0);
  body.request = row->text(1);
  body.answer = row->text(2);
  body.stream = row->integer(3) != 0;
  body.facts = row->text(4);
  return body;
}

}  // namespace weir
