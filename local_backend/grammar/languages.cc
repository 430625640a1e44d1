#include "local_backend/grammar/languages.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "local_backend/tokenizer/character.h"

namespace weir::grammar {
namespace {

// States that possible() looks at before it takes a language for possible.
constexpr std::size_t kMostSearched = 20'000;
constexpr std::uint32_t kEnoughDigits = 5;  // to make a multiple of any divisor

std::uint32_t one_less(std::uint32_t count) {
  if (count == Languages::kNoLimit) return count;
  return count == 0 ? 0 : count - 1;
}

// What `value`, which shares no factor with `ring`, is to be multiplied with to make 1 (Euclid).
std::int64_t inverse(std::int64_t value, std::int64_t ring) {
  std::int64_t factor = 0;
  std::int64_t next = 1;
  for (std::int64_t rest = ring, by = value % ring; by != 0;) {
    const std::int64_t times = rest / by;
    factor = std::exchange(next, factor - times * next);
    rest = std::exchange(by, rest - times * by);
  }
  return (factor % ring + ring) % ring;
}

void add_range(char32_t first, char32_t last, LanguageId next, std::vector<Derivative>* list) {
  if (!list->empty() && list->back().next == next && list->back().last + 1 == first) {
    list->back().last = last;
  } else {
    list->push_back({first, last, next});
  }
}

// The rest in `list` behind `code`; *at moves on with growing codes.
std::optional<LanguageId> rest_at(const std::vector<Derivative>& list, std::size_t* at,
                                  char32_t code) {
  while (*at < list.size() && list[*at].last < code) ++*at;
  if (*at == list.size() || list[*at].first > code) return std::nullopt;
  return list[*at].next;
}

}  // namespace

std::u32string code_points_of(std::string_view utf8) {
  std::u32string codes;
  for (const Character& character : characters_of(utf8)) codes.push_back(character.code);
  return codes;
}

Languages::Languages() {
  for (const bool has_empty : {false, true, true}) {
    words_.id_of(std::array{static_cast<std::uint32_t>(Kind::kEither), kNoLimit,
                            static_cast<std::uint32_t>(nodes_.size())});
    nodes_.push_back({.has_empty = has_empty, .known = Known::kPossible});
  }
  nodes_[kNothing].known = Known::kImpossible;
  for (const CodePointRange& range : all_code_points()) {
    nodes_[kAnything].derivatives.push_back({range.first, range.last, kAnything});
  }
  for (Node& node : nodes_) node.derived = node.pruned = true;
  any_ = one_of(all_code_points());
}

LanguageId Languages::add(Kind kind, Words arguments, bool has_empty, bool searched) {
  added_.assign(1, static_cast<std::uint32_t>(kind));
  added_.insert(added_.end(), arguments.begin(), arguments.end());
  const std::uint32_t id = words_.id_of(added_);
  if (id == nodes_.size()) {
    nodes_.push_back({.has_empty = has_empty,
                      .searched = searched,
                      .has_far_count = has_far_count(kind, arguments),
                      .shortest = shortest(kind, arguments),
                      .known = has_empty || !searched ? Known::kPossible : Known::kNo});
  }
  return id;
}

LanguageId Languages::one_of(const CodePoints& points) {
  if (points.empty()) return kNothing;
  std::vector<std::uint32_t> words;
  words.reserve(2 * points.size());
  for (const CodePointRange& range : points) {
    words.push_back(range.first);
    words.push_back(range.last);
  }
  return add(Kind::kOneOf, words, false, false);
}

LanguageId Languages::text(std::u32string_view text) {
  LanguageId language = kEmpty;
  for (std::size_t i = text.size(); i-- > 0;) language = sequence(character(text[i]), language);
  return language;
}

LanguageId Languages::text(std::string_view utf8) { return text(code_points_of(utf8)); }

LanguageId Languages::sequence(LanguageId first, LanguageId second) {
  if (first == kNothing || second == kNothing) return kNothing;
  std::vector<LanguageId> parts;
  while (first > kAnything && kind(first) == Kind::kSequence) {
    parts.push_back(arguments(first)[0]);
    first = arguments(first)[1];
  }
  parts.push_back(first);
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (parts[i] == kEmpty) continue;
    if (second == kEmpty || (parts[i] == kAnything && second == kAnything)) {
      second = parts[i];
      continue;
    }
    second = add(Kind::kSequence, std::array{parts[i], second},
                 has_empty(parts[i]) && has_empty(second), searched(parts[i]) || searched(second));
  }
  return second;
}

