#include "local_backend/kv_disk/kv_index.h"

#include <algorithm>

namespace weir {

void KvIndex::add(const KvName& name, File file) {
  remove(name);
  files_.emplace(name, file);
  order_.emplace(file.order, name);
  bytes_ += file.bytes;
}

void KvIndex::remove(const KvName& name) {
  const auto found = files_.find(name);
  if (found == files_.end()) return;
  bytes_ -= found->second.bytes;
  order_.erase({found->second.order, name});
  files_.erase(found);
}

void KvIndex::touch(const KvName& name, std::int64_t order) {
  const auto found = files_.find(name);
  if (found == files_.end() || found->second.order >= order) return;
  order_.erase({found->second.order, name});
  found->second.order = order;
  order_.emplace(order, name);
}

std::optional<std::pair<KvName, KvIndex::File>> KvIndex::first() const {
  if (order_.empty()) return std::nullopt;
  const KvName& name = order_.begin()->second;
  return std::pair(name, files_.at(name));
}

}  // namespace weir
