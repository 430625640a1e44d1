// Which conversation a request belongs to, so that it can stay on its backend.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/chat.h"

namespace weir {

// 0 = unknown: never sticky.
struct ConversationKey {
  std::uint64_t value = 0;
  friend bool operator==(ConversationKey, ConversationKey) = default;
};

// The session header's value if the client sent one (x-session-id or the like,
// chosen by the caller), else the messages up to and including the first user
// turn, which later turns repeat. Teams never share a key. Not a secure hash:
// it decides where to run, never whether it is allowed.
ConversationKey conversation_key(std::string_view team, const ChatRequest& request,
                                 std::string_view session_header);

}  // namespace weir
