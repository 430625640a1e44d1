#include "local_backend/gguf/prefetch.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>

namespace weir {
namespace {

constexpr std::size_t kPartBytes = std::size_t{16} << 20;
constexpr int kPopulateRead = 22;  // MADV_POPULATE_READ, Linux 5.14; not in older headers

constexpr int kPageOut = 21;  // MADV_PAGEOUT, Linux 5.4; loses nothing of any mapping

// No limit, no such file: as much as can be.
std::uint64_t group_limit() {
  std::uint64_t limit = 0;
  std::ifstream file("/sys/fs/cgroup/memory.max");
  return file >> limit ? limit : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

std::uint64_t usable_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return 0;
  const auto all = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  return std::min(all, group_limit()) / 5 * 4;
}

void release(const std::vector<std::span<const std::byte>>& mapped) {
  for (const auto& piece : mapped) {
    ::madvise(const_cast<std::byte*>(piece.data()), piece.size(), kPageOut);
  }
}

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
