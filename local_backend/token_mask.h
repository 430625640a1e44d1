// Limits what may come next: the hook for structured output.
//
// The engine's thread calls both functions in turn; nobody else may meanwhile.
#pragma once

#include <span>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

class TokenMask {
 public:
  virtual ~TokenMask() = default;

  // Sets the logits of tokens that may not come next to minus infinity. If none
  // is left the request fails.
  virtual void restrict_next(std::span<float> logits) = 0;

  // This token was chosen.
  virtual void accept(TokenId token) = 0;
};

}  // namespace weir
