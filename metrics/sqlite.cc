#include "metrics/sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>

namespace weir::sqlite {
namespace {

constexpr int kBusyMs = 5'000;

// SQLite's count of its own memory takes a global mutex for every allocation.
void configure_once() {
  static std::once_flag flag;
  std::call_once(flag, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

// SQLite would make it for everybody to read. Its own files get the permissions of this one.
Result<void> make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return Error{ErrorCode::kStorage,
                 path + ": " + std::error_code(errno, std::generic_category()).message()};
  }
  ::close(file);
  return {};
}

}  // namespace

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(raw_.get(), next_++, value);
  return *this;
}

Statement& Statement::bind(double value) {
  sqlite3_bind_double(raw_.get(), next_++, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would bind NULL, and an empty view may hold one.
  const char* data = text.empty() ? "" : text.data();
  sqlite3_bind_text64(raw_.get(), next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(std::span<const float> values) {
  if (values.empty()) return bind_null();
  sqlite3_bind_blob64(raw_.get(), next_++, values.data(), values.size_bytes(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind(std::optional<NanoUsd> amount) {
  return amount ? bind(amount->value) : bind_null();
}

Statement& Statement::bind(std::optional<std::int64_t> value) {
  return value ? bind(*value) : bind_null();
}

Statement& Statement::bind(std::optional<double> value) {
  return value ? bind(*value) : bind_null();
}

Statement& Statement::bind_null() {
  sqlite3_bind_null(raw_.get(), next_++);
  return *this;
}

int Statement::run() {
  int code = step();
  while (code == SQLITE_ROW) code = step();
  reset();
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

void Statement::reset() {
  sqlite3_reset(raw_.get());
  next_ = 1;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(raw_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::text(int column) const {
  const void* data = sqlite3_column_blob(raw_.get(), column);
  const int size = sqlite3_column_bytes(raw_.get(), column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void use_temp_folder(const std::string& folder) {
  configure_once();
  sqlite3_free(sqlite3_temp_directory);
  sqlite3_temp_directory = sqlite3_mprintf("%s", folder.c_str());
}

Result<Database> Database::open(const std::string& path, Mode mode, const std::string& vfs) {
  configure_once();
  const int access =
      mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (mode == Mode::kReadWrite) {
    if (Result<void> made = make_private(path); !made) return made.error();
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, access | SQLITE_OPEN_NOMUTEX,
                                   vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.raw_.reset(raw);
  if (code != SQLITE_OK) return Error{ErrorCode::kStorage, path + ": " + sqlite3_errstr(code)};
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyMs);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(raw_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return error();
  return Statement(raw);
}

Result<void> Database::execute(const std::string& sql) const {
  if (sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error();
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) const {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const int code = statement->step();
  if (code == SQLITE_ROW) return statement->integer(0);
  if (code != SQLITE_DONE) return error();
  return 0;
}

Error Database::error() const {
  const char* file = sqlite3_db_filename(raw_.get(), "main");
  std::string text = file == nullptr ? "" : file;
  text.append(": ").append(sqlite3_errmsg(raw_.get()));
  text.append(" (").append(std::to_string(extended_code())).append(")");
  return {ErrorCode::kStorage, std::move(text)};
}

}  // namespace weir::sqlite
