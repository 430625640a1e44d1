// What was said of tokens whose text was not shown yet.
//
// Belongs to one answer and its I/O thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/event.h"
#include "local_backend/token_stream.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

class TokenReports {
 public:
  // The tokenizer outlives it.
  explicit TokenReports(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  // Control tokens are not kept: they have no text.
  void keep(const TokenPiece& piece);
  void drop() { kept_.clear(); }
  bool empty() const { return kept_.empty(); }

  // All that was kept, which is then forgotten. Views live until the next call.
  std::span<const TokenReport> take();

 private:
  struct Likely {
    std::string bytes;
    float logprob;
  };
  struct Said {
    Likely token;
    std::vector<Likely> top;
  };

  Likely likely(TokenLogprob token) const;

  const Tokenizer& tokenizer_;
  std::vector<Said> kept_;
  std::vector<Said> told_;  // reports_ looks into it
  std::vector<TokenReport> reports_;
  std::vector<std::vector<TokenProbability>> tops_;  // reports_ looks into it
};

}  // namespace weir
