// What stands in notations other than JSON, and where names stand in all of them.
#include <algorithm>
#include <utility>

#include "local_backend/grammar/machine.h"
#include "local_backend/grammar/token_trie.h"

namespace weir::grammar {

PlaceId Machine::ended(LanguageId language, std::string_view end, PlaceId next) {
  const bool marked = end.find(TokenTrie::kControlMark) != std::string_view::npos;
  if (marked) return plain(language, text(end, next));
  return plain(languages_.sequence(language, languages_.text(end)), next);
}

PlaceId Machine::pieces(const Pieces& pieces, PlaceId next) {
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    next = piece->empty() ? white_space(next) : text(*piece, next);
  }
  return next;
}

PlaceId Machine::later() {
  led_.push_back(kEnd);
  return place(Kind::kLater, 0, static_cast<std::uint32_t>(led_.size() - 1));
}

Spelling Machine::spelling_of(const Place& at) const {
  if (kind_of(at) == Kind::kPlain) return Spelling::kPlain;
  return at[3] == 0 ? spelling() : static_cast<Spelling>(at[3]);
}

void Machine::open_text(Notation notation, LanguageId language, PlaceId next, Places* out) {
  if (notation == Notation::kJson) return open(string(language, next), out);
  if (notation == Notation::kPython) return open_python_text(language, next, out);
  open(text(gemma_quote_, ended(language, gemma_quote_, next)), out);
}

void Machine::open_python_text(LanguageId language, PlaceId next, Places* out) {
  for (const auto& [quote, spelling] :
       {std::pair("'", Spelling::kSingle), std::pair("\"", Spelling::kDouble)}) {
    const auto spelled = static_cast<std::uint32_t>(spelling);
    open(text(quote, place(Kind::kString, next, language, 0, spelled)), out);
  }
}

// Of a notation other than JSON.
void Machine::open_other_names(const Place& at, Places* out) {
  const bool python = shapes_->object(at[1]).notation == Notation::kPython;
  for (const NameChoice& choice : name_choices(at)) {
    const PlaceId behind = after_name(at, choice);
    if (python) {
      open_python_text(choice.name, behind, out);
    } else {
      open(plain(choice.name, behind), out);
    }
  }
}

std::optional<LanguageId> Machine::plain_rest(StateId state) const {
  const Words places = places_of_[state];
  if (places.size() != 1) return std::nullopt;
  const Place at = place_at(places.front());
  return kind_of(at) == Kind::kPlain && at[2] == 0 ? std::optional(at[1]) : std::nullopt;
}

// Where names stand.

bool Machine::is_free_name(const Place& at) const {
  const auto kind = kind_of(at);
  if (kind == Kind::kBegunName) return !shapes_->object(at[1]).free.empty();
  if (kind != Kind::kString && kind != Kind::kPlain && kind != Kind::kTail) return false;
  const Place behind = place_at(at[4]);
  return kind_of(behind) == Kind::kBehindName && !shapes_->object(behind[1]).free.empty();
}

NameFacts Machine::work_out_names(StateId state) const {
  NameFacts facts;
  for (const PlaceId id : places_of_[state]) {
    const Place at = place_at(id);
    const Kind kind = kind_of(at);
    if (kind == Kind::kOpenObject) facts.brace_begins_object = true;
    if (kind == Kind::kText && texts_[at[1]][at[2]] == '}') facts.brace_ends_object = true;
    if (facts.spelling || !is_free_name(at)) continue;
    const bool plain = (kind == Kind::kTail ? static_cast<Kind>(at[3]) : kind) == Kind::kPlain;
    facts.spelling = plain                   ? Spelling::kPlain
                     : kind == Kind::kString ? spelling_of(at)
                                             : spelling();
  }
  return facts;
}

bool Machine::names_go_on() {
  if (!names_go_on_) {
    const std::vector<LanguageId> names = shapes_->free_names();
    names_go_on_ = std::ranges::all_of(
        names, [this](LanguageId language) { return languages_.goes_on(language); });
  }
  return *names_go_on_;
}

bool Machine::may_become_other_name(StateId state, const std::vector<std::u32string>& rests) const {
  const Words places = places_of_[state];
  return std::ranges::any_of(places, [&](PlaceId id) {
    const Place at = place_at(id);
    const bool known = kind_of(at) == Kind::kString || kind_of(at) == Kind::kPlain;
    if (!known || at[2] != 0 || !languages_.texts(at[1], rests.size())) return true;
    const auto is_own = [&](const auto& rest) { return languages_.has(at[1], rest); };
    const auto own = static_cast<std::size_t>(std::ranges::count_if(rests, is_own));
    return !languages_.texts(at[1], own).has_value();
  });
}

// Arguments.

PlaceId Machine::arguments(ArgumentList list, PlaceId next) {
  const auto id = static_cast<std::uint32_t>(lists_.size());
  lists_.push_back(std::move(list));
  return pieces(lists_.back().open, place(Kind::kFirstArgument, next, id));
}

void Machine::open_arguments(Kind kind, const Place& at, Places* out) {
  const ArgumentList& list = lists_[at[1]];
  const ObjectShape& shape = shapes_->object(list.shape);
  if (may_close(shape, at[2], at[3])) open(pieces(list.close, at[4]), out);
  for (const WrittenArgument& one : list.arguments) {
    if (!may_choose(shape, at[2], at[3], one.index)) continue;
    const PlaceId rest =
        place(Kind::kNextArgument, at[4], at[1], names_after(shape, at[2], one.index),
              one_more(at[3], shape.count, 0));
    const PlaceId here = argument(list, one, rest);
    open(kind == Kind::kFirstArgument ? here : pieces(list.separator, here), out);
  }
}

PlaceId Machine::argument(const ArgumentList& list, const WrittenArgument& argument, PlaceId next) {
  std::vector<PlaceId> values;
  values.reserve(argument.values.size());
  for (const WrittenValue& value : argument.values) {
    values.push_back(written(value, argument.goal, next));
  }
  return pieces(list.key_open, ended(argument.key, list.key_close, one_of(std::move(values))));
}

PlaceId Machine::written(const WrittenValue& value, GoalId goal, PlaceId next) {
  const PlaceId tail = text(value.tail, next);
  if (value.parts == value_part::kAll) return pieces(value.head, this->value(goal, tail));
  const Shapes& shapes = shapes_->shapes(goal);
  std::vector<PlaceId> ways;
  if (value.plain != Languages::kNothing) ways.push_back(ended(value.plain, value.tail, next));
  if ((value.parts & value_part::kArrays) != 0) {
    for (const auto shape : shapes.arrays) ways.push_back(place(Kind::kOpenArray, tail, shape));
  }
  if ((value.parts & value_part::kObjects) != 0) {
    for (const auto shape : shapes.objects) ways.push_back(place(Kind::kOpenObject, tail, shape));
  }
  return pieces(value.head, one_of(std::move(ways)));
}

}  // namespace weir::grammar
