#include "local_backend/grammar/token_masks.h"

#include <algorithm>
#include <map>
#include <span>
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

// All that escapes are made of: plain text that is taken for a string hides nothing else then.
bool has_escapes(const CodePoints& points) {
  constexpr std::string_view kSigns = "\"/\\bfnrtu0123456789ABCDEFacde";
  return std::all_of(kSigns.begin(), kSigns.end(), [&](char sign) {
    const auto code = static_cast<char32_t>(sign);
    return std::any_of(points.begin(), points.end(), [&](const CodePointRange& range) {
      return range.first <= code && code <= range.last;
    });
  });
}

}  // namespace

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
    if (prepared_.contains(language)) return;
    const Prepared& known = prepared(language);
    if (known.points.empty()) return;
    language = machine_.languages().after(language, known.points.front().first);
  }
}

const TokenMasks::Prepared& TokenMasks::prepared(LanguageId language) {
  const auto [found, is_new] = prepared_.try_emplace(language);
  Prepared& known = found->second;
  if (!is_new) return known;
  known.points = machine_.languages().largest_class(language);
  std::size_t size = 0;
  for (const CodePointRange& range : known.points) size += range.last - range.first + 1;
  if (size < kLeastPoints || plain_point(known.points) == 0) return known;
  if (widen_class(language, &known)) return known;
  known.tokens = trie_->tokens_of(known.points);
  follow_class(language, &known);
  return known;
}

// Where characters of several classes may come in any order and number, whatever is left behind
// them, they are as good as one class.
bool TokenMasks::widen_class(LanguageId language, Prepared* prepared) {
  Languages& languages = machine_.languages();
  if (languages.lasting(language, prepared->points).empty()) return false;
  std::map<LanguageId, std::vector<CodePointRange>> classes;
  for (const Derivative& one : languages.derivatives(language)) {
    classes[one.next].push_back({one.first, one.last});
  }
  if (classes.size() > kMostClasses) return false;
  CodePoints points = prepared->points;
  for (const auto& [rest, more] : classes) {
    std::vector<CodePointRange> both = points;
    both.insert(both.end(), more.begin(), more.end());
    CodePoints wider = code_points(std::move(both));
    if (!languages.lasting(language, wider).empty()) points = std::move(wider);
  }
  if (points == prepared->points) return false;
  prepared->tokens = trie_->tokens_of(points);
  prepared->most = kNoLimit;
  prepared->others = prepared->tokens->begun;
  const std::vector<LanguageId> rests = languages.lasting(language, points);
  const bool may_end = languages.has_empty(language);
  prepared->may_end.push_back(may_end);
  for (const LanguageId rest : rests) {
    if (languages.has_empty(rest) != may_end) prepared->may_end.clear();
    for (const Derivative& one : languages.derivatives(rest)) {
      for (const CodePointRange& other : without({one.first, one.last}, points)) {
        prepared->others |= bits_of(other);
      }
    }
  }
  return true;
}

// As far as any token leads.
void TokenMasks::follow_class(LanguageId language, Prepared* prepared) {
  Languages& languages = machine_.languages();
  prepared->most = kNoLimit;
  for (std::size_t n = 0; n <= prepared->tokens->most_begin; ++n) {
    prepared->may_end.push_back(languages.has_empty(language));
    const LanguageId rest = languages.after_all(language, prepared->points);
    const bool stops = rest == Languages::kNothing;
    for (const Derivative& one : languages.derivatives(language)) {
      const CodePointRange range{one.first, one.last};
      const CodePoints others = stops ? CodePoints{range} : without(range, prepared->points);
      for (const CodePointRange& other : others) prepared->others |= bits_of(other);
    }
    if (stops) prepared->most = n;
    if (stops || rest == language) break;
    language = rest;
  }
  prepared->others |= prepared->tokens->begun;
}

AllowedTokens TokenMasks::work_out(StateId state) {
  if (const auto language = machine_.string_rest(state)) {
    if (auto same = without_limits(state, *language)) return *std::move(same);
    const Prepared& known = prepared(*language);
    if (known.tokens != nullptr) return of_class(known, state);
  }
  if (auto several = of_strings(state)) return *std::move(several);
  AllowedTokens allowed;
  allowed.few = walk(trie_->all(), kAll, state);
  if (machine_.may_end(state)) {
    allowed.few.insert(allowed.few.end(), trie_->end_tokens().begin(), trie_->end_tokens().end());
  }
  if (allowed.few.size() <= kFew) {
    std::sort(allowed.few.begin(), allowed.few.end());
    return allowed;
  }
  allowed.set = TokenSet(trie_->tokens());
  for (const TokenId token : std::exchange(allowed.few, {})) allowed.set.add(token);
  return allowed;
}

// Limits that are further than tokens are long make no difference but for the longest of them:
// what may come is the same wherever the text is otherwise as far.
std::optional<AllowedTokens> TokenMasks::without_limits(StateId state, LanguageId language) {
  static_assert(Languages::kFar >= StringTokens::kMostCounted);
  const Widened wide = machine_.languages().widened(language);
  if (wide.language == language) return std::nullopt;
  AllowedTokens allowed = of(machine_.with_string_rest(state, wide.language));
  for (const TokenId token : trie_->strings().longer_than(wide.same)) {
    const bool may_come = allowed.has(token);
    if (may_come && machine_.step(state, trie_->bytes(token)) == Machine::kDead) {
      allowed.remove(token);
    }
  }
  return allowed;
}