LanguageId Languages::sequence(std::initializer_list<LanguageId> parts) {
  LanguageId language = kEmpty;
  for (auto part = std::rbegin(parts); part != std::rend(parts); ++part) {
    language = sequence(*part, language);
  }
  return language;
}

LanguageId Languages::either(std::vector<LanguageId> options) {
  std::vector<LanguageId> flat;
  for (const LanguageId option : options) {
    if (option == kAnything) return kAnything;
    if (option > kAnything && kind(option) == Kind::kEither) {
      flat.insert(flat.end(), arguments(option).begin(), arguments(option).end());
    } else if (option != kNothing) {
      flat.push_back(option);
    }
  }
  work_ += flat.size();
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  if (flat.empty()) return kNothing;
  if (flat.size() == 1) return flat.front();
  const bool empty = std::any_of(flat.begin(), flat.end(), [&](auto id) { return has_empty(id); });
  const bool search = std::all_of(flat.begin(), flat.end(), [&](auto id) { return searched(id); });
  return add(Kind::kEither, flat, empty, search);
}

LanguageId Languages::both(std::vector<LanguageId> conditions) {
  std::vector<LanguageId> flat;
  for (const LanguageId condition : conditions) {
    if (condition == kNothing) return kNothing;
    if (condition > kAnything && kind(condition) == Kind::kBoth) {
      flat.insert(flat.end(), arguments(condition).begin(), arguments(condition).end());
    } else if (condition != kAnything) {
      flat.push_back(condition);
    }
  }
  work_ += flat.size();
  join_lengths(&flat);
  join_multiples(&flat);
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  if (flat.empty()) return kAnything;
  if (flat.size() == 1 || flat.front() == kNothing) return flat.front();
  const bool empty = std::all_of(flat.begin(), flat.end(), [&](auto id) { return has_empty(id); });
  if (flat.front() == kEmpty) return empty ? kEmpty : kNothing;
  return add(Kind::kBoth, flat, empty, true);
}

// So many characters, all of one class.
bool Languages::is_of_characters(LanguageId language) const {
  if (language <= kAnything || kind(language) != Kind::kRepeated) return false;
  const LanguageId part = arguments(language)[0];
  return part > kAnything && kind(part) == Kind::kOneOf;
}

// How many characters there may be, and of which class: one condition says both.
void Languages::join_lengths(std::vector<LanguageId>* conditions) {
  const auto is_length = [this](LanguageId id) {
    return is_of_characters(id) && arguments(id)[0] == any_;
  };
  const auto length = std::ranges::find_if(*conditions, is_length);
  if (length == conditions->end()) return;
  const auto [least, most] = std::pair{arguments(*length)[1], arguments(*length)[2]};
  const auto other = std::find_if(conditions->begin(), conditions->end(), [&](LanguageId id) {
    return id != *length && is_of_characters(id);
  });
  if (other == conditions->end()) return;
  const std::span<const std::uint32_t> own = arguments(*other);
  *other = repeated(own[0], std::max(own[1], least), std::min(own[2], most));
  conditions->erase(length);
}

// What takes two remainders to 0 takes the one to 0 that stands for both: there are fewer of these
// to tell apart than of pairs.
void Languages::join_multiples(std::vector<LanguageId>* conditions) {
  const auto is_multiple = [this](LanguageId id) {
    return id > kAnything && kind(id) == Kind::kMultiples;
  };
  const auto first = std::ranges::find_if(*conditions, is_multiple);
  if (first == conditions->end()) return;
  for (auto other = std::next(first); other != conditions->end();) {
    const LanguageId both = is_multiple(*other) ? common_multiple(*first, *other) : kNothing;
    if (both != kNothing) *first = both;
    other = both != kNothing ? conditions->erase(other) : std::next(other);
  }
}

// By the Chinese remainder theorem; kNothing if no such remainder can be told.
LanguageId Languages::common_multiple(LanguageId one, LanguageId other) {
  const std::span<const std::uint32_t> a = arguments(one);
  const std::span<const std::uint32_t> b = arguments(other);
  const auto [places, in_fraction] = std::pair{a[2], a[3]};
  const std::uint64_t shared = std::gcd(a[0], b[0]);
  const std::uint64_t both = a[0] / shared * std::uint64_t{b[0]};
  const bool alike = places == b[2] && in_fraction == b[3] && a[1] % shared == b[1] % shared;
  if (!alike || both > std::numeric_limits<std::uint32_t>::max()) return kNothing;
  const std::int64_t ring = b[0] / static_cast<std::int64_t>(shared);
  const std::int64_t apart = (std::int64_t{b[1]} - a[1]) / static_cast<std::int64_t>(shared);
  const std::int64_t steps =
      (apart % ring + ring) % ring * inverse(a[0] / static_cast<std::int64_t>(shared), ring) % ring;
  const std::uint64_t remainder = a[1] + std::uint64_t{a[0]} * static_cast<std::uint64_t>(steps);
  return multiples(static_cast<std::uint32_t>(both), static_cast<std::uint32_t>(remainder), places,
                   in_fraction == 1);
}

