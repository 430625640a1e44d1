// Brings a mapped file into memory before it is used, a part at a time, so that somebody can
// watch; or lets it go from there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace weir {

struct LoadProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // bytes
};
using WatchLoad = std::function<bool(LoadProgress)>;  // false: read no further

// Blocks for as long as the disk does and calls `watch` after every part. Does
// nothing if the bytes would fill most of the machine's memory: then they are read
// when they are used. A fault of the disk is left to whoever uses the bytes.
void prefetch(const std::vector<std::span<const std::byte>>& mapped, const WatchLoad& watch);

// Four fifths of what the machine has, or of what the system lets this process have.
std::uint64_t usable_memory();

// What is mapped may leave memory, and is read from the file again when it is used.
void release(const std::vector<std::span<const std::byte>>& mapped);

}  // namespace weir
