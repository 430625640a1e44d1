#include "router/conversation_memory.h"

namespace weir {

ConversationMemory::Place ConversationMemory::last_place(ConversationKey key) const {
  if (key == ConversationKey{}) return {};
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(key.value);
  return found == places_.end() ? Place{} : found->second;
}

void ConversationMemory::remember(ConversationKey key, std::string_view backend, SteadyTime now) {
  if (key == ConversationKey{}) return;
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = places_.try_emplace(key.value);
  entry->second.backend = backend;
  entry->second.last = now;
  if (!is_new) return;
  oldest_first_.push_back(key.value);
  if (oldest_first_.size() <= capacity_) return;
  places_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

}  // namespace weir