LanguageId Languages::negation(LanguageId language) {
  if (language == kNothing) return kAnything;
  if (language == kAnything) return kNothing;
  if (language > kAnything && kind(language) == Kind::kNegation) return arguments(language)[0];
  return add(Kind::kNegation, std::array{language}, !has_empty(language), true);
}

LanguageId Languages::repeated(LanguageId language, std::uint32_t least, std::uint32_t most) {
  if (least > most) return kNothing;
  if (most == 0 || language == kEmpty) return kEmpty;
  if (language == kNothing) return least == 0 ? kEmpty : kNothing;
  if (language == kAnything) return kAnything;
  if (has_empty(language)) least = 0;
  if (least == 1 && most == 1) return language;
  if (least == 0 && most == kNoLimit && language == any_) return kAnything;
  return add(Kind::kRepeated, std::array{language, least, most}, least == 0,
             searched(language) && least > 0);
}

LanguageId Languages::multiples(std::uint32_t divisor, std::uint32_t places) {
  return multiples(divisor, 0, places, false);
}

// As many digits of a fraction as there may be still take the remainder to 0, or none do.
LanguageId Languages::multiples(std::uint32_t divisor, std::uint32_t remainder,
                                std::uint32_t places, bool in_fraction) {
  std::uint64_t rest = remainder;
  std::uint64_t reach = 1;
  for (std::uint32_t i = 0; i < places; ++i) {
    rest = rest * 10 % divisor;
    reach = std::min<std::uint64_t>(reach * 10, divisor);
  }
  if (in_fraction && rest != 0 && divisor - rest >= reach) return kNothing;
  return add(Kind::kMultiples, std::array{divisor, remainder, places, in_fraction ? 1u : 0u},
             rest == 0, false);
}

std::vector<Derivative> Languages::derive_multiples(std::span<const std::uint32_t> arguments) {
  const auto [divisor, remainder, places, in_fraction] =
      std::array{arguments[0], arguments[1], arguments[2], arguments[3]};
  std::vector<Derivative> list;
  const auto add = [&](char32_t code, LanguageId next) {
    if (next != kNothing) list.push_back({code, code, next});
  };
  if (in_fraction == 0) add('.', multiples(divisor, remainder, places, true));
  if (in_fraction == 1 && places == 0) {
    add('0', multiples(divisor, remainder, 0, true));
    return list;
  }
  for (std::uint32_t digit = 0; digit <= 9; ++digit) {
    const auto rest = static_cast<std::uint32_t>((std::uint64_t{remainder} * 10 + digit) % divisor);
    add('0' + digit, multiples(divisor, rest, places - in_fraction, in_fraction == 1));
  }
  return list;
}

// Where all lists have a rest, or one has, as the kind says.
std::vector<Derivative> Languages::merged(const std::vector<std::vector<Derivative>>& lists,
                                          Kind kind) {
  std::vector<char32_t> starts;
  for (const auto& list : lists) {
    for (const Derivative& one : list) {
      starts.push_back(one.first);
      starts.push_back(one.last + 1);
    }
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  work_ += starts.size() * lists.size();
  std::vector<std::size_t> at(lists.size());
  std::vector<Derivative> result;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
    std::vector<LanguageId> rests;
    for (std::size_t j = 0; j < lists.size(); ++j) {
      if (const auto rest = rest_at(lists[j], &at[j], starts[i])) rests.push_back(*rest);
    }
    if (rests.empty() || (kind == Kind::kBoth && rests.size() < lists.size())) continue;
    const LanguageId next = kind == Kind::kBoth ? both(rests) : either(rests);
    if (next != kNothing) add_range(starts[i], starts[i + 1] - 1, next, &result);
  }
  return result;
}

// Behind a character that cannot come next in `language`, anything may.
std::vector<Derivative> Languages::derive_negation(LanguageId language) {
  const std::vector<Derivative> list = unpruned(language);
  std::vector<Derivative> negated;
  const auto add = [&](char32_t first, char32_t end, LanguageId next) {
    if (first < end && next != kNothing) add_range(first, end - 1, next, &negated);
  };
  std::size_t at = 0;
  for (const CodePointRange& range : all_code_points()) {
    char32_t next = range.first;
    for (; at < list.size() && list[at].first <= range.last; ++at) {
      add(next, list[at].first, kAnything);
      add(list[at].first, list[at].last + 1, negation(list[at].next));
      next = list[at].last + 1;
    }
    add(next, range.last + 1, kAnything);
  }
  return negated;
}

