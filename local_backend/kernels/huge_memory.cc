#include "local_backend/kernels/huge_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>

namespace weir::kernels {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kPieceBytes = std::size_t{64} << 20;  // untouched pages cost nothing
constexpr std::size_t kLine = 64;

constexpr std::size_t whole(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

// `bytes` is a multiple of a huge page, and so is the address.
std::shared_ptr<std::byte> map_piece(std::size_t bytes) {
  const std::size_t mapped = bytes + kHugePage;
  void* base = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  const std::shared_ptr<std::byte> all(static_cast<std::byte*>(base),
                                       [mapped](std::byte* from) { ::munmap(from, mapped); });
  const auto address = reinterpret_cast<std::uintptr_t>(base);
  std::byte* first = all.get() + (whole(address, kHugePage) - address);
  ::madvise(first, bytes, MADV_HUGEPAGE);
  return {all, first};
}

}  // namespace

std::shared_ptr<std::byte> HugeMemory::take(std::size_t bytes) {
  const std::size_t wanted = whole(bytes, kLine);
  if (piece_ == nullptr || piece_bytes_ - used_ < wanted) {
    const std::size_t fresh = whole(std::max(wanted, kPieceBytes), kHugePage);
    piece_ = map_piece(fresh);
    piece_bytes_ = fresh;
    used_ = 0;
  }
  std::byte* part = piece_.get() + used_;
  used_ += wanted;
  return {piece_, part};
}

}  // namespace weir::kernels
