#include "local_backend/grammar/answer_mask.h"

#include <algorithm>

namespace weir::grammar {
namespace {

const AllowedTokens& everything() {
  static const AllowedTokens all{.all = true, .few = {}, .set = TokenSet()};
  return all;
}

// At the front.
std::size_t blank_bytes(std::string_view text) {
  return std::min(text.find_first_not_of(" \t\r\n"), text.size());
}

}  // namespace

const AllowedTokens* AnswerMask::without_used_names(const AllowedTokens* allowed) {
  const std::vector<TokenId> forbidden = names_.forbidden(*state_, *allowed);
  if (forbidden.empty()) return allowed;
  fewer_ = *allowed;
  for (const TokenId token : forbidden) fewer_.remove(token);
  return &fewer_;
}

const AllowedTokens& AnswerMask::allowed() {
  if (state_) return *without_used_names(&grammar_->allowed(*state_));
  return owes_ ? grammar_->all_but_ends() : everything();
}

bool AnswerMask::allows(TokenId token) {
  if (ended_) return false;
  const bool is_end = grammar_->is_end(token);
  if (!state_) return !owes_ || !is_end;
  if (is_end) return grammar_->machine().may_end(*state_);
  return grammar_->step(*state_, token) != Machine::kDead &&
         !names_.forbids(*state_, grammar_->bytes(token));
}

void AnswerMask::accept(TokenId token) {
  if (grammar_->is_end(token)) {
    ended_ = true;
    return;
  }
  if (!state_) return look_for_mark(grammar_->bytes(token));
  names_.read(*state_, grammar_->bytes(token));
  state_ = grammar_->step(*state_, token);
  const auto left = grammar_->machine().left(*state_);
  if (!left) return;
  state_.reset();
  if (*left == AnswerRoute::kDone) owes_ = false;
}

// A token may hold the end of a mark and what comes behind it; where that is not what was to
// come, the answer goes on as it likes.
void AnswerMask::look_for_mark(std::string_view bytes) {
  const std::size_t before = said_.size();
  said_ += bytes;
  std::size_t longest = 0;
  for (const Trigger& trigger : route_.triggers) {
    longest = std::max(longest, trigger.mark.size());
    const std::size_t from = before - std::min(before, trigger.mark.size() - 1);
    const std::size_t at = said_.find(trigger.mark, from);
    if (at == std::string::npos || (trigger.at_start && !(all_said_ && at == blank_bytes(said_)))) {
      continue;
    }
    const std::string_view behind = std::string_view(said_).substr(at + trigger.mark.size());
    const StateId state = grammar_->machine().step(trigger.then, behind);
    if (state == Machine::kDead || grammar_->machine().left(state)) continue;
    names_ = UsedNames(*grammar_);
    names_.read(trigger.then, behind);
    state_ = state;
    owes_ = false;
    said_.clear();
    all_said_ = false;
    return;
  }
  if (said_.size() <= 2 * longest + 256) return;
  said_.erase(0, said_.size() - longest);
  all_said_ = false;
}

std::vector<TokenId> AnswerMask::must_follow() {
  return ended_ || !state_ ? std::vector<TokenId>() : grammar_->must_follow(*state_);
}

}  // namespace weir::grammar
