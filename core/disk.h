// The disk seam: how the ledger makes bytes durable and small files are read.
//
// Tests replace it to fail a sync or to fill the disk. Thread-safe.
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

  // Bytes free for this process on the file system of `path`.
  virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
};

// The operating system's files. Lives for the whole process.
Disk& system_disk();

}  // namespace weir
