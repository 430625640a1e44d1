// A machine and the tokens of one vocabulary that may come in each of its states.
//
// Shared by all requests that ask for the same. Once an engine has it, only the engine's thread
// may use it. The tokenizer outlives it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "local_backend/grammar/machine.h"
#include "local_backend/grammar/token_masks.h"
#include "local_backend/token_mask.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir::grammar {

class TokenGrammar {
 public:
  static constexpr std::size_t kMostForcedBytes = 256;
  static constexpr std::size_t kWornParts = Machine::kMostParts / 4;
  static constexpr std::size_t kWornLanguages = Machine::kMostLanguages / 4;
  // Of languages, for one token: less than 0.1 s, in which nobody else is served.
  static constexpr std::size_t kMostWork = 2'000'000;

  TokenGrammar(const std::shared_ptr<const ShapeGraph>& shapes, const Tokenizer& tokenizer,
               std::shared_ptr<const TokenTrie> trie);

  Machine& machine() { return machine_; }
  // It has grown so large that who comes next should have a new one. Any thread may ask.
  bool worn() const { return worn_.load(std::memory_order_relaxed); }
  // A text of a template, as bytes that lead through the machine: names of control tokens in it
  // are marked as such.
  std::string marked(std::string_view text) const;

  std::string_view bytes(TokenId token) const { return trie_->bytes(token); }
  // kDead if the token may not come.
  StateId step(StateId state, TokenId token);
  // Nothing may come any more: it takes too much work.
  bool gave_up() const { return machine_.is_spent(); }
  const TokenTrie& trie() const { return *trie_; }
  bool is_end(TokenId token) const { return tokenizer_.vocabulary().ends_answer(token); }
  const AllowedTokens& allowed(StateId state);
  // Everything that does not end an answer.
  const AllowedTokens& all_but_ends() const { return trie_->all_but_ends(); }

  // Where the bytes that follow are known, the tokens that the tokenizer makes of them, without
  // the last one, which might have been another with what comes behind it. An end of the answer
  // that must come is among them. Until the next call.
  const std::vector<TokenId>& must_follow(StateId state);

 private:
  std::vector<TokenId> forced(StateId state);
  void note_wear();

  const Tokenizer& tokenizer_;
  const std::shared_ptr<const TokenTrie> trie_;
  Machine machine_;
  TokenMasks masks_;
  std::atomic<bool> worn_ = false;
  std::unordered_map<StateId, std::vector<TokenId>> forced_;
  AllowedTokens none_;
};

}  // namespace weir::grammar