std::vector<Derivative> Languages::derive(LanguageId language) {
  const std::span<const std::uint32_t> own = arguments(language);
  std::vector<Derivative> list;
  switch (kind(language)) {
    case Kind::kOneOf:
      for (std::size_t i = 0; i < own.size(); i += 2) list.push_back({own[i], own[i + 1], kEmpty});
      return list;
    case Kind::kSequence:
      for (const Derivative& one : unpruned(own[0])) {
        add_range(one.first, one.last, sequence(one.next, own[1]), &list);
      }
      if (!has_empty(own[0])) return list;
      return merged({std::move(list), unpruned(own[1])}, Kind::kEither);
    case Kind::kEither:
    case Kind::kBoth: {
      std::vector<std::vector<Derivative>> lists;
      for (const LanguageId part : own) lists.push_back(unpruned(part));
      return merged(lists, kind(language));
    }
    case Kind::kNegation: return derive_negation(own[0]);
    case Kind::kRepeated: {
      const LanguageId rest = repeated(own[0], one_less(own[1]), one_less(own[2]));
      for (const Derivative& one : unpruned(own[0])) {
        add_range(one.first, one.last, sequence(one.next, rest), &list);
      }
      return list;
    }
    case Kind::kMultiples: return derive_multiples(own);
  }
  return list;
}

const std::vector<Derivative>& Languages::unpruned(LanguageId language) {
  static const std::vector<Derivative> none;
  Node& node = nodes_[language];
  ++work_;
  spent_ = spent_ || work_ > most_work_;
  if (spent_) return none;
  if (!node.derived) {
    node.derivatives = derive(language);
    node.derived = true;
  }
  return node.derivatives;
}

bool Languages::possible(LanguageId language) {
  if (nodes_[language].known == Known::kNo) look_for_multiple(language);
  if (nodes_[language].known == Known::kNo) search(language);
  return nodes_[language].known != Known::kImpossible;
}

// What a search would go through as many states for as there are remainders: whether digits that
// are all alike to the other conditions make a multiple. Where it can tell, that is known then.
void Languages::look_for_multiple(LanguageId language) {
  if (kind(language) != Kind::kBoth) return;
  std::vector<LanguageId> others(arguments(language).begin(), arguments(language).end());
  const auto found = std::find_if(others.begin(), others.end(), [&](LanguageId part) {
    return part > kAnything && kind(part) == Kind::kMultiples;
  });
  if (found == others.end()) return;
  const std::span<const std::uint32_t> multiple = arguments(*found);
  others.erase(found);
  const LanguageId rest = both(std::move(others));
  const Known known = possible(rest) ? with_digits(multiple, rest) : Known::kImpossible;
  if (known != Known::kNo) nodes_[language].known = known;
}

// `rest` is what else the digits must obey.
Languages::Known Languages::with_digits(std::span<const std::uint32_t> multiple, LanguageId rest) {
  const auto [divisor, remainder, places, in_fraction] =
      std::array{multiple[0], multiple[1], multiple[2], multiple[3]};
  const auto reaches = [divisor](std::uint64_t left, std::uint64_t reach) {
    return left == 0 || divisor - left < reach;
  };
  std::uint64_t left = remainder;
  std::uint64_t reach = 1;
  bool with_fraction = false;  // a fraction might make it one
  const std::uint32_t most = in_fraction == 1 ? places : kEnoughDigits;
  for (std::uint32_t digits = 0; digits <= most; ++digits) {
    const bool is_one = in_fraction == 1 ? digits == places : reaches(left, reach);
    if (is_one && has_empty(rest)) return Known::kPossible;
    with_fraction = with_fraction || is_one || in_fraction == 1 || places > 0;
    const auto next = after_any_digit(rest);
    if (!next) return Known::kNo;
    if (*next == kNothing) return with_fraction ? Known::kNo : Known::kImpossible;
    rest = *next;
    reach = std::min<std::uint64_t>(reach * 10, divisor);
    left = left * 10 % divisor;
  }
  return Known::kNo;
}

// nullopt if it makes a difference which; kNothing if none may come.
std::optional<LanguageId> Languages::after_any_digit(LanguageId language) {
  for (const Derivative& one : unpruned(language)) {
    if (one.last < '0' || one.first > '9') continue;
    return one.first <= '0' && one.last >= '9' ? std::optional(one.next) : std::nullopt;
  }
  return kNothing;
}