// In a string most tokens that may come say nothing but characters of one class: they are known
// together, and only those that have others are walked.
AllowedTokens TokenMasks::of_class(const Prepared& known, StateId state) {
  AllowedTokens allowed;
  allowed.set = known.tokens->whole;
  if (known.most != kNoLimit) trie_->strings().keep_short(known.most, &allowed.set);
  const CharacterBits quotes = known.may_end.empty() ? kNoCharacter : 0;
  add_quoted(known, state, &allowed.set);
  if ((known.others | quotes) == 0) return allowed;
  for (const TokenId token : walk(trie_->all(), known.others | quotes, state)) {
    allowed.set.add(token);
  }
  return allowed;
}

// What may come in one of several strings, such as the names that an object may have next, may come
// in any of them. Those that are made of classes are looked at alone.
std::optional<AllowedTokens> TokenMasks::of_strings(StateId state) {
  std::vector<StateId> others = machine_.strings_apart(state);
  std::vector<StateId> of_classes;
  std::erase_if(others, [&](StateId one) {
    const bool of_class = prepared(*machine_.string_rest(one)).tokens != nullptr;
    if (of_class) of_classes.push_back(one);
    return of_class;
  });
  if (of_classes.empty()) return std::nullopt;
  AllowedTokens allowed;
  allowed.set = TokenSet(trie_->tokens());
  if (!others.empty()) of_classes.push_back(machine_.joined(others));
  for (const StateId one : of_classes) {
    const AllowedTokens& more = of(one);
    for (const TokenId token : more.few) allowed.set.add(token);
    if (more.few.empty()) allowed.set.add(more.set);
  }
  return allowed;
}

// Wherever the string ends, the same comes behind it.
void TokenMasks::add_quoted(const Prepared& known, StateId state, TokenSet* set) {
  const auto end = std::find(known.may_end.begin(), known.may_end.end(), true);
  if (end == known.may_end.end()) return;
  std::string character;
  append_utf8(&character, plain_point(known.points));
  for (auto n = end - known.may_end.begin(); n > 0; --n) state = machine_.step(state, character);
  for (const TokenId token : walk(trie_->quotes(), kAll, state)) {
    const std::size_t count = trie_->strings().characters(token);
    const bool ends = known.may_end[std::min(count, known.may_end.size() - 1)];
    if (ends && count <= known.most && known.tokens->quoted.has(token)) set->add(token);
  }
}

// What a state that is in a string, and stays as it is whatever character of a class comes, does
// not take without a look: nothing of what has none of it needs one.
CharacterBits TokenMasks::impossible_in(StateId state) {
  const auto plain = machine_.plain_rest(state);
  const auto language = plain ? plain : machine_.string_rest(state);
  if (!language) return kAll;
  const auto [found, is_new] =
      (plain ? impossible_plain_ : impossible_).try_emplace(*language, kAll);
  if (is_new) {
    const CodePoints points = machine_.languages().largest_class(*language);
    const bool stays = machine_.languages().after_all(*language, points) == *language;
    if (stays && (!plain || has_escapes(points))) found->second = bits_beyond(points);
  }
  return found->second;
}

// Finds tokens that may come: all of those that have any of the characters that are asked for, and
// maybe others. Until the next walk.
const std::vector<TokenId>& TokenMasks::walk(const ByteTree& tree, CharacterBits asked,
                                             StateId state) {
  constexpr CharacterBits kWhole = ~(kNoCharacter | kBegunUtf8 | kBegunEscape);
  const auto add = [&](std::span<const TokenId> tokens) {
    found_.insert(found_.end(), tokens.begin(), tokens.end());
  };
  found_.clear();
  StateId looked_at = Machine::kDead;
  CharacterBits impossible = kAll;
  way_.assign(1, {0, state, asked});
  while (!way_.empty()) {
    const Way way = way_.back();
    way_.pop_back();
    const std::uint32_t end = tree[way.branch].first + tree[way.branch].count;
    for (std::uint32_t i = tree[way.branch].first; i < end; ++i) {
      const ByteTree::Branch& branch = tree[i];
      if (((branch.here | branch.below) & way.asked) == 0) continue;
      const StateId next = machine_.step(way.state, branch.byte);
      if (next == Machine::kDead) continue;
      add(tree.ending_at(branch));
      if (branch.count == 0) continue;
      const bool met = (branch.here & way.asked & kWhole) != 0;
      if (branch.tokens_end - branch.longer >= kManyTokens && next != looked_at) {
        looked_at = next;
        impossible = impossible_in(next);
      }
      if (next == looked_at && (branch.below & impossible) == 0) {
        add(tree.longer_than(branch));
      } else {
        way_.push_back({i, next, met ? kAll : way.asked});
      }
    }
  }
  return found_;
}

}  // namespace weir::grammar
