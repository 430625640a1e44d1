// The disk seam: how small files (configuration, keys) are read.
//
// Tests replace it. Thread-safe. The ledger's own seam is SQLite's (LedgerOptions::vfs).
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace weir {

class Disk {
 public:
  virtual ~Disk() = default;

  // The whole file; kNotFound or kTooLarge (above `max_bytes`) or kStorage.
  virtual Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes) = 0;
};

// The operating system's files. Lives for the whole process.
Disk& system_disk();

}  // namespace weir