// Depth first. Those on the way to a possible one are possible; where all that can be reached
// was seen, all of it is impossible. What a search around this one has not done with is unknown.
void Languages::search(LanguageId language) {
  struct Place {
    LanguageId language;
    std::size_t at;
  };
  const std::uint32_t own = ++searches_;
  std::vector<Place> way{{language, 0}};
  std::vector<LanguageId> seen{language};
  const auto leave = [&](Known known) {
    for (const LanguageId id : seen) nodes_[id].known = known;
  };
  const auto meet = [&](LanguageId id) {
    nodes_[id].known = Known::kOpen;
    nodes_[id].search = own;
  };
  meet(language);
  while (!way.empty()) {
    Place& place = way.back();
    const std::vector<Derivative>& list = unpruned(place.language);
    if (spent_) return leave(Known::kPossible);
    if (place.at == list.size()) {
      way.pop_back();
      continue;
    }
    const LanguageId next = list[place.at++].next;
    if (nodes_[next].known == Known::kNo) look_for_multiple(next);
    const Known known = nodes_[next].known;
    if (seen.size() > kMostSearched) return leave(Known::kPossible);
    if (known == Known::kPossible) {
      leave(Known::kNo);
      for (const Place& step : way) nodes_[step.language].known = Known::kPossible;
      return;
    }
    if (known == Known::kOpen && nodes_[next].search != own) return leave(Known::kNo);
    if (known != Known::kNo) continue;
    meet(next);
    seen.push_back(next);
    way.push_back({next, 0});
  }
  leave(Known::kImpossible);
}

std::span<const Derivative> Languages::derivatives(LanguageId language) {
  Node& node = nodes_[language];
  if (spent_) return {};
  if (!node.pruned) {
    std::vector<Derivative> kept;
    for (const Derivative& one : std::vector<Derivative>(unpruned(language))) {
      if (possible(one.next)) add_range(one.first, one.last, one.next, &kept);
    }
    node.derivatives = std::move(kept);
    node.pruned = true;
  }
  return node.derivatives;
}

LanguageId Languages::after(LanguageId language, char32_t code) {
  const std::span<const Derivative> list = derivatives(language);
  const auto found = std::partition_point(list.begin(), list.end(),
                                          [&](const Derivative& one) { return one.last < code; });
  return found == list.end() || found->first > code ? kNothing : found->next;
}

bool Languages::has(LanguageId language, std::u32string_view text) {
  for (const char32_t code : text) {
    language = after(language, code);
    if (language == kNothing) return false;
  }
  return has_empty(language);
}

// By their sizes. Everything that is begun becomes at least one text.
std::optional<std::vector<std::u32string>> Languages::texts(LanguageId language, std::size_t most) {
  std::vector<std::u32string> whole;
  std::vector<std::pair<std::u32string, LanguageId>> begun{{U"", language}};
  for (std::size_t size = 0; !begun.empty() && size <= kMostTextSize; ++size) {
    std::vector<std::pair<std::u32string, LanguageId>> longer;
    for (const auto& [text, rest] : begun) {
      if (has_empty(rest)) whole.push_back(text);
      for (const Derivative& one : derivatives(rest)) {
        if (whole.size() + longer.size() + (one.last - one.first) >= most) return std::nullopt;
        for (char32_t code = one.first; code <= one.last; ++code) {
          longer.emplace_back(text + code, one.next);
        }
      }
    }
    begun = std::move(longer);
  }
  if (!begun.empty() || whole.size() > most) return std::nullopt;
  return whole;
}

// No end that nothing can follow: then every way through what rests there are is endless, and there
// are not many, so that it goes round.
bool Languages::goes_on(LanguageId language) {
  std::vector<LanguageId> rests{language};
  std::set<LanguageId> met{language};
  for (std::size_t at = 0; at < rests.size(); ++at) {
    const std::span<const Derivative> list = derivatives(rests[at]);
    if (list.empty() || met.size() > kMostRests) return false;
    for (const Derivative& one : list) {
      if (met.insert(one.next).second) rests.push_back(one.next);
    }
  }
  return true;
}

bool Languages::may_continue(LanguageId language, char32_t first, char32_t last) {
  const std::span<const Derivative> list = derivatives(language);
  const auto found = std::partition_point(list.begin(), list.end(),
                                          [&](const Derivative& one) { return one.last < first; });
  return found != list.end() && found->first <= last;
}

}  // namespace weir::grammar
