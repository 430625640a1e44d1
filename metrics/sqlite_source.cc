#include "metrics/sqlite_source.h"

#include <memory>

namespace weir::sqlite {
namespace {

struct Registration {
  Source* source;
  int columns;
};

struct Table : sqlite3_vtab {
  const Source* source = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
  const Source* source = nullptr;
  std::size_t row = 0;
  std::size_t rows = 0;
};

Cursor* cursor_of(sqlite3_vtab_cursor* base) { return static_cast<Cursor*>(base); }

int connect(sqlite3* database, void* registered, int, const char* const*, sqlite3_vtab** out,
            char**) {
  const auto* registration = static_cast<const Registration*>(registered);
  std::string columns = "CREATE TABLE x(c0";
  for (int i = 1; i < registration->columns; ++i) columns += ",c" + std::to_string(i);
  const int code = sqlite3_declare_vtab(database, (columns + ")").c_str());
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  table->source = registration->source;
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; }

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  auto cursor = std::make_unique<Cursor>();
  cursor->source = static_cast<Table*>(table)->source;
  *out = cursor.release();
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete cursor_of(cursor);
  return SQLITE_OK;
}

int rewind(sqlite3_vtab_cursor* base, int, const char*, int, sqlite3_value**) {
  Cursor* cursor = cursor_of(base);
  cursor->row = 0;
  cursor->rows = cursor->source->size();
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor)->row;
  return SQLITE_OK;
}

int is_at_end(sqlite3_vtab_cursor* base) {
  const Cursor* cursor = cursor_of(base);
  return cursor->row >= cursor->rows ? 1 : 0;
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  const Cursor* cursor = cursor_of(base);
  cursor->source->read(cursor->row, number, Cell(context));
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = static_cast<sqlite3_int64>(cursor_of(cursor)->row);
  return SQLITE_OK;
}

const sqlite3_module& module() {
  static const sqlite3_module methods = [] {
    sqlite3_module made{};
    made.xConnect = connect;  // no xCreate: the table is there without being created
    made.xBestIndex = best_index;
    made.xDisconnect = disconnect;
    made.xOpen = open_cursor;
    made.xClose = close_cursor;
    made.xFilter = rewind;
    made.xNext = next;
    made.xEof = is_at_end;
    made.xColumn = column;
    made.xRowid = rowid;
    return made;
  }();
  return methods;
}

}  // namespace

void Cell::set(std::string_view text) {
  const char* data = text.empty() ? "" : text.data();
  sqlite3_result_text64(raw_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Cell::set_bytes(const void* data, std::size_t size) {
  sqlite3_result_blob64(raw_, data, size, SQLITE_STATIC);
}

Result<void> add_source(const Database& database, const char* name, int columns, Source* source) {
  auto registration = std::make_unique<Registration>(Registration{source, columns});
  const int code = sqlite3_create_module_v2(
      database.raw(), name, &module(), registration.release(),
      [](void* registered) { delete static_cast<Registration*>(registered); });
  if (code != SQLITE_OK) return database.error();
  return {};
}

}  // namespace weir::sqlite
