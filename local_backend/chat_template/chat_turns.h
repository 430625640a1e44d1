// Conversations as templates demand them.
//
// Pure functions, safe from every thread. No text is lost: what is merged is joined by
// an empty line.
#pragma once

#include <vector>

#include "local_backend/chat_template/chat_template.h"

namespace weir {

inline bool is_system(const ChatTurn& turn) { return turn.role == "system"; }

// System turns at the front become one.
std::vector<ChatTurn> with_one_system(std::vector<ChatTurn> turns);

// All system turns become one at the front, and no two user or assistant turns follow
// each other; a conversation that an assistant opens gets an empty user turn before it.
std::vector<ChatTurn> alternating(std::vector<ChatTurn> turns);

// What turns with calls and thoughts say too becomes the end of their thoughts, as gpt-oss demands.
// Whether there were any.
bool say_in_thoughts(std::vector<ChatTurn>* turns);

// The system turn at the front goes into the user turn behind it.
std::vector<ChatTurn> without_system(std::vector<ChatTurn> turns);

}  // namespace weir
