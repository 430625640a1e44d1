#include "tests/metrics/fault_vfs.h"

#include <sqlite3.h>

#include <list>
#include <mutex>

namespace weir::testing {
namespace {

std::atomic<Fault> active{Fault::kNone};
std::atomic<int> syncs{0};
std::atomic<int> writes{0};

// The system's methods of one kind of file (database and WAL have different
// ones) with two replaced; a file finds the originals through its own pointer.
struct PatchedMethods : sqlite3_io_methods {
  const sqlite3_io_methods* real = nullptr;
};
std::mutex tables_mutex;
std::list<PatchedMethods> tables;

const sqlite3_io_methods* real_methods(sqlite3_file* file) {
  return static_cast<const PatchedMethods*>(file->pMethods)->real;
}

int failing_sync(sqlite3_file* file, int flags) {
  ++syncs;
  if (active == Fault::kSync) return SQLITE_IOERR_FSYNC;
  return real_methods(file)->xSync(file, flags);
}

int failing_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  ++writes;
  if (active == Fault::kDiskFull) return SQLITE_FULL;
  if (active == Fault::kWrite) return SQLITE_IOERR_WRITE;
  return real_methods(file)->xWrite(file, data, size, offset);
}

const PatchedMethods* patched(const sqlite3_io_methods* real) {
  const std::lock_guard lock(tables_mutex);
  for (const PatchedMethods& table : tables) {
    if (table.real == real) return &table;
  }
  PatchedMethods& table = tables.emplace_back();
  static_cast<sqlite3_io_methods&>(table) = *real;
  table.real = real;
  table.xSync = failing_sync;
  table.xWrite = failing_write;
  return &table;
}

int patching_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* system = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const int code = system->xOpen(system, name, file, flags, out);
  if (code == SQLITE_OK && file->pMethods != nullptr) file->pMethods = patched(file->pMethods);
  return code;
}

}  // namespace

const std::string& fault_vfs() {
  static const std::string name = [] {
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    vfs.pAppData = sqlite3_vfs_find(nullptr);
    vfs.zName = "weir-fault";
    vfs.xOpen = patching_open;
    sqlite3_vfs_register(&vfs, 0);
    return std::string("weir-fault");
  }();
  return name;
}

void set_fault(Fault fault) { active = fault; }

int take_sync_count() { return syncs.exchange(0); }

int take_write_count() { return writes.exchange(0); }

}  // namespace weir::testing
