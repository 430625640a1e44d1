// Where the turns of a conversation ran last, so that the next one runs there too:
// switching backends throws prompt caches away.
//
// Bounded: the oldest entry goes first. Thread-safe; one lock for a lookup of
// nanoseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "router/conversation.h"

namespace weir {

class ConversationMemory {
 public:
  explicit ConversationMemory(std::size_t capacity = 100'000) : capacity_(capacity) {}

  // The backend's name, or an empty string.
  std::string backend_of(ConversationKey key) const;
  void remember(ConversationKey key, std::string_view backend);

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::string> backends_;
  std::deque<std::uint64_t> oldest_first_;
};

}  // namespace weir
