// Reads a text byte by byte and knows at every byte what may follow: the JSON of some schemas, and
// what stands around it.
//
// A state is a set of places in what may still come; equal states have one number, and what a byte
// leads to is worked out once. Every state but kDead can be brought to an end. It grows as it is
// used, up to a limit, and belongs to one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "local_backend/grammar/argument_list.h"
#include "local_backend/grammar/gbnf.h"
#include "local_backend/grammar/interned.h"
#include "local_backend/grammar/shapes.h"
#include "local_backend/grammar/string_reader.h"

namespace weir::grammar {

using StateId = std::uint32_t;
using PlaceId = std::uint32_t;  // what may still come, from one point on

// How JSON may be laid out.
enum class Layout : std::uint8_t {
  // As models write it: properties in the order of the schema, those that it does not name behind
  // them; where JSON allows white space a space, or a new line with its indent, or none.
  kWritten,
  kAny,  // as anybody may
};

// What a state has to do with names that a schema leaves free.
struct NameFacts {
  std::optional<Spelling> spelling;  // of the one that the state is in, if it is in one
  bool brace_begins_object = false;
  bool brace_ends_object = false;
};

class Machine {
 public:
  static constexpr StateId kDead = 0;
  static constexpr std::size_t kMostIndent = 16;
  static constexpr std::size_t kMostParts = 1'000'000;  // places and states, about 100 bytes each
  static constexpr std::size_t kMostLanguages = 400'000;
  static constexpr std::size_t kMostTables = 8'192;  // of what bytes lead to, 1 KiB each

  Machine(std::shared_ptr<const ShapeGraph> shapes, Layout layout);

  // What the text is, from the end to its beginning: each returns a place from which on comes
  // what it says, and then what comes from `next` on.
  PlaceId end() const { return kEnd; }
  // From here on the machine takes anything; `how` is for whoever asks left().
  PlaceId leave(std::uint32_t how) { return place(Kind::kLeave, 0, how); }
  PlaceId text(std::string_view bytes, PlaceId next);
  PlaceId value(GoalId goal, PlaceId next);
  PlaceId plain(LanguageId language, PlaceId next);   // UTF-8
  PlaceId string(LanguageId language, PlaceId next);  // in quotes
  PlaceId white_space(PlaceId next);                  // if any
  PlaceId one_of(std::vector<PlaceId> places);
  // A text of the language and what ends it, which is not in the language. `end` may be marked.
  PlaceId ended(LanguageId language, std::string_view end, PlaceId next);
  PlaceId pieces(const Pieces& pieces, PlaceId next);
  PlaceId arguments(ArgumentList list, PlaceId next);
  // Of one grammar for each machine, whose languages are the machine's.
  PlaceId grammar(std::shared_ptr<const GrammarRules> rules, PlaceId next);
  // A place that stands for one which is made later, from it: lead() says which.
  PlaceId later();
  void lead(PlaceId later, PlaceId place) { led_[places_[later][1]] = place; }
  // kGemmaQuote, marked.
  void set_gemma_quote(std::string quote) { gemma_quote_ = std::move(quote); }

  StateId state(PlaceId place);
  // kDead once the machine has kMostParts.
  StateId step(StateId state, std::uint8_t byte) {
    const State& at = states_[state];
    if (at.has_one && byte != at.byte) return kDead;
    if (at.next == nullptr)
      return at.has_one && at.behind != kUnknown ? at.behind : first_step(state, byte);
    const StateId next = (*at.next)[byte];
    return next != kUnknown ? next : first_step(state, byte);
  }
  StateId step(StateId state, std::string_view bytes);
  bool may_end(StateId state) const { return states_[state].may_end; }
  bool must_end(StateId state) const { return may_end(state) && places_of_[state].size() == 1; }
  // Which leave() has been reached, where nothing else is possible.
  std::optional<std::uint32_t> left(StateId state) const;
  // The only byte that may follow, if the text cannot end here either, and it is easily told.
  std::optional<std::uint8_t> only_byte(StateId state);
  // The language of the rest of the string that the state is in and nothing else, at the border of
  // characters.
  std::optional<LanguageId> string_rest(StateId state) const;
  // If it is in one of several such strings and nothing else: a state for each.
  std::vector<StateId> strings_apart(StateId state);
  // In any of these.
  StateId joined(const std::vector<StateId>& states);
  // Where string_rest() holds: the same state, but for the language.
  StateId with_string_rest(StateId state, LanguageId language);
  // The same of plain text.
  std::optional<LanguageId> plain_rest(StateId state) const;

