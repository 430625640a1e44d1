#include "local_backend/grammar/machine.h"

#include <algorithm>
#include <utility>

namespace weir::grammar {
namespace {

bool is_white(std::uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

}  // namespace

std::uint32_t Machine::one_more(std::uint32_t count, SizeLimits limits, std::size_t told_apart) {
  if (limits.most != Languages::kNoLimit) return count + 1;
  const auto enough = std::max(limits.least, static_cast<std::uint32_t>(told_apart));
  return std::min(count + 1, enough);
}

Machine::Machine(std::shared_ptr<const ShapeGraph> shapes, Layout layout)
    : shapes_(std::move(shapes)), languages_(shapes_->languages()), layout_(layout) {
  place(Kind::kEnd, 0);
  intern(&stepped_);
  names_.id_of({});
}

PlaceId Machine::place(Kind kind, PlaceId next, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return places_.id_of(Place{static_cast<std::uint32_t>(kind), a, b, c, next});
}

PlaceId Machine::text(std::string_view bytes, PlaceId next) {
  const auto [found, is_new] =
      text_ids_.try_emplace(std::string(bytes), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(bytes);
  return bytes.empty() ? next : place(Kind::kText, next, found->second);
}

PlaceId Machine::value(GoalId goal, PlaceId next) { return place(Kind::kValue, next, goal); }

PlaceId Machine::plain(LanguageId language, PlaceId next) {
  return place(Kind::kPlain, next, language);
}

PlaceId Machine::string(LanguageId language, PlaceId next) {
  return text("\"", place(Kind::kString, next, language));
}

PlaceId Machine::white_space(PlaceId next) { return place(Kind::kGap, next, 0); }

PlaceId Machine::one_of(std::vector<PlaceId> places) {
  std::sort(places.begin(), places.end());
  return place(Kind::kChoice, 0, choices_.id_of(places));
}

PlaceId Machine::gap(PlaceId next) { return white_space(next); }

StateId Machine::intern(Places* places) {
  std::sort(places->begin(), places->end());
  places->erase(std::unique(places->begin(), places->end()), places->end());
  const bool may_end = !places->empty() && places->front() == kEnd;
  const StateId id = places_of_.id_of(*places);
  if (id == states_.size()) states_.push_back({may_end});
  return id;
}

StateId Machine::state(PlaceId place) {
  Places places;
  opened_rules_.clear();
  open(layout_ == Layout::kAny ? gap(place) : place, &places);
  return intern(&places);
}

// Null for a state of one byte.
Machine::Steps* Machine::steps_of(StateId state) {
  State& at = states_[state];
  if (at.next != nullptr || at.has_one) return at.next.get();
  auto steps = std::make_unique<Steps>();
  const Words places = places_of_[state];
  for (const PlaceId id : places) mark_live(id, steps.get());
  if (std::count(steps->begin(), steps->end(), kUnknown) == 1) {
    at.has_one = true;
    at.byte = static_cast<std::uint8_t>(std::find(steps->begin(), steps->end(), kUnknown) -
                                        steps->begin());
    return nullptr;
  }
  if (++tables_ > kMostTables) {
    for (State& other : states_) other.next.reset();
    tables_ = 1;
  }
  at.next = std::move(steps);
  return at.next.get();
}

StateId Machine::first_step(StateId state, std::uint8_t byte) {
  const Steps* const known = steps_of(state);
  const bool dead = known == nullptr ? byte != states_[state].byte : (*known)[byte] == kDead;
  if (dead) return kDead;
  const StateId next = work_out(state, byte);
  if (states_[state].has_one) return states_[state].behind = next;
  Steps& steps = *steps_of(state);
  steps[byte] = next;
  fill_alike(state, byte, &steps);
  return next;
}

StateId Machine::step(StateId state, std::string_view bytes) {
  for (const char byte : bytes) state = step(state, static_cast<std::uint8_t>(byte));
  return state;
}

StateId Machine::work_out(StateId state, std::uint8_t byte) {
  if (is_spent()) return kDead;
  stepped_.clear();
  opened_rules_.clear();
  for (const PlaceId id : places_of_[state]) step_place(id, byte, &stepped_);
  return stepped_.empty() ? kDead : intern(&stepped_);
}

// Adds the places that wait for a byte, or for the end, where `id` stands.
void Machine::open(PlaceId id, Places* out) {
  const Place at = place_at(id);
  const auto kind = kind_of(at);
  switch (kind) {
    case Kind::kText:
      if (at[2] == texts_[at[1]].size()) return open(at[4], out);
      break;
    case Kind::kPlain:
      if (at[2] == 0 && languages_.has_empty(at[1])) open(at[4], out);
      if (at[1] == Languages::kEmpty) return;
      break;
    case Kind::kGap:
    case Kind::kColonGap: open(at[4], out); break;
    case Kind::kBehindName: return open(behind_name(at), out);
    case Kind::kChoice:
      for (const PlaceId one : choices_[at[1]]) open(one, out);
      return;
    case Kind::kValue:
    case Kind::kFirstItem:
    case Kind::kNextItem:
    case Kind::kFirstName:
    case Kind::kNextName:
    case Kind::kFirstArgument:
    case Kind::kNextArgument: return open_known(id, at, out);
    case Kind::kName:
      if (shapes_->object(at[1]).notation != Notation::kJson) return open_other_names(at, out);
      break;
    case Kind::kLater: return open(led_[at[1]], out);
    case Kind::kRule:
    case Kind::kRepeated: return open_rule(id, at, out);
    default: break;
  }
  out->push_back(id);
}

// Many states lead there, each with another indent before it.
void Machine::open_known(PlaceId id, const Place& at, Places* out) {
  auto found = opened_.find(id);
  if (found == opened_.end()) {
    Places places;
    const auto kind = kind_of(at);
    if (kind == Kind::kValue) {
      open_value(at[1], at[4], &places);
    } else if (kind == Kind::kFirstItem || kind == Kind::kNextItem) {
      open_items(kind, at, &places);
    } else if (kind == Kind::kFirstArgument || kind == Kind::kNextArgument) {
      open_arguments(kind, at, &places);
    } else {
      open_names(kind, at, &places);
    }
    found = opened_.emplace(id, std::move(places)).first;
  }
  out->insert(out->end(), found->second.begin(), found->second.end());
}

void Machine::open_value(GoalId goal, PlaceId next, Places* out) {
  const Shapes& shapes = shapes_->shapes(goal);
  if (shapes.bare != Languages::kNothing) open(plain(shapes.bare, next), out);
  if (shapes.text != Languages::kNothing) open_text(shapes.notation, shapes.text, next, out);
  for (const std::uint32_t shape : shapes.arrays)
    out->push_back(place(Kind::kOpenArray, next, shape));
  for (const std::uint32_t shape : shapes.objects) {
    out->push_back(place(Kind::kOpenObject, next, shape));
  }
}

std::optional<GoalId> Machine::item_goal(const ArrayShape& shape, std::uint32_t index) const {
  if (index >= shape.count.most) return std::nullopt;
  return index < shape.prefix.size() ? shape.prefix[index] : shape.rest;
}

void Machine::open_items(Kind kind, const Place& at, Places* out) {
  const ArrayShape& shape = shapes_->array(at[1]);
  const std::uint32_t count = kind == Kind::kFirstItem ? 0 : at[2];
  const PlaceId close = text("]", at[4]);
  if (count >= shape.count.least) open(kind == Kind::kFirstItem ? close : gap(close), out);
  const auto goal = item_goal(shape, count);
  if (!goal) return;
  const std::uint32_t more = one_more(count, shape.count, shape.prefix.size());
  const PlaceId item = value(*goal, place(Kind::kNextItem, at[4], at[1], more));
  if (kind == Kind::kFirstItem) return open(item, out);
  const PlaceId comma = text(",", gap(item));
  open(layout_ == Layout::kAny ? gap(comma) : comma, out);
}

void Machine::open_names(Kind kind, const Place& at, Places* out) {
  const ObjectShape& shape = shapes_->object(at[1]);
  const PlaceId close = text("}", at[4]);
  const bool first = kind == Kind::kFirstName;
  if (may_close(shape, at[2], at[3])) open(first ? close : gap(close), out);
  if (!may_go_on(shape, at[2], at[3])) return;
  const PlaceId name = place(Kind::kName, at[4], at[1], at[2], at[3]);
  if (first) return open(name, out);
  const PlaceId comma = text(",", gap(name));
  open(layout_ == Layout::kAny ? gap(comma) : comma, out);
}

// Which bytes are worth a step: all that may follow, and some that may not.
void Machine::mark_live(PlaceId id, Steps* steps) {
  const Place at = place_at(id);
  const auto mark = [steps](std::string_view bytes) {
    for (const char byte : bytes) (*steps)[static_cast<std::uint8_t>(byte)] = kUnknown;
  };
  switch (kind_of(at)) {
    case Kind::kText: return mark(std::string_view(texts_[at[1]]).substr(at[2], 1));
    case Kind::kPlain:
    case Kind::kString: return mark_live_characters(at, steps);
    case Kind::kTail:
      return void(std::fill(steps->begin() + 0x80, steps->begin() + 0xc0, kUnknown));
    case Kind::kGap:
    case Kind::kColonGap: return mark(" \n\t\r");
    case Kind::kOpenArray: return mark("[");
    case Kind::kOpenObject: return mark("{");
    case Kind::kName: return mark("\"");
    case Kind::kEnd: return;
    case Kind::kBegunName: {
      const NamesByByte& names = names_by_byte(at);
      for (std::size_t byte = 0; byte < names.size(); ++byte) {
        if (!names[byte].empty()) (*steps)[byte] = kUnknown;
      }
      return;
    }
    default: steps->fill(kUnknown);
  }
}

void Machine::mark_live_characters(const Place& at, Steps* steps) {
  const auto mark = [steps](std::size_t first, std::size_t last) {
    for (std::size_t byte = first; byte <= last; ++byte) (*steps)[byte] = kUnknown;
  };
  if (at[2] != 0) return is_begun_utf8(at[2]) ? mark(0x80, 0xbf) : mark('"', 'u');
  const bool quoted = kind_of(at) == Kind::kString;
  for (const Derivative& one : languages_.derivatives(at[1])) {
    if (one.first < 0x80) mark(one.first, std::min<char32_t>(one.last, 0x7f));
    if (one.last >= 0x80) mark(0xc2, 0xf4);
    if (quoted && may_need_escape(one)) mark('\\', '\\');
  }
  if (quoted && languages_.has_empty(at[1])) mark('"', '"');
  if (at[3] == 0) return;  // else a string of Python
  mark('\'', '\'');
  mark('\\', '\\');
}

// Characters of ASCII that lead to the same rest lead to the same state.
void Machine::fill_alike(StateId state, std::uint8_t byte, Steps* steps) {
  const Words places = places_of_[state];
  if (places.size() != 1 || byte >= 0x80) return;
  const Place at = place_at(places.front());
  const bool plain = kind_of(at) == Kind::kPlain;
  const auto is_own = [plain](char32_t code) {
    return plain || (code >= ' ' && code != '"' && code != '\'' && code != '\\');
  };
  if ((!plain && kind_of(at) != Kind::kString) || at[2] != 0 || !is_own(byte)) return;
  const LanguageId rest = languages_.after(at[1], byte);
  for (const Derivative& one : languages_.derivatives(at[1])) {
    if (one.next != rest) continue;
    for (char32_t code = one.first; code <= one.last && code < 0x80; ++code) {
      if (is_own(code)) (*steps)[code] = (*steps)[byte];
    }
  }
}

// Names.

bool Machine::is_closed(std::uint32_t names, std::size_t index) const {
  const Words words = names_[names];
  return index / 32 < words.size() && (words[index / 32] >> (index % 32) & 1) != 0;
}

// A required one must come before it.
bool Machine::comes_too_early(const ObjectShape& shape, std::uint32_t names,
                              std::optional<std::size_t> index) const {
  if (layout_ == Layout::kAny) return false;
  const auto list = index ? shape.named[*index].list : std::nullopt;
  const std::size_t end = list ? *index : shape.named.size();
  for (std::size_t i = 0; i < end; ++i) {
    const NamedProperty& other = shape.named[i];
    const bool before = list ? other.list == list : other.list.has_value();
    if (before && other.required && !is_closed(names, i)) return true;
  }
  return false;
}

// Behind the property `index`, or behind one of free name.
std::uint32_t Machine::names_after(const ObjectShape& shape, std::uint32_t names,
                                   std::optional<std::size_t> index) {
  std::vector<std::uint32_t> words(names_[names].begin(), names_[names].end());
  words.resize((shape.named.size() + 31) / 32);
  const auto list = index ? shape.named[*index].list : std::nullopt;
  for (std::size_t i = 0; i < shape.named.size(); ++i) {
    const NamedProperty& other = shape.named[i];
    const bool passed = list ? other.list == list && i < *index : other.list.has_value();
    const bool closed = i == index || (layout_ == Layout::kWritten && passed);
    if (closed) words[i / 32] |= 1u << (i % 32);
  }
  while (!words.empty() && words.back() == 0) words.pop_back();
  return names_.id_of(words);
}

bool Machine::can_finish(const ObjectShape& shape, std::uint32_t names, std::uint32_t count) const {
  std::uint64_t required = count;
  std::uint64_t available = count;
  for (std::size_t i = 0; i < shape.named.size(); ++i) {
    if (is_closed(names, i)) continue;
    ++available;
    if (shape.named[i].required) ++required;
  }
  return required <= shape.count.most && (!shape.free.empty() || available >= shape.count.least);
}

bool Machine::may_close(const ObjectShape& shape, std::uint32_t names, std::uint32_t count) const {
  if (count < shape.count.least) return false;
  for (std::size_t i = 0; i < shape.named.size(); ++i) {
    if (shape.named[i].required && !is_closed(names, i)) return false;
  }
  return true;
}

bool Machine::may_choose(const ObjectShape& shape, std::uint32_t names, std::uint32_t count,
                         std::optional<std::size_t> index) {
  if (count >= shape.count.most || (index && is_closed(names, *index))) return false;
  if (comes_too_early(shape, names, index)) return false;
  const bool any_count = shape.count.least == 0 && shape.count.most == Languages::kNoLimit;
  return any_count ||
         can_finish(shape, names_after(shape, names, index), one_more(count, shape.count, 0));
}

bool Machine::may_go_on(const ObjectShape& shape, std::uint32_t names, std::uint32_t count) {
  for (std::size_t i = 0; i < shape.named.size(); ++i) {
    if (may_choose(shape, names, count, i)) return true;
  }
  return !shape.free.empty() && may_choose(shape, names, count, std::nullopt);
}

std::vector<Machine::NameChoice> Machine::name_choices(const Place& at) {
  const ObjectShape& shape = shapes_->object(at[1]);
  std::vector<NameChoice> choices;
  const auto named = static_cast<std::uint32_t>(shape.named.size());
  for (std::uint32_t i = 0; i < named; ++i) {
    if (may_choose(shape, at[2], at[3], i)) choices.push_back({shape.named[i].language, i});
  }
  if (shape.free.empty() || !may_choose(shape, at[2], at[3], std::nullopt)) return choices;
  for (std::uint32_t i = 0; i < shape.free.size(); ++i) {
    choices.push_back({shape.free[i].names, named + i});
  }
  return choices;
}

// In the string of this name. What comes behind it is worked out where it ends.
PlaceId Machine::name_place(const Place& at, const NameChoice& choice) {
  return place(Kind::kString, after_name(at, choice), choice.name);
}

PlaceId Machine::after_name(const Place& at, const NameChoice& choice) {
  Place behind = at;
  behind[0] = static_cast<std::uint32_t>(Kind::kBehindName) | choice.which << 8;
  return places_.id_of(behind);
}

PlaceId Machine::behind_name(const Place& at) {
  const ObjectShape& shape = shapes_->object(at[1]);
  const std::size_t which = at[0] >> 8;
  const bool is_named = which < shape.named.size();
  const auto index = is_named ? std::optional(which) : std::nullopt;
  const GoalId goal =
      is_named ? shape.named[which].goal : shape.free[which - shape.named.size()].goal;
  const PlaceId rest = place(Kind::kNextName, at[4], at[1], names_after(shape, at[2], index),
                             one_more(at[3], shape.count, 0));
  const PlaceId colon = text(":", place(Kind::kColonGap, value(goal, rest)));
  return layout_ == Layout::kAny ? gap(colon) : colon;
}

// Of many names only those get places that begin as the text does.
void Machine::open_name(const Place& at, Places* out) {
  const std::vector<NameChoice> choices = name_choices(at);
  if (choices.size() > kFewNames) {
    out->push_back(place(Kind::kBegunName, at[4], at[1], at[2], at[3]));
    return;
  }
  for (const NameChoice& choice : choices) out->push_back(name_place(at, choice));
}

const Machine::NamesByByte& Machine::names_by_byte(const Place& at) {
  const auto known = names_by_byte_.find(at);
  if (known != names_by_byte_.end()) return known->second;
  if (names_by_byte_.size() >= kMostNamesByByte) names_by_byte_.clear();
  NamesByByte& names = names_by_byte_[at];
  for (const NameChoice& choice : name_choices(at)) {
    Steps steps{};
    mark_live_characters({static_cast<std::uint32_t>(Kind::kString), choice.name}, &steps);
    for (std::size_t byte = 0; byte < names.size(); ++byte) {
      if (steps[byte] == kUnknown) names[byte].push_back(choice);
    }
  }
  return names;
}

void Machine::step_begun_name(const Place& at, std::uint8_t byte, Places* out) {
  const StringStep step = read_byte(0, byte, spelling());
  for (const NameChoice& choice : names_by_byte(at)[byte]) {
    if (takes(choice.name, step)) step_place(name_place(at, choice), byte, out);
  }
}

// Bytes.

void Machine::step_place(PlaceId id, std::uint8_t byte, Places* out) {
  const Place at = place_at(id);
  switch (kind_of(at)) {
    case Kind::kText: return step_text(at, byte, out);
    case Kind::kPlain:
    case Kind::kString: return step_characters(at, byte, out);
    case Kind::kTail: return step_tail(at, byte, out);
    case Kind::kGap:
    case Kind::kColonGap: return step_gap(at, byte, out);
    case Kind::kOpenArray:
      if (byte == '[') open(gap(place(Kind::kFirstItem, at[4], at[1])), out);
      return;
    case Kind::kOpenObject:
      if (byte == '{') open(gap(place(Kind::kFirstName, at[4], at[1])), out);
      return;
    case Kind::kName:
      if (byte == '"') open_name(at, out);
      return;
    case Kind::kBegunName: return step_begun_name(at, byte, out);
    case Kind::kLeave: return out->push_back(id);  // what shares a token with the end
    default: return;
  }
}

void Machine::step_text(const Place& at, std::uint8_t byte, Places* out) {
  const std::string& text = texts_[at[1]];
  if (static_cast<std::uint8_t>(text[at[2]]) != byte) return;
  open(place(Kind::kText, at[4], at[1], at[2] + 1), out);
}

void Machine::step_characters(const Place& at, std::uint8_t byte, Places* out) {
  const auto kind = kind_of(at);
  const StringStep step = read_byte(at[2], byte, spelling_of(at));
  const LanguageId language = at[1];
  if (!takes(language, step)) return;
  if (step.kind == StringStep::Kind::kQuote) return open(at[4], out);
  if (step.kind == StringStep::Kind::kMore) {
    const auto tail = at[3] == 0 ? tail_of(language, step) : std::nullopt;
    return out->push_back(tail ? place(Kind::kTail, at[4], *tail, bytes_to_come(step.unfinished),
                                       static_cast<std::uint32_t>(kind))
                               : place(kind, at[4], language, step.unfinished, at[3]));
  }
  open(place(kind, at[4], languages_.after(language, step.code), 0, at[3]), out);
}

// What comes behind a character of UTF-8, if any bytes may end it and all lead to the same.
std::optional<LanguageId> Machine::tail_of(LanguageId language, const StringStep& step) {
  if (!is_begun_utf8(step.unfinished)) return std::nullopt;
  const CodePointRange range = step.possible().front();
  if (range.last - range.first + 1 != 1u << (6 * bytes_to_come(step.unfinished))) {
    return std::nullopt;
  }
  for (const Derivative& one : languages_.derivatives(language)) {
    if (one.last < range.first) continue;
    return one.first <= range.first && range.last <= one.last ? std::optional(one.next)
                                                              : std::nullopt;
  }
  return std::nullopt;
}

void Machine::step_tail(const Place& at, std::uint8_t byte, Places* out) {
  if ((byte & 0xc0) != 0x80) return;
  if (at[2] > 1) return out->push_back(place(Kind::kTail, at[4], at[1], at[2] - 1, at[3]));
  open(place(static_cast<Kind>(at[3]), at[4], at[1]), out);
}

// Whether a text of the language may go on so.
bool Machine::takes(LanguageId language, const StringStep& step) {
  switch (step.kind) {
    case StringStep::Kind::kWrong: return false;
    case StringStep::Kind::kQuote: return languages_.has_empty(language);
    case StringStep::Kind::kCharacter:
      return languages_.after(language, step.code) != Languages::kNothing;
    case StringStep::Kind::kMore: break;
  }
  const auto possible = step.possible();
  return std::any_of(possible.begin(), possible.end(), [&](const CodePointRange& range) {
    return languages_.may_continue(language, range.first, range.last);
  });
}

// Written: a space, or a new line and its indent; one space behind a colon.
void Machine::step_gap(const Place& at, std::uint8_t byte, Places* out) {
  const auto kind = kind_of(at);
  if (layout_ == Layout::kAny) {
    if (is_white(byte)) open(place(kind, at[4]), out);
    return;
  }
  if (at[1] == 0 && byte == ' ') return open(at[4], out);
  if (kind == Kind::kColonGap) return;
  const bool line_end = at[1] == 0 && byte == '\n';
  const bool indent = at[1] > 0 && at[1] <= kMostIndent && (byte == ' ' || byte == '\t');
  if (line_end || indent) open(place(kind, at[4], at[1] + 1), out);
}

// What follows.

std::optional<std::uint32_t> Machine::left(StateId state) const {
  const Words places = places_of_[state];
  if (places.size() != 1) return std::nullopt;
  const Place at = place_at(places.front());
  return kind_of(at) == Kind::kLeave ? std::optional(at[1]) : std::nullopt;
}

std::optional<std::uint8_t> Machine::only_byte(StateId state) {
  const Words places = places_of_[state];
  std::optional<std::uint8_t> only;
  for (const PlaceId id : places) {
    const auto byte = only_byte_at(place_at(id));
    if (!byte || byte != only.value_or(*byte)) return std::nullopt;
    only = byte;
  }
  return only;
}

std::optional<std::uint8_t> Machine::only_byte_at(const Place& at) {
  switch (kind_of(at)) {
    case Kind::kText: return static_cast<std::uint8_t>(texts_[at[1]][at[2]]);
    case Kind::kOpenArray: return '[';
    case Kind::kOpenObject: return '{';
    case Kind::kName: return '"';
    case Kind::kPlain:
    case Kind::kString: break;
    default: return std::nullopt;
  }
  const auto next = languages_.derivatives(at[1]);
  const bool ends = languages_.has_empty(at[1]);
  const std::uint8_t quote = spelling_of(at) == Spelling::kSingle ? '\'' : '"';
  if (ends && next.empty() && kind_of(at) == Kind::kString) return quote;
  if (at[2] != 0 || ends) return std::nullopt;
  const bool one = next.size() == 1 && next[0].first == next[0].last;
  const char32_t code = one ? next[0].first : 0;
  const bool plain = code >= 0x20 && code < 0x7f && code != quote && code != '\\';
  return plain ? std::optional(static_cast<std::uint8_t>(code)) : std::nullopt;
}

std::optional<LanguageId> Machine::string_rest(StateId state) const {
  const Words places = places_of_[state];
  if (places.size() != 1) return std::nullopt;
  const Place at = place_at(places.front());
  const bool whole = kind_of(at) == Kind::kString && at[2] == 0 && at[3] == 0;
  return whole ? std::optional(at[1]) : std::nullopt;
}

std::vector<StateId> Machine::strings_apart(StateId state) {
  const Words words = places_of_[state];
  if (words.size() < 2) return {};
  const Places places(words.begin(), words.end());
  std::vector<StateId> apart;
  for (const PlaceId one : places) {
    if (kind_of(place_at(one)) != Kind::kString) return {};
    Places alone{one};
    apart.push_back(intern(&alone));
    if (!string_rest(apart.back())) return {};
  }
  return apart;
}

StateId Machine::joined(const std::vector<StateId>& states) {
  Places places;
  for (const StateId state : states) {
    const Words more = places_of_[state];
    places.insert(places.end(), more.begin(), more.end());
  }
  return intern(&places);
}

StateId Machine::with_string_rest(StateId state, LanguageId language) {
  const Place at = place_at(places_of_[state].front());
  return this->state(place(Kind::kString, at[4], language));
}

}  // namespace weir::grammar
