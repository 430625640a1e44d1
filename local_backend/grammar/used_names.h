// The names that the open objects of one answer have, where their schema leaves names free: none
// may come twice.
//
// Names of objects without any that are free are the machine's business, and those of a call's
// arguments that are no object are not looked at.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/token_grammar.h"

namespace weir::grammar {

// It keeps kMostBytes of names at most, which is more than most contexts hold; a name beyond may
// come again. What was closed is forgotten. The grammar outlives it, and it belongs to its thread.
class UsedNames {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;

  explicit UsedNames(TokenGrammar& grammar) : grammar_(&grammar), machine_(&grammar.machine()) {}

  // The machine reads the bytes in this state.
  void read(StateId state, std::string_view bytes);
  // Whether they, which the machine takes in this state, say a name again, or begin one that can
  // only become such.
  bool forbids(StateId state, std::string_view bytes) const;
  // Those of the tokens that may come which forbids() holds for.
  std::vector<TokenId> forbidden(StateId state, const AllowedTokens& allowed) const;

 private:
  using Names = std::set<std::u32string>;
  using ByteSet = std::bitset<256>;
  enum class Event : std::uint8_t { kNone, kObjectBegins, kObjectEnds, kNameEnds };
  // The name that is being read.
  struct Reading {
    StateId state = Machine::kDead;
    NameFacts facts{};
    Unfinished unfinished = 0;
    std::u32string name{};
  };
  struct Tokens {
    std::vector<TokenId> forbidden;  // of those that may come
    std::vector<TokenId> doubtful;
  };

  Reading reading_in(StateId state) const;
  Event step(Reading* reading, std::uint8_t byte) const;
  void keep(std::u32string name);
  bool has_other_end(const Reading& reading, const Names& names) const;
  ByteSet bytes_along(const Reading& reading, const Names& names) const;
  void add_along_names(StateId state, Tokens* tokens) const;
  void add_with_names(StateId state, Tokens* tokens) const;

  TokenGrammar* grammar_;
  Machine* machine_;
  std::vector<Names> objects_;  // those that are open
  std::size_t names_ = 0;       // in all of them
  std::size_t bytes_ = 0;
  CharacterBits firsts_ = 0;  // characters that any of them begins with, and maybe others
  Reading reading_;
};

}  // namespace weir::grammar
