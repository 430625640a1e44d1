#include "local_backend/grammar/token_masks.h"

#include <bit>
#include <utility>

namespace weir::grammar {
namespace {

std::vector<TokenId> list_of(const TokenSet& set) {
  std::vector<TokenId> list;
  for (std::size_t i = 0; i < set.words().size(); ++i) {
    for (std::uint64_t word = set.words()[i]; word != 0; word &= word - 1) {
      list.push_back(static_cast<TokenId>(64 * i) + std::countr_zero(word));
    }
  }
  return list;
}

}  // namespace

TokenMasks::TokenMasks(Machine& machine, std::shared_ptr<const TokenTrie> trie,
                       std::vector<TokenId> end_tokens)
    : machine_(machine), trie_(std::move(trie)), end_tokens_(std::move(end_tokens)) {}

const AllowedTokens& TokenMasks::of(StateId state) {
  const auto found = known_.find(state);
  if (found != known_.end()) return found->second;
  const std::size_t each = trie_->tokens() / 8 + kFew * sizeof(TokenId);
  if (known_.size() * each > kMostBytes) known_.clear();
  return known_.emplace(state, work_out(state)).first->second;
}

// In a string most tokens are known to stay in it, so only those that leave it are walked.
AllowedTokens TokenMasks::work_out(StateId state) {
  AllowedTokens allowed;
  const std::optional<std::uint32_t> free = machine_.free_characters(state);
  if (free) {
    allowed.set = trie_->staying(*free);
    walk(trie_->leaving(), state, &allowed.set);
  } else {
    allowed.set = TokenSet(trie_->tokens());
    walk(trie_->all(), state, &allowed.set);
  }
  if (machine_.may_end(state)) {
    for (const TokenId token : end_tokens_) allowed.set.add(token);
  }
  if (allowed.set.count() <= kFew) allowed.few = list_of(allowed.set);
  return allowed;
}

void TokenMasks::walk(const TokenBranches& branches, StateId state, TokenSet* set) {
  way_.assign(1, state);
  for (std::size_t i = 0; i < branches.size();) {
    const TokenBranch& branch = branches[i];
    way_.resize(branch.depth);
    const StateId next = machine_.step(way_.back(), branch.byte);
    if (next == Machine::kDead) {
      i += branch.size;
      continue;
    }
    for (TokenId token = branch.token; token >= 0; token = trie_->next_equal(token)) {
      set->add(token);
    }
    way_.push_back(next);
    ++i;
  }
}

}  // namespace weir::grammar
