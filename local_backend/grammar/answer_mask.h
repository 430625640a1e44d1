// Holds one answer to a grammar: all of it, or what comes behind some texts.
//
// Belongs to the engine's thread once the request was submitted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/token_grammar.h"

namespace weir::grammar {

// Where an answer may say what it likes, until it says `mark`, as TokenGrammar::marked() has it.
struct Trigger {
  std::string mark;
  StateId then = Machine::kDead;
  bool at_start = false;  // counts as the first thing that the answer says, and nowhere else
};

struct AnswerRoute {
  // How a machine is left (Machine::leave()): either way the answer says what it likes then.
  enum Leave : std::uint32_t { kDone, kThinks };

  std::optional<StateId> start;  // unset: what it likes
  std::vector<Trigger> triggers;
  bool owes = false;  // until a trigger was met, or a machine was left as kDone, it cannot end
};

// The names that the open objects of one answer have, where their schema leaves names free: none
// may come twice. Names of objects without any that are free are the machine's business, and those
// of a call's arguments that are no object are not looked at.
//
// It keeps kMostBytes of them at most, which is more than most contexts hold; a name beyond may
// come again. What was closed is forgotten. The machine outlives it.
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
  enum class Event : std::uint8_t { kNone, kObjectBegins, kObjectEnds, kNameEnds };
  // The name that is being read.
  struct Reading {
    StateId state = Machine::kDead;
    std::optional<Spelling> spelling = std::nullopt;  // unset: none
    Unfinished unfinished = 0;
    std::u32string name{};
  };
  struct Branch {
    std::uint32_t branch;
    Reading reading;
  };

  Event step(Reading* reading, std::uint8_t byte) const;
  void keep(std::u32string name);
  bool has_other_end(const Reading& reading, const Names& names) const;
  std::vector<TokenId> tokens_along_names(StateId state) const;
  std::vector<TokenId> tokens_with_names(StateId state) const;

  TokenGrammar* grammar_;
  Machine* machine_;
  std::vector<Names> objects_;  // those that are open
  std::size_t names_ = 0;       // in all of them
  std::size_t bytes_ = 0;
  CharacterBits firsts_ = 0;  // characters that any of them begins with, and maybe others
  Reading reading_;
};

class AnswerMask final : public TokenMask {
 public:
  AnswerMask(std::shared_ptr<TokenGrammar> grammar, AnswerRoute route)
      : grammar_(std::move(grammar)),
        route_(std::move(route)),
        state_(route_.start),
        names_(*grammar_),
        owes_(route_.owes) {}

  const AllowedTokens& allowed() override;
  bool allows(TokenId token) override;
  void accept(TokenId token) override;
  std::vector<TokenId> must_follow() override;

 private:
  void look_for_mark(std::string_view bytes);
  const AllowedTokens* without_used_names(const AllowedTokens* allowed);

  const std::shared_ptr<TokenGrammar> grammar_;
  const AnswerRoute route_;
  std::optional<StateId> state_;  // unset: it says what it likes
  UsedNames names_;
  AllowedTokens fewer_;   // of allowed(), where names leave fewer tokens than the state does
  std::string said_;      // then: the end of it
  bool all_said_ = true;  // it is all that the answer said so far
  bool owes_;
  bool ended_ = false;
};

}  // namespace weir::grammar
