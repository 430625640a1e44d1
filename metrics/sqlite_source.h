// Rows in memory as a table that SQL can read: INSERT INTO t SELECT * FROM source.
//
// One statement then writes any number of rows, which costs about a third of as
// many statements with parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/money.h"
#include "core/result.h"
#include "metrics/sqlite.h"

namespace weir::sqlite {

// Where a row's column goes. Text and bytes are not copied: they must live until
// the statement has ended.
class Cell {
 public:
  explicit Cell(sqlite3_context* raw) : raw_(raw) {}
  void set(std::int64_t value) { sqlite3_result_int64(raw_, value); }
  void set(double value) { sqlite3_result_double(raw_, value); }
  void set(std::string_view text);
  void set_bytes(const void* data, std::size_t size);
  void set_null() { sqlite3_result_null(raw_); }

  void set(std::optional<NanoUsd> amount) { amount ? set(amount->value) : set_null(); }
  void set(std::optional<double> value) { value ? set(*value) : set_null(); }

 private:
  sqlite3_context* raw_;
};

class Source {
 public:
  virtual ~Source() = default;
  virtual std::size_t size() const = 0;
  virtual void read(std::size_t row, int column, Cell cell) const = 0;
};

// Makes `source` a table of this connection with `columns` columns, c0 and so on. It
// must outlive the connection.
Result<void> add_source(const Database& database, const char* name, int columns, Source* source);

}  // namespace weir::sqlite
