// Which tokens may come next in a state of a machine. Worked out once for a state and kept, as far
// as there is room.
//
// One thread at a time, as the machine.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "local_backend/grammar/machine.h"
#include "local_backend/grammar/token_trie.h"
#include "local_backend/token_mask.h"

namespace weir::grammar {

class TokenMasks {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  static constexpr std::size_t kFew = 256;

  TokenMasks(Machine& machine, std::shared_ptr<const TokenTrie> trie,
             std::vector<TokenId> end_tokens);

  // Until the next call.
  const AllowedTokens& of(StateId state);
  const std::vector<TokenId>& end_tokens() const { return end_tokens_; }

 private:
  AllowedTokens work_out(StateId state);
  void walk(const TokenBranches& branches, StateId state, TokenSet* set);

  Machine& machine_;
  const std::shared_ptr<const TokenTrie> trie_;
  const std::vector<TokenId> end_tokens_;
  std::unordered_map<StateId, AllowedTokens> known_;
  std::vector<StateId> way_;  // of a walk, by depth
};

}  // namespace weir::grammar
