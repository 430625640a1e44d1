#include "router/conversation_memory.h"

namespace weir {

std::string ConversationMemory::backend_of(ConversationKey key) const {
  if (key == ConversationKey{}) return {};
  const std::lock_guard lock(mutex_);
  const auto found = backends_.find(key.value);
  return found == backends_.end() ? std::string() : found->second;
}

void ConversationMemory::remember(ConversationKey key, std::string_view backend) {
  if (key == ConversationKey{}) return;
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = backends_.try_emplace(key.value, backend);
  if (!is_new) {
    entry->second = backend;
    return;
  }
  oldest_first_.push_back(key.value);
  if (oldest_first_.size() <= capacity_) return;
  backends_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

}  // namespace weir
