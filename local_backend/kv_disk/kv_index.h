// Which files there are, how large they are, and who goes first when there are too many.
//
// Of all teams together, as far as one process knows. Not thread-safe: KvDisk locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "local_backend/kv_cache/kv_archive.h"

namespace weir {

class KvIndex {
 public:
  struct File {
    std::size_t team = 0;
    std::uint64_t bytes = 0;
    std::int64_t order = 0;  // the lowest goes first
  };

  // Also in place of what had the name before.
  void add(const KvName& name, File file);
  void remove(const KvName& name);
  void touch(const KvName& name, std::int64_t order);
  bool has(const KvName& name) const { return files_.contains(name); }

  std::uint64_t bytes() const { return bytes_; }
  std::size_t files() const { return files_.size(); }
  std::optional<std::pair<KvName, File>> first() const;  // that goes

 private:
  // A name is as good as random already.
  struct Hash {
    std::size_t operator()(const KvName& name) const {
      std::size_t hash = 0;
      std::memcpy(&hash, name.data(), sizeof hash);
      return hash;
    }
  };

  std::unordered_map<KvName, File, Hash> files_;
  std::set<std::pair<std::int64_t, KvName>> order_;
  std::uint64_t bytes_ = 0;
};

}  // namespace weir
