// A SQLite VFS that passes everything to the system's and fails on command.
#pragma once

#include <atomic>
#include <string>

namespace weir::testing {

enum class Fault { kNone, kSync, kDiskFull, kWrite };

// The name to open a database with. Registered once for the process.
const std::string& fault_vfs();

// Every operation of that kind fails from now on; kNone heals the disk.
void set_fault(Fault fault);

// Syncs and writes that were asked for since the last call.
int take_sync_count();
int take_write_count();

}  // namespace weir::testing
