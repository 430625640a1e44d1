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

bool has_token(const AllowedTokens& allowed, TokenId token) {
  return allowed.set.has(token) || std::ranges::binary_search(allowed.few, token);
}

// Whether any name begins so.
bool any_begins_with(const std::set<std::u32string>& names, const std::u32string& beginning) {
  const auto found = names.lower_bound(beginning);
  return found != names.end() && found->starts_with(beginning);
}

}  // namespace

UsedNames::Event UsedNames::step(Reading* reading, std::uint8_t byte) const {
  const StateId before = reading->state;
  const std::optional<Spelling> spelled = reading->spelling;
  reading->state = machine_->step(before, byte);
  reading->spelling = machine_->free_name(reading->state);
  if (!spelled && reading->spelling) {
    reading->name.clear();
    reading->unfinished = 0;
  }
  if (machine_->begins_object(before, byte)) return Event::kObjectBegins;
  if (machine_->ends_object(before, byte)) return Event::kObjectEnds;
  if (!spelled) return Event::kNone;
  if (!reading->spelling) return Event::kNameEnds;
  const StringStep step = read_byte(reading->unfinished, byte, *spelled);
  reading->unfinished = step.unfinished;
  if (step.kind == StringStep::Kind::kCharacter) reading->name += step.code;
  return Event::kNone;
}

void UsedNames::keep(std::u32string name) {
  const std::size_t bytes = name.size() * sizeof(char32_t);
  if (objects_.empty() || bytes_ + bytes > kMostBytes) return;
  if (names_ == 0) firsts_ = 0;
  firsts_ |= name.empty() ? ~CharacterBits{0} : bit_of(name.front());
  if (!objects_.back().insert(std::move(name)).second) return;
  bytes_ += bytes;
  ++names_;
}

void UsedNames::read(StateId state, std::string_view bytes) {
  reading_.state = state;
  for (const char byte : bytes) {
    const Event event = step(&reading_, static_cast<std::uint8_t>(byte));
    if (event == Event::kObjectBegins) objects_.emplace_back();
    if (event == Event::kNameEnds) keep(reading_.name);
    if (event != Event::kObjectEnds || objects_.empty()) continue;
    for (const std::u32string& name : objects_.back()) bytes_ -= name.size() * sizeof(char32_t);
    names_ -= objects_.back().size();
    objects_.pop_back();
  }
}

// Within a character any byte that it may go on with will do.
bool UsedNames::has_other_end(const Reading& reading, const Names& names) const {
  std::vector<std::u32string> rests;
  for (auto name = names.lower_bound(reading.name);
       name != names.end() && name->starts_with(reading.name); ++name) {
    rests.push_back(name->substr(reading.name.size()));
  }
  if (rests.empty()) return true;
  if (reading.unfinished == 0) return machine_->may_become_other_name(reading.state, rests);
  for (int byte = 0; byte < 256; ++byte) {
    Reading longer = reading;
    step(&longer, static_cast<std::uint8_t>(byte));
    if (longer.state != Machine::kDead && has_other_end(longer, names)) return true;
  }
  return false;
}

// Objects that the bytes begin have no names yet.
bool UsedNames::forbids(StateId state, std::string_view bytes) const {
  if (names_ == 0) return false;
  Reading reading = reading_;
  reading.state = state;
  std::size_t depth = objects_.size();
  std::size_t known = depth;
  for (const char byte : bytes) {
    const Event event = step(&reading, static_cast<std::uint8_t>(byte));
    if (event == Event::kObjectBegins) ++depth;
    if (event == Event::kObjectEnds && depth > 0) --depth;
    known = std::min(known, depth);
    const bool ends = event == Event::kNameEnds && depth > 0 && depth == known;
    if (ends && objects_[depth - 1].contains(reading.name)) return true;
  }
  if (!reading.spelling || depth == 0 || depth > known) return false;
  return !has_other_end(reading, objects_[depth - 1]);
}

// Within a name: those that follow one of the names, and where it ends all that go on from there.
std::vector<TokenId> UsedNames::tokens_along_names(StateId state) const {
  const TokenTrie& trie = grammar_->trie();
  const Names& names = objects_.back();
  std::vector<TokenId> tokens;
  const auto add = [&](TokenId token) {
    for (; token >= 0; token = trie.chain()[static_cast<std::size_t>(token)]) {
      tokens.push_back(token);
    }
  };
  std::vector<Branch> way{{0, reading_}};
  way.front().reading.state = state;
  while (!way.empty()) {
    const Branch at = std::move(way.back());
    way.pop_back();
    const TokenBranch& longer = trie.all()[at.branch];
    for (std::uint32_t i = longer.first; i < longer.first + longer.count; ++i) {
      Branch next{i, at.reading};
      const Event event = step(&next.reading, trie.all()[i].byte);
      if (next.reading.state == Machine::kDead) continue;
      if (!any_begins_with(names, next.reading.name)) continue;
      add(trie.all()[i].token);
      if (event != Event::kNameEnds) {
        way.push_back(std::move(next));
        continue;
      }
      for (std::uint32_t n = trie.all()[i].first; n < trie.all()[i].end; ++n) {
        add(trie.all()[n].token);
      }
    }
  }
  return tokens;
}

// Elsewhere: those in which a name may begin as one of the names does.
std::vector<TokenId> UsedNames::tokens_with_names(StateId state) const {
  const TokenTrie& trie = grammar_->trie();
  std::vector<TokenId> tokens;
  for (const QuoteToken& one : machine_->string_rest(state) ? trie.quoting() : trie.opening()) {
    if ((one.behind & firsts_) != 0) tokens.push_back(one.token);
  }
  return tokens;
}

std::vector<TokenId> UsedNames::forbidden(StateId state, const AllowedTokens& allowed) const {
  if (names_ == 0) return {};
  std::vector<TokenId> tokens =
      reading_.spelling ? tokens_along_names(state) : tokens_with_names(state);
  std::erase_if(tokens, [&](TokenId token) {
    return !has_token(allowed, token) || !forbids(state, grammar_->bytes(token));
  });
  return tokens;
}

const AllowedTokens* AnswerMask::without_used_names(const AllowedTokens* allowed) {
  const std::vector<TokenId> forbidden = names_.forbidden(*state_, *allowed);
  if (forbidden.empty()) return allowed;
  fewer_ = *allowed;
  for (const TokenId token : forbidden) {
    if (fewer_.set.has(token)) fewer_.set.remove(token);
    std::erase(fewer_.few, token);
  }
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
