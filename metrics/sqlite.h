// SQLite as weir uses it: a connection, a prepared statement, errors as values.
//
// A Database and its Statements belong to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/money.h"
#include "core/result.h"

namespace weir::sqlite {

enum class Mode : std::uint8_t {
  kReadWrite,  // creates the file, for its owner alone
  kReadOnly,
};

// A prepared statement. Bound text and bytes are not copied: they must live
// until the next run() or rows() has ended.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}

  // Binds the next parameter, from the left; run() and reset() start over.
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view text);
  Statement& bind(std::span<const float> values);
  Statement& bind(std::optional<NanoUsd> amount);
  Statement& bind(std::optional<std::int64_t> value);
  Statement& bind(std::optional<double> value);
  Statement& bind_null();

  // Runs to the end and resets. SQLITE_OK or SQLite's extended error code.
  int run();

  // One row further: SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(raw_.get()); }
  void reset();

  int columns() const { return sqlite3_column_count(raw_.get()); }
  bool is_null(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(raw_.get(), column); }
  double real(int column) const { return sqlite3_column_double(raw_.get(), column); }
  std::string_view text(int column) const;
  sqlite3_stmt* raw() const { return raw_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* raw) const { sqlite3_finalize(raw); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> raw_;
  int next_ = 1;
};

// Where SQLite puts what is too large for memory, in the whole process: before the first
// database is open. The system's folder for such files unless this was called.
void use_temp_folder(const std::string& folder);

class Database {
 public:
  // `vfs` empty = the system's. kStorage with SQLite's own words. A busy file is
  // waited for up to five seconds.
  static Result<Database> open(const std::string& path, Mode mode, const std::string& vfs = {});

  Result<Statement> prepare(std::string_view sql) const;

  // Runs statements without parameters or rows.
  Result<void> execute(const std::string& sql) const;

  // The first column of the first row of a query; 0 when there is none.
  Result<std::int64_t> integer(std::string_view sql) const;

  // The last failure of this connection, with the file's name.
  Error error() const;
  int extended_code() const { return sqlite3_extended_errcode(raw_.get()); }

  sqlite3* raw() const { return raw_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* raw) const { sqlite3_close_v2(raw); }
  };
  std::unique_ptr<sqlite3, Close> raw_;
};

}  // namespace weir::sqlite
