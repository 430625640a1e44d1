#include "metrics/wal_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace weir::sqlite {
namespace {

// SQLite's own VFS for Unix takes 17 bits of a write's size for the whole of it.
constexpr std::size_t kLargestWrite = std::size_t{1} << 16;

// The log as SQLite sees it. The file of the VFS below lies right behind it.
struct WalFile : sqlite3_file {
  std::vector<char> gathered;
  sqlite3_int64 begin = 0;  // of what is gathered, in the file

  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  sqlite3_int64 end() const { return begin + static_cast<sqlite3_int64>(gathered.size()); }

  int flush() {
    if (gathered.empty()) return SQLITE_OK;
    const int code = below()->pMethods->xWrite(below(), gathered.data(),
                                               static_cast<int>(gathered.size()), begin);
    gathered.clear();
    return code;
  }
};

WalFile* wal_of(sqlite3_file* file) { return static_cast<WalFile*>(file); }

int wal_close(sqlite3_file* file) {
  WalFile* wal = wal_of(file);
  const int flushed = wal->flush();
  const int closed = wal->below()->pMethods->xClose(wal->below());
  wal->~WalFile();
  return flushed != SQLITE_OK ? flushed : closed;
}

int wal_read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  WalFile* wal = wal_of(file);
  if (const int code = wal->flush(); code != SQLITE_OK) return code;
  return wal->below()->pMethods->xRead(wal->below(), data, size, offset);
}

int wal_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  WalFile* wal = wal_of(file);
  const bool follows = offset == wal->end() && !wal->gathered.empty();
  const bool fits = wal->gathered.size() + static_cast<std::size_t>(size) <= kLargestWrite;
  if (!follows || !fits) {
    if (const int code = wal->flush(); code != SQLITE_OK) return code;
    wal->begin = offset;
  }
  const char* bytes = static_cast<const char*>(data);
  try {
    wal->gathered.insert(wal->gathered.end(), bytes, bytes + size);
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  return SQLITE_OK;
}

int wal_truncate(sqlite3_file* file, sqlite3_int64 size) {
  WalFile* wal = wal_of(file);
  if (const int code = wal->flush(); code != SQLITE_OK) return code;
  return wal->below()->pMethods->xTruncate(wal->below(), size);
}

int wal_sync(sqlite3_file* file, int flags) {
  WalFile* wal = wal_of(file);
  if (const int code = wal->flush(); code != SQLITE_OK) return code;
  return wal->below()->pMethods->xSync(wal->below(), flags);
}

int wal_size(sqlite3_file* file, sqlite3_int64* size) {
  WalFile* wal = wal_of(file);
  if (const int code = wal->flush(); code != SQLITE_OK) return code;
  return wal->below()->pMethods->xFileSize(wal->below(), size);
}

int wal_lock(sqlite3_file* file, int level) {
  return wal_of(file)->below()->pMethods->xLock(wal_of(file)->below(), level);
}

int wal_unlock(sqlite3_file* file, int level) {
  return wal_of(file)->below()->pMethods->xUnlock(wal_of(file)->below(), level);
}

int wal_reserved(sqlite3_file* file, int* reserved) {
  return wal_of(file)->below()->pMethods->xCheckReservedLock(wal_of(file)->below(), reserved);
}

int wal_control(sqlite3_file* file, int operation, void* argument) {
  return wal_of(file)->below()->pMethods->xFileControl(wal_of(file)->below(), operation, argument);
}

int wal_sector(sqlite3_file* file) {
  return wal_of(file)->below()->pMethods->xSectorSize(wal_of(file)->below());
}

int wal_device(sqlite3_file* file) {
  return wal_of(file)->below()->pMethods->xDeviceCharacteristics(wal_of(file)->below());
}

// A log has no shared memory and is never mapped: version 1 is all it needs.
sqlite3_io_methods wal_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = wal_close;
  methods.xRead = wal_read;
  methods.xWrite = wal_write;
  methods.xTruncate = wal_truncate;
  methods.xSync = wal_sync;
  methods.xFileSize = wal_size;
  methods.xLock = wal_lock;
  methods.xUnlock = wal_unlock;
  methods.xCheckReservedLock = wal_reserved;
  methods.xFileControl = wal_control;
  methods.xSectorSize = wal_sector;
  methods.xDeviceCharacteristics = wal_device;
  return methods;
}

// Zeros behind what is there. They are a convenience: what fails is left as it is.
void fill(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  const auto wanted = static_cast<sqlite3_int64>(kWalBytes);
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK || size >= wanted) return;
  const std::vector<char> zeros(kLargestWrite);
  for (sqlite3_int64 at = size; at < wanted;) {
    const auto bytes = std::min(wanted - at, static_cast<sqlite3_int64>(zeros.size()));
    if (file->pMethods->xWrite(file, zeros.data(), static_cast<int>(bytes), at) != SQLITE_OK) {
      file->pMethods->xTruncate(file, size);
      return;
    }
    at += bytes;
  }
  file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

int open_wal(sqlite3_vfs* below, const char* name, sqlite3_file* file, int flags, int* out) {
  static const sqlite3_io_methods methods = wal_methods();
  auto* wal = new (static_cast<void*>(file)) WalFile;
  wal->pMethods = nullptr;
  const int code = below->xOpen(below, name, wal->below(), flags, out);
  if (code != SQLITE_OK) {
    if (wal->below()->pMethods != nullptr) wal->below()->pMethods->xClose(wal->below());
    wal->~WalFile();
    return code;
  }
  fill(wal->below());
  wal->pMethods = &methods;
  return SQLITE_OK;
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* below = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const bool ours = (flags & SQLITE_OPEN_WAL) != 0 && (flags & SQLITE_OPEN_READWRITE) != 0;
  if (ours) return open_wal(below, name, file, flags, out);
  return below->xOpen(below, name, file, flags, out);
}

struct Registered {
  std::string base;
  std::string name;
  sqlite3_vfs vfs;
};

}  // namespace

std::string wal_vfs(const std::string& base) {
  static std::mutex mutex;
  static std::list<Registered> all;  // SQLite keeps pointers to them
  const std::lock_guard lock(mutex);
  for (const Registered& one : all) {
    if (one.base == base) return one.name;
  }
  sqlite3_vfs* below = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (below == nullptr) return {};
  Registered& one = all.emplace_back(Registered{base, "weir-wal-" + base, *below});
  one.vfs.zName = one.name.c_str();
  one.vfs.pAppData = below;
  one.vfs.szOsFile = below->szOsFile + static_cast<int>(sizeof(WalFile));
  one.vfs.pNext = nullptr;
  one.vfs.xOpen = open_file;
  sqlite3_vfs_register(&one.vfs, 0);
  return one.name;
}

}  // namespace weir::sqlite
