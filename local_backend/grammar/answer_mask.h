// Holds one answer to a grammar: all of it, or what comes behind some texts.
//
// Belongs to the engine's thread once the request was submitted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/token_grammar.h"
#include "local_backend/grammar/used_names.h"

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

class AnswerMask final : public TokenMask {
 public:
  AnswerMask(std::shared_ptr<TokenGrammar> grammar, AnswerRoute route)
      : grammar_(std::move(grammar)),
        route_(std::move(route)),
        state_(route_.start),
        names_(*grammar_),
        owes_(route_.owes) {}

  const AllowedTokens& allowed() override;
  bool gave_up() const override { return state_ && grammar_->gave_up(); }
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
