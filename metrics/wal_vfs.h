// How SQLite's write-ahead log reaches the disk: one write a commit, into space
// that is there already.
//
// SQLite writes every page of a commit in two calls, and a file that grows makes
// each sync write its inode too. This VFS stands on another one and changes the
// log alone: writes that follow each other are gathered until the sync (or a read,
// or any other call) and the file is filled with zeros up to `kWalBytes` when it is
// opened. SQLite takes zeros for an empty log: a frame counts by its checksum.
// With synchronous=FULL the sync comes before a commit counts, so nobody is told
// of what is still gathered.
//
// Failure: a gathered write that fails is reported by the call that caused it,
// which makes that commit fail. Without room for the zeros the file grows as it
// would have.
//
// One connection writes; its thread alone touches what is gathered.
#pragma once

#include <cstddef>
#include <string>

namespace weir::sqlite {

// 4,000 pages with their headers, which is when the ledger moves them into the
// database and starts the log over.
inline constexpr std::size_t kWalBytes = std::size_t{4'000} * (4'096 + 24) + 32;

// The name of this VFS above `base` (empty = the system's), registered on first
// use. Thread-safe. Empty when `base` does not exist.
std::string wal_vfs(const std::string& base);

}  // namespace weir::sqlite
