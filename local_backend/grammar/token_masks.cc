#include "local_backend/grammar/token_masks.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/utf8.h"

namespace weir::grammar {

namespace {

// One that a JSON string holds as it is; 0 if there is none.
char32_t plain_point(const CodePoints& points) {
  for (const CodePointRange& range : points) {
    char32_t code = std::max<char32_t>(range.first, ' ');
    while (code <= range.last && (code == '"' || code == '\\')) ++code;
    if (code <= range.last) return code;
  }
  return 0;
}

}  // namespace

TokenMasks::TokenMasks(Machine& machine, std::shared_ptr<const TokenTrie> trie,
                       std::vector<TokenId> end_tokens)
    : machine_(machine),
      trie_(std::move(trie)),
      end_tokens_(std::move(end_tokens)),
      way_(Vocabulary::kMaxTokenBytes + 2) {}

const AllowedTokens& TokenMasks::of(StateId state) {
  const auto found = known_.find(state);
  if (found != known_.end()) return found->second;
  if (bytes_ > kMostBytes) {
    known_.clear();
    bytes_ = 0;
  }
  const AllowedTokens& allowed = known_.emplace(state, work_out(state)).first->second;
  bytes_ += allowed.set.words().size_bytes() + allowed.few.size() * sizeof(TokenId) + kEachBytes;
  return allowed;
}

void TokenMasks::prepare(LanguageId language) {
  for (int i = 0; i < kMostPrepared && language != Languages::kNothing; ++i) {
    if (runs_.contains(language)) return;
    const Languages::Run run =
        machine_.languages().longest_run(language, ClassTokens::kMostCounted + 1);
    runs_[language] = {tokens_of(run), run};
    if (run.points.empty()) return;
    language = machine_.languages().after(language, run.points.front().first);
  }
}

// Null if it is not worth it.
std::shared_ptr<const ClassTokens> TokenMasks::tokens_of(const Languages::Run& run) {
  if (!run.ends && run.length <= ClassTokens::kMostCounted) return nullptr;
  std::size_t points = 0;
  for (const CodePointRange& range : run.points) points += range.last - range.first + 1;
  return points < kLeastPoints || plain_point(run.points) == 0 ? nullptr
                                                               : trie_->tokens_of(run.points);
}

// In a string most tokens that may come say nothing but characters of one class: they are known
// together, and only the others are walked.
AllowedTokens TokenMasks::work_out(StateId state) {
  AllowedTokens allowed;
  if (machine_.may_end(state)) allowed.few = end_tokens_;
  const Prepared* known = nullptr;
  if (const auto language = machine_.string_rest(state)) {
    prepare(*language);
    known = &runs_[*language];
  }
  if (known != nullptr && known->tokens != nullptr) {
    walk_others(*known, state, &allowed.few);
    allowed.set = known->tokens->within[known->run.length];
  } else {
    walk(trie_->all(), trie_->chain(), state, &allowed.few);
    if (allowed.few.size() <= kFew) {
      std::sort(allowed.few.begin(), allowed.few.end());
      return allowed;
    }
    allowed.set = TokenSet(trie_->tokens());
  }
  for (const TokenId token : allowed.few) allowed.set.add(token);
  allowed.few.clear();
  return allowed;
}

// Whatever characters of the class a token begins with, they lead to the same state.
void TokenMasks::walk_others(const Prepared& known, StateId state, std::vector<TokenId>* found) {
  std::string character;
  append_utf8(&character, plain_point(known.run.points));
  const auto& others = known.tokens->others;
  for (std::size_t n = 0; n < others.size() && state != Machine::kDead; ++n) {
    walk(others[n], known.tokens->chain, state, found);
    if (n >= known.run.length && known.run.ends) return;
    state = machine_.step(state, character);
  }
}

void TokenMasks::walk(const TokenBranches& branches, const TokenChain& chain, StateId state,
                      std::vector<TokenId>* found) {
  way_[0] = state;
  for (std::size_t i = 0; i < branches.size();) {
    const TokenBranch& branch = branches[i];
    const StateId before = way_[branch.depth - 1];
    StateId next = machine_.known_steps(before)[branch.byte];
    if (next == Machine::kUnknown) next = machine_.step(before, branch.byte);
    if (next == Machine::kDead) {
      i += branch.size;
      continue;
    }
    way_[branch.depth] = next;
    for (TokenId token = branch.token; token >= 0; token = chain[static_cast<std::size_t>(token)]) {
      found->push_back(token);
    }
    ++i;
  }
}

}  // namespace weir::grammar
