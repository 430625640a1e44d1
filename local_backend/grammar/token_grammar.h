// What an answer must be, for one vocabulary: a machine, the tokens that may come in each of its
// states, and the ways through it that requests are on.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "local_backend/grammar/machine.h"
#include "local_backend/grammar/token_masks.h"
#include "local_backend/token_mask.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir::grammar {

// Shared by all requests that ask for the same. Once the engine has it, only the engine's thread
// may use it.
class TokenGrammar {
 public:
  static constexpr std::size_t kMostForcedBytes = 256;

  // JSON as a schema asks, its formats too; errors as SchemaGraph::read(), and kInvalidRequest if
  // nothing satisfies it. The tokenizer outlives the grammar.
  static Result<std::shared_ptr<TokenGrammar>> of_schema(std::string_view schema_json,
                                                         const Tokenizer& tokenizer,
                                                         std::shared_ptr<const TokenTrie> trie);

  StateId start() const { return start_; }
  // kDead if the token may not come.
  StateId step(StateId state, TokenId token);
  bool is_end(TokenId token) const { return tokenizer_.vocabulary().ends_answer(token); }
  bool may_end(StateId state) const { return machine_.may_end(state); }
  const AllowedTokens& allowed(StateId state) { return masks_.of(state); }

  // Where the bytes that follow are known, the tokens that the tokenizer makes of them, without
  // the last one, which might have been another with what comes behind it. An end of the answer
  // that must come is among them.
  const std::vector<TokenId>& must_follow(StateId state);

 private:
  TokenGrammar(std::shared_ptr<const ShapeGraph> shapes, const Tokenizer& tokenizer,
               std::shared_ptr<const TokenTrie> trie);
  std::vector<TokenId> forced(StateId state);

  const Tokenizer& tokenizer_;
  const std::shared_ptr<const TokenTrie> trie_;
  Machine machine_;
  TokenMasks masks_;
  StateId start_ = Machine::kDead;
  std::unordered_map<StateId, std::vector<TokenId>> forced_;
};

// One answer's way.
class GrammarMask final : public TokenMask {
 public:
  explicit GrammarMask(std::shared_ptr<TokenGrammar> grammar)
      : grammar_(std::move(grammar)), state_(grammar_->start()) {}

  const AllowedTokens& allowed() override { return grammar_->allowed(state_); }
  bool allows(TokenId token) override;
  void accept(TokenId token) override;
  std::vector<TokenId> must_follow() override;

 private:
  const std::shared_ptr<TokenGrammar> grammar_;
  StateId state_;
  bool ended_ = false;
};

}  // namespace weir::grammar
