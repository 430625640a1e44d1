#include "local_backend/gguf/prefetch.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace weir {
namespace {

constexpr std::size_t kPartBytes = std::size_t{16} << 20;
constexpr int kPopulateRead = 22;  // MADV_POPULATE_READ, Linux 5.14; not in older headers

std::size_t usable_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return 0;
  return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes) / 5 * 4;
}

}  // namespace

void prefetch(const std::vector<std::span<const std::byte>>& mapped, const WatchLoad& watch) {
  LoadProgress progress;
  for (const auto& piece : mapped) progress.total += piece.size();
  if (progress.total > usable_memory()) return;
  for (const auto& piece : mapped) {
    for (std::size_t at = 0; at < piece.size(); at += kPartBytes) {
      void* part = const_cast<std::byte*>(piece.data() + at);
      const std::size_t size = std::min(kPartBytes, piece.size() - at);
      if (::madvise(part, size, kPopulateRead) != 0) {
        if (errno != EINVAL) return;
        ::madvise(part, size, MADV_WILLNEED);
      }
      progress.done += size;
      if (!watch(progress)) return;
    }
  }
}

}  // namespace weir
