// Memory for what is read as a whole, weights, keys and values: a few large pieces, in huge pages
// where the system has them (a tenth to a fifth more bandwidth), given out in parts and freed with
// the last part's owner.
//
// Belongs to one thread at a time; the parts to any.
#pragma once

#include <cstddef>
#include <memory>

namespace weir::kernels {

class HugeMemory {
 public:
  // At a multiple of 64 bytes, all zeros. Throws std::bad_alloc.
  std::shared_ptr<std::byte> take(std::size_t bytes);

 private:
  std::shared_ptr<std::byte> piece_;
  std::size_t piece_bytes_ = 0;
  std::size_t used_ = 0;
};

}  // namespace weir::kernels
