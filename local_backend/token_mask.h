// Limits what may come next: the hook for structured output.
//
// The engine's thread calls the functions in turn; nobody else may meanwhile.
#pragma once

#include <algorithm>
#include <vector>

#include "local_backend/tokenizer/prompt.h"
#include "local_backend/tokenizer/token_set.h"

namespace weir {

// What may come next.
struct AllowedTokens {
  // Not where all may.
  bool has(TokenId token) const {
    return set.has(token) || std::binary_search(few.begin(), few.end(), token);
  }
  void remove(TokenId token) {
    std::erase(few, token);
    if (set.has(token)) set.remove(token);
  }

  bool all = false;          // any; the rest says nothing then
  std::vector<TokenId> few;  // all of them, growing; empty if there are many
  TokenSet set;              // then: a bit for each
};

class TokenMask {
 public:
  virtual ~TokenMask() = default;

  // Until the next accept(). If the model can choose none of them the request fails.
  virtual const AllowedTokens& allowed() = 0;
  // It has none because keeping to what was asked takes too much work.
  virtual bool gave_up() const { return false; }
  // Whether allowed() has it.
  virtual bool allows(TokenId token) = 0;

  // This token was chosen, or is one of must_follow().
  virtual void accept(TokenId token) = 0;

  // What will come next whatever the model says: the engine need not ask it. Each is then
  // accepted, in their order.
  virtual std::vector<TokenId> must_follow() { return {}; }
};

}  // namespace weir
