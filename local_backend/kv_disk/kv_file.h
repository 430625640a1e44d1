// One file of a team: a page of keys and values, sealed with AES-256-GCM (NIST SP 800-38D).
//
//   header, 64 bytes, readable | tokens | page | state | tag, 16 bytes
//
// The tag covers the header, the place and all that follows, so a file is what was written at
// its place under the key of its team, or it is refused: one that was cut, changed, renamed,
// moved from another team, or written by another version. Nothing in it is believed before:
// its size must be what the reader expects. Byte order is that of the machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>

#include "local_backend/kv_cache/kv_archive.h"
#include "local_backend/kv_disk/kv_keys.h"

namespace weir {

// Changes with the format of files and with what the engine's pages look like.
inline constexpr std::uint32_t kKvFileVersion = 1;

std::uint64_t kv_file_bytes(const KvPlace& place, std::size_t page_bytes, std::size_t state_floats);

enum class KvFileProblem : std::uint8_t {
  kNone,
  kMissing,
  kOtherVersion,
  kDamaged,  // not what was written there
  kDisk,     // cannot be read or written; see errno
};

// Puts it into a folder all at once, readable for its owner alone, with `use` as its time of
// change. kNone or kDisk, and then nothing is there.
KvFileProblem write_kv_file(int folder, const std::string& name, const KvKeys& keys,
                            const KvPlace& place, const KvContents& contents, KvUse use);

KvFileProblem read_kv_file(int folder, const std::string& name, const KvKeys& keys,
                           const KvPlace& place, const KvRoom& room);

void touch_kv_file(int folder, const std::string& name, KvUse use);

// When it was used, as one number: the lower one goes first.
std::int64_t order_of(KvUse use);
timespec file_time_of(KvUse use);
std::int64_t order_of(const timespec& file_time);

}  // namespace weir
