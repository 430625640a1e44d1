// Grammars in GBNF, the notation of llama.cpp, as expressions that a machine can follow.
//
//   root ::= "yes" | "no" | list
//   list ::= "[" item ("," item)* "]"
//   item ::= [0-9]+ | list
//
// What is made of regular languages alone is one, and becomes one; what leads back to itself, or to
// a rule that does, stays a rule. Immutable after read().
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/grammar/languages.h"

namespace weir::grammar {

using ExpressionId = std::uint32_t;

struct Expression {
  enum class Kind : std::uint8_t {
    kLanguage,  // `one`: a LanguageId
    kSequence,  // of `parts`
    kEither,    // of `parts`
    kRepeated,  // `one`: an expression, from `least` to `most` times
    kRule,      // `one`: a rule
  };
  Kind kind = Kind::kLanguage;
  std::uint32_t one = Languages::kEmpty;
  std::uint32_t least = 0;
  std::uint32_t most = 0;
  std::vector<ExpressionId> parts{};
};

class GrammarRules {
 public:
  static constexpr std::size_t kMostBytes = 262'144;
  static constexpr std::size_t kMostRules = 1'000;
  static constexpr std::size_t kMostParts = 20'000;  // expressions
  static constexpr int kMostDepth = 100;             // of groups, and of rules within rules
  static constexpr std::uint32_t kMostRepeats = 100'000;

  // kInvalidRequest, with line and column, for what is no grammar, has no rule `root`, begins with
  // itself or has no text; kUnsupportedParameter for tokens of a vocabulary ("<think>").
  static Result<std::unique_ptr<GrammarRules>> read(std::string_view gbnf, Languages& languages);

  ExpressionId root() const { return root_; }
  const Expression& expression(ExpressionId id) const { return expressions_[id]; }
  // What the rule says.
  ExpressionId rule(std::uint32_t rule) const { return rules_[rule]; }

 private:
  friend class RuleMaker;
  GrammarRules() = default;

  std::vector<Expression> expressions_;
  std::vector<ExpressionId> rules_;
  ExpressionId root_ = 0;
};

}  // namespace weir::grammar
