// Steps 4 and 5 of a request's life, from policy to decision: the same for a real
// request and for POST /admin/explain.
#pragma once

#include <optional>
#include <string>

#include "core/chat.h"
#include "core/clock.h"
#include "core/result.h"
#include "policies/limit_book.h"
#include "policies/ruling.h"
#include "router/conversation.h"
#include "router/conversation_memory.h"
#include "router/decision.h"
#include "router/experience.h"
#include "router/features.h"
#include "router/http/request.h"
#include "router/snapshot.h"

namespace weir {

// What is asked, and what the house knows. All of it outlives the deliberation.
struct Question {
  const Snapshot& snapshot;
  const Identity& who;
  const RequestHead& head;
  const ChatRequest& request;
  const Clock& clock;
  const ConversationMemory& conversations;
  const Experience& experience;
  const LimitHold& limits;
};

struct Deliberation {
  Ruling ruling;
  ConversationKey conversation;
  std::optional<Features> features;  // of an auto request
  double score = 0;
  Result<Decision> decision;
  std::string explanation;  // open: close_explanation() ends it; empty when one place was named
};

// Fails when policy refuses the request before any backend is looked at; a decision
// that found no place is an error within.
Result<Deliberation> deliberate(const Question& question);

}  // namespace weir
