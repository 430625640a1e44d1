// Which tokens may come next in a state of a machine. Worked out once for a state and kept, as far
// as there is room.
//
// One thread at a time, as the machine.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "local_backend/grammar/machine.h"
#include "local_backend/grammar/token_trie.h"
#include "local_backend/token_mask.h"

namespace weir::grammar {

class TokenMasks {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  static constexpr std::size_t kFew = 512;

  TokenMasks(Machine& machine, std::shared_ptr<const TokenTrie> trie,
             std::vector<TokenId> end_tokens);

  // Until the next call.
  const AllowedTokens& of(StateId state);
  // Worked out ahead, the classes of characters that a string of this language is made of: a walk
  // that meets them then takes microseconds.
  void prepare(LanguageId language);

 private:
  static constexpr std::size_t kEachBytes = 128;   // of a mask, besides its tokens
  static constexpr std::size_t kLeastPoints = 16;  // of a class that is worth it
  static constexpr int kMostPrepared = 8;          // steps into a language

  struct Prepared {
    std::shared_ptr<const ClassTokens> tokens;  // null: not worth it
    Languages::Run run;
  };

  std::shared_ptr<const ClassTokens> tokens_of(const Languages::Run& run);
  AllowedTokens work_out(StateId state);
  void walk_others(const Prepared& known, StateId state, std::vector<TokenId>* found);
  void walk(const TokenBranches& branches, const TokenChain& chain, StateId state,
            std::vector<TokenId>* found);

  Machine& machine_;
  const std::shared_ptr<const TokenTrie> trie_;
  const std::vector<TokenId> end_tokens_;
  std::unordered_map<StateId, AllowedTokens> known_;
  std::size_t bytes_ = 0;     // of known_
  std::vector<StateId> way_;  // of a walk, by depth
  std::map<LanguageId, Prepared> runs_;
};

}  // namespace weir::grammar
