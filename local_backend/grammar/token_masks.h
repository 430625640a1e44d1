// Which tokens may come next in a state of a machine. Worked out once for a state and kept, as far
// as there is room.
//
// One thread at a time, as the machine.
#pragma once

#include <memory>
#include <optional>
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

  TokenMasks(Machine& machine, std::shared_ptr<const TokenTrie> trie)
      : machine_(machine), trie_(std::move(trie)) {}

  // Until the next call.
  const AllowedTokens& of(StateId state);
  // Worked out ahead, the classes of characters that a string of this language is made of: a walk
  // that meets them then takes microseconds.
  void prepare(LanguageId language);

 private:
  static constexpr std::size_t kEachBytes = 128;   // of a mask, besides its tokens
  static constexpr std::size_t kLeastPoints = 16;  // of a class that is worth it
  static constexpr int kMostPrepared = 8;          // steps into a language
  static constexpr std::size_t kMostClasses = 8;   // that are tried together
  static constexpr std::size_t kNoLimit = ~std::size_t{0};
  static constexpr CharacterBits kAll = ~CharacterBits{0};
  static constexpr std::size_t kManyTokens = 8;  // that are worth a look at what they say

  // What strings of a language begin with: characters of one class.
  struct Prepared {
    CodePoints points;
    std::shared_ptr<const ClassTokens> tokens;  // null: not worth it
    std::size_t most = 0;                       // characters of the class that may come
    // Behind 0, 1, ... of them; the last: and more. Empty: that depends on which they are.
    std::vector<bool> may_end;
    CharacterBits others = 0;  // which others may come among them
  };

  const Prepared& prepared(LanguageId language);
  void follow_class(LanguageId language, Prepared* prepared);
  bool widen_class(LanguageId language, Prepared* prepared);
  AllowedTokens work_out(StateId state);
  std::optional<AllowedTokens> of_strings(StateId state);
  std::optional<AllowedTokens> without_limits(StateId state, LanguageId language);
  AllowedTokens of_class(const Prepared& known, StateId state);
  void add_quoted(const Prepared& known, StateId state, TokenSet* set);
  const std::vector<TokenId>& walk(const ByteTree& tree, CharacterBits asked, StateId state);
  CharacterBits impossible_in(StateId state);

  Machine& machine_;
  const std::shared_ptr<const TokenTrie> trie_;
  std::unordered_map<StateId, AllowedTokens> known_;
  std::size_t bytes_ = 0;  // of known_
  struct Way {
    std::uint32_t branch;
    StateId state;
    CharacterBits asked;
  };
  std::vector<Way> way_;        // of a walk: branches to come
  std::vector<TokenId> found_;  // by it
  std::unordered_map<LanguageId, Prepared> prepared_;
  std::unordered_map<LanguageId, CharacterBits> impossible_;
  std::unordered_map<LanguageId, CharacterBits> impossible_plain_;
};

}  // namespace weir::grammar