  // Names of properties, of objects whose schema leaves some free.
  NameFacts name_facts(StateId state) {
    std::optional<NameFacts>& known = states_[state].names;
    if (!known) known = work_out_names(state);
    return *known;
  }
  // Whether whatever was said of one, it may become another than any number of them.
  bool names_go_on();
  // Whether it may still become another one than each of these, which say how it would go on.
  bool may_become_other_name(StateId state, const std::vector<std::u32string>& rests) const;

  Languages& languages() const { return languages_; }
  // It has met a limit: of its parts, of those of its languages, or of the work that these were
  // allowed. It leads nowhere any more.
  bool is_spent() const {
    return parts() > kMostParts || languages_.size() > kMostLanguages || languages_.is_spent();
  }
  std::size_t parts() const { return places_.size() + places_of_.size(); }

 private:
  enum class Kind : std::uint32_t {
    kEnd,
    kLeave,       // a: how
    kText,        // a: text, b: bytes of it that were read
    kPlain,       // a: language of the rest, b: Unfinished
    kString,      // the same, c: Spelling if it is not JSON's; then a quote
    kTail,        // a: language behind a character that is known, b: bytes of it to come, c: kPlain
                  // or kString
    kGap,         // a: bytes of white space so far, from the last line end on
    kColonGap,    // white space behind a colon
    kValue,       // a: goal
    kChoice,      // a: list
    kOpenArray,   // a: shape
    kFirstItem,   // a: shape
    kNextItem,    // a: shape, b: items so far, or as many as make no difference
    kOpenObject,  // a: shape
    kFirstName,   // a: shape, b: names that cannot come any more, c: properties, as items above
    kNextName,    // the same
    kName,        // the same; a quote comes
    kBegunName,   // the same; behind the quote
    kBehindName,  // the same; behind the quote that ends it. Which name: in the upper bits of kind
    kFirstArgument,  // a: list, b and c: as names above
    kNextArgument,   // the same
    kLater,          // a: which
    kRule,           // a: rule
    kRepeated,       // a: expression, b: times so far, or as many as make no difference
  };
  using Place = std::array<std::uint32_t, 5>;  // kind, a, b, c, next
  using Places = std::vector<PlaceId>;
  static constexpr PlaceId kEnd = 0;

  struct NameChoice {
    LanguageId name;
    std::uint32_t which;  // of ObjectShape::named; behind these, of ObjectShape::free
  };
  static constexpr std::size_t kFewNames = 32;
  using NamesByByte = std::array<std::vector<NameChoice>, 256>;
  static constexpr std::size_t kMostNamesByByte = 16;
  // Rules that one state waits in; ways beyond them are not taken.
  static constexpr std::size_t kMostOpenedRules = 512;

  static constexpr StateId kUnknown = ~StateId{0};
  using Steps = std::array<StateId, 256>;  // by byte
  struct State {
    bool may_end = false;
    // Many states take one byte only, and need no table.
    bool has_one = false;
    std::uint8_t byte = 0;
    StateId behind = kUnknown;
    std::unique_ptr<Steps> next{};
    std::optional<NameFacts> names{};  // unset: not worked out
  };

