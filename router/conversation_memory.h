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

#include "core/clock.h"
#include "router/conversation.h"

namespace weir {

class ConversationMemory {
 public:
  explicit ConversationMemory(std::size_t capacity = 100'000) : capacity_(capacity) {}

  struct Place {
    std::string backend;  // empty = unknown
    SteadyTime last{};    // when it answered
  };
  Place last_place(ConversationKey key) const;
  void remember(ConversationKey key, std::string_view backend, SteadyTime now);

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Place> places_;
  std::deque<std::uint64_t> oldest_first_;
};

}  // namespace weir
