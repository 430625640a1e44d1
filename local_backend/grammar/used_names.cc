#include "local_backend/grammar/used_names.h"

#include <algorithm>
#include <span>
#include <utility>

namespace weir::grammar {
namespace {

std::uint8_t first_utf8_byte(char32_t code) {
  if (code < 0x80) return static_cast<std::uint8_t>(code);
  if (code < 0x800) return static_cast<std::uint8_t>(0xc0 | (code >> 6));
  if (code < 0x10000) return static_cast<std::uint8_t>(0xe0 | (code >> 12));
  return static_cast<std::uint8_t>(0xf0 | (code >> 18));
}

void add(std::span<const TokenId> more, std::vector<TokenId>* tokens) {
  tokens->insert(tokens->end(), more.begin(), more.end());
}

// Whether any name begins so.
bool any_begins_with(const std::set<std::u32string>& names, const std::u32string& beginning) {
  const auto found = names.lower_bound(beginning);
  return found != names.end() && found->starts_with(beginning);
}

}  // namespace

UsedNames::Reading UsedNames::reading_in(StateId state) const {
  Reading reading = reading_;
  reading.state = state;
  reading.facts = machine_->name_facts(state);
  return reading;
}

UsedNames::Event UsedNames::step(Reading* reading, std::uint8_t byte) const {
  const NameFacts before = reading->facts;
  reading->state = machine_->step(reading->state, byte);
  reading->facts = machine_->name_facts(reading->state);
  if (!before.spelling && reading->facts.spelling) {
    reading->name.clear();
    reading->unfinished = 0;
  }
  if (before.brace_begins_object && byte == '{') return Event::kObjectBegins;
  if (before.brace_ends_object && byte == '}') return Event::kObjectEnds;
  if (!before.spelling) return Event::kNone;
  if (!reading->facts.spelling) return Event::kNameEnds;
  const StringStep step = read_byte(reading->unfinished, byte, *before.spelling);
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
  reading_ = reading_in(state);
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
  if (machine_->names_go_on()) return true;
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
  Reading reading = reading_in(state);
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
  if (!reading.facts.spelling || depth == 0 || depth > known) return false;
  return !has_other_end(reading, objects_[depth - 1]);
}

// Bytes with which the name may end or go on as one of the names does, and maybe others.
UsedNames::ByteSet UsedNames::bytes_along(const Reading& reading, const Names& names) const {
  ByteSet bytes;
  if (reading.unfinished != 0 || reading.facts.spelling == Spelling::kPlain) return bytes.set();
  bytes.set('"').set('\'').set('\\');
  const std::size_t size = reading.name.size();
  auto name = names.lower_bound(reading.name);
  while (name != names.end() && name->starts_with(reading.name)) {
    if (name->size() == size) {
      ++name;
      continue;
    }
    const char32_t next = (*name)[size];
    bytes.set(first_utf8_byte(next));
    name = names.lower_bound(name->substr(0, size) + char32_t{next + 1});
  }
  return bytes;
}

// Within a name: those that end one of the names; where names may run out, those too that only
// follow one.
void UsedNames::add_along_names(StateId state, Tokens* tokens) const {
  const ByteTree& all = grammar_->trie().all();
  const Names& names = objects_.back();
  const bool run_out = !machine_->names_go_on();
  std::vector<std::pair<std::uint32_t, Reading>> way{{0, reading_in(state)}};
  while (!way.empty()) {
    const auto [branch, reading] = std::move(way.back());
    way.pop_back();
    const ByteSet likely = bytes_along(reading, names);
    for (std::uint32_t i = all[branch].first; i < all[branch].first + all[branch].count; ++i) {
      if (!likely[all[i].byte]) continue;
      Reading next = reading;
      const Event event = step(&next, all[i].byte);
      if (next.state == Machine::kDead) continue;
      if (event == Event::kNameEnds) {
        if (!names.contains(next.name)) continue;
        add(all.ending_at(all[i]), &tokens->forbidden);
        add(all.longer_than(all[i]), &tokens->forbidden);
      } else if (any_begins_with(names, next.name)) {
        if (run_out) add(all.ending_at(all[i]), &tokens->doubtful);
        way.emplace_back(i, std::move(next));
      }
    }
  }
}

// Those in which a name may begin as one of the names does; where names never run out, it must
// end there too.
void UsedNames::add_with_names(StateId state, Tokens* tokens) const {
  const TokenTrie& trie = grammar_->trie();
  const bool two_quotes =
      machine_->names_go_on() || reading_.facts.spelling || machine_->string_rest(state);
  for (const QuoteToken& one : two_quotes ? trie.quoting() : trie.opening()) {
    if ((one.behind & firsts_) != 0) tokens->doubtful.push_back(one.token);
  }
}

std::vector<TokenId> UsedNames::forbidden(StateId state, const AllowedTokens& allowed) const {
  if (names_ == 0) return {};
  Tokens tokens;
  if (reading_.facts.spelling && !objects_.empty()) add_along_names(state, &tokens);
  add_with_names(state, &tokens);
  std::erase_if(tokens.forbidden, [&](TokenId token) { return !allowed.has(token); });
  for (const TokenId token : tokens.doubtful) {
    if (allowed.has(token) && forbids(state, grammar_->bytes(token))) {
      tokens.forbidden.push_back(token);
    }
  }
  return std::move(tokens.forbidden);
}

}  // namespace weir::grammar
