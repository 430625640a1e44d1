// What this machine can do at most, measured now: the sums of products of bytes that its
// processors make and the bytes that they read from memory.
//
// Speeds mean little without both: the second differs by half between one minute and the next
// on a shared machine. Blocking; of one caller at a time.
#pragma once

#include <cstddef>

#include "local_backend/kernels/kernels.h"

namespace weir::kernels {

// Multiplications and additions of bytes a second, from registers, with the instructions of a
// variant and on so many threads: the best of some tries. 0 for scalar. Some 100 ms.
double int8_operations_per_second(const Kernels& kernels, std::size_t threads);

// A buffer in large pages, where the system gives any, that is too large for a cache.
class MemoryProbe {
 public:
  static constexpr std::size_t kBytes = std::size_t{512} << 20;

  // May throw std::bad_alloc.
  MemoryProbe();
  ~MemoryProbe();
  MemoryProbe(const MemoryProbe&) = delete;
  MemoryProbe& operator=(const MemoryProbe&) = delete;

  // Bytes a second that so many threads read together. Some 50 ms.
  double bytes_per_second(std::size_t threads) const;

 private:
  std::byte* bytes_ = nullptr;
};

}  // namespace weir::kernels