  static Kind kind_of(const Place& at) { return static_cast<Kind>(at[0] & 0xff); }
  Place place_at(PlaceId id) const {
    Place place;
    std::ranges::copy(places_[id], place.begin());
    return place;
  }
  PlaceId place(Kind kind, PlaceId next, std::uint32_t a = 0, std::uint32_t b = 0,
                std::uint32_t c = 0);
  void open(PlaceId id, Places* out);
  void open_known(PlaceId id, const Place& at, Places* out);
  void open_value(GoalId goal, PlaceId next, Places* out);
  void open_items(Kind kind, const Place& at, Places* out);
  void open_names(Kind kind, const Place& at, Places* out);
  void open_text(Notation notation, LanguageId language, PlaceId next, Places* out);
  void open_python_text(LanguageId language, PlaceId next, Places* out);
  void open_other_names(const Place& at, Places* out);
  void open_arguments(Kind kind, const Place& at, Places* out);
  PlaceId expression(ExpressionId id, PlaceId next);
  void open_rule(PlaceId id, const Place& at, Places* out);
  PlaceId argument(const ArgumentList& list, const WrittenArgument& argument, PlaceId next);
  PlaceId written(const WrittenValue& value, GoalId goal, PlaceId next);
  StateId intern(Places* places);
  StateId first_step(StateId state, std::uint8_t byte);
  Steps* steps_of(StateId state);
  StateId work_out(StateId state, std::uint8_t byte);
  std::optional<std::uint8_t> only_byte_at(const Place& at);
  void step_place(PlaceId id, std::uint8_t byte, Places* out);
  void step_text(const Place& at, std::uint8_t byte, Places* out);
  void step_characters(const Place& at, std::uint8_t byte, Places* out);
  void step_tail(const Place& at, std::uint8_t byte, Places* out);
  std::optional<LanguageId> tail_of(LanguageId language, const StringStep& step);
  void mark_live(PlaceId id, Steps* steps);
  void mark_live_characters(const Place& at, Steps* steps);
  bool may_need_escape(const Derivative& one) const {
    return layout_ == Layout::kAny || one.first < ' ' || one.last >= 0x80 ||
           (one.first <= '"' && one.last >= '"') || (one.first <= '\\' && one.last >= '\\');
  }
  void fill_alike(StateId state, std::uint8_t byte, Steps* steps);
  void step_gap(const Place& at, std::uint8_t byte, Places* out);
  void open_name(const Place& at, Places* out);
  void step_begun_name(const Place& at, std::uint8_t byte, Places* out);
  bool takes(LanguageId language, const StringStep& step);
  PlaceId gap(PlaceId next);
  Spelling spelling() const {
    return layout_ == Layout::kWritten ? Spelling::kUsual : Spelling::kAnyJson;
  }
  Spelling spelling_of(const Place& at) const;
  bool is_free_name(const Place& at) const;
  NameFacts work_out_names(StateId state) const;

  // As many as there were, or as many as make no difference any more.
  static std::uint32_t one_more(std::uint32_t count, SizeLimits limits, std::size_t told_apart);
  std::optional<GoalId> item_goal(const ArrayShape& shape, std::uint32_t index) const;
  bool is_closed(std::uint32_t names, std::size_t index) const;
  bool comes_too_early(const ObjectShape& shape, std::uint32_t names,
                       std::optional<std::size_t> index) const;
  std::uint32_t names_after(const ObjectShape& shape, std::uint32_t names,
                            std::optional<std::size_t> index);
  bool can_finish(const ObjectShape& shape, std::uint32_t names, std::uint32_t count) const;
  bool may_close(const ObjectShape& shape, std::uint32_t names, std::uint32_t count) const;
  bool may_choose(const ObjectShape& shape, std::uint32_t names, std::uint32_t count,
                  std::optional<std::size_t> index);
  std::vector<NameChoice> name_choices(const Place& at);
  const NamesByByte& names_by_byte(const Place& at);
  PlaceId name_place(const Place& at, const NameChoice& choice);
  PlaceId after_name(const Place& at, const NameChoice& choice);
  PlaceId behind_name(const Place& at);
  bool may_go_on(const ObjectShape& shape, std::uint32_t names, std::uint32_t count);

  const std::shared_ptr<const ShapeGraph> shapes_;
  Languages& languages_;
  const Layout layout_;
  Interned places_;
  Interned places_of_;  // by state; sorted
  std::vector<State> states_;
  Places stepped_;  // of work_out(), kept for its room
  std::size_t tables_ = 0;
  std::unordered_map<PlaceId, Places> opened_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> text_ids_;
  Interned choices_;
  std::vector<ArgumentList> lists_;
  std::vector<PlaceId> led_;
  std::string gemma_quote_{kGemmaQuote};
  std::shared_ptr<const GrammarRules> rules_;
  std::set<PlaceId> opened_rules_;  // on the way into one state
  std::optional<bool> names_go_on_;
  Interned names_;                              // sets, a bit for each
  std::map<Place, NamesByByte> names_by_byte_;  // the last few
};

}  // namespace weir::grammar
