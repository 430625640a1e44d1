#include <algorithm>
#include <array>

#include "local_backend/chat_template/jinja_filters.h"
#include "local_backend/chat_template/jinja_operators.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using std::string_view;

// A value and what it is sorted by.
using Keyed = std::pair<Value, Value>;

// Texts as they compare where case does not matter.
Value folded(Run& run, const Value& value, bool case_sensitive) {
  return !case_sensitive && value.text() != nullptr ? mapped(run, *value.text(), lower_of) : value;
}

std::vector<Keyed> keyed(Run& run, const Values& values, const Value& path, bool case_sensitive) {
  std::vector<Keyed> out;
  for (const Value& value : values) {
    if (!run.step()) break;
    const Value key = path.is_none() ? value : path_of(run, value, path);
    out.emplace_back(folded(run, key, case_sensitive), value);
  }
  return out;
}

// A merge sort of our own: an order that fails halfway must not break it.
void sort_keyed(Run& run, std::vector<Keyed>* all, bool reverse) {
  std::vector<Keyed> merged(all->size());
  for (std::size_t width = 1; width < all->size() && !run.failed(); width *= 2) {
    for (std::size_t begin = 0; begin < all->size(); begin += 2 * width) {
      std::size_t a = begin, b = std::min(begin + width, all->size());
      const std::size_t middle = b, end = std::min(begin + 2 * width, all->size());
      for (std::size_t out = begin; out < end; ++out) {
        run.step();
        const auto second_first = [&] {
          const int way = order(run, (*all)[b].first, (*all)[a].first);
          return reverse ? way > 0 : way < 0;
        };
        const bool second = a == middle || (b < end && second_first());
        merged[out] = (*all)[second ? b++ : a++];
      }
    }
    all->swap(merged);
  }
}

Values values_of(const std::vector<Keyed>& all) {
  Values out;
  for (const Keyed& entry : all) out.push_back(entry.second);
  return out;
}

Value sort(Run& run, const Value& value, ArgumentReader& arguments) {
  const bool reverse = truth(arguments.take("reverse", Value::boolean(false)));
  const bool sensitive = truth(arguments.take("case_sensitive", Value::boolean(false)));
  const Value path = arguments.take("attribute", Value::none());
  auto all = keyed(run, elements(run, value), path, sensitive);
  sort_keyed(run, &all, reverse);
  return make_list(run, values_of(all));
}

Value dictsort(Run& run, const Value& value, ArgumentReader& arguments) {
  const bool sensitive = truth(arguments.take("case_sensitive", Value::boolean(false)));
  const Value by = arguments.take("by", Value::of_template("key"));
  const bool reverse = truth(arguments.take("reverse", Value::boolean(false)));
  const Dict* dict = value.dict();
  if (dict == nullptr) {
    attribute(run, value, "items");
    run.fail("UndefinedError", described(value) + " has no attribute 'items'");
    return {};
  }
  const bool by_value = by.text() != nullptr && by.text()->bytes() == "value";
  std::vector<Keyed> all;
  all.reserve(dict->entries.size());
  for (const auto& [key, member] : dict->entries) {
    all.emplace_back(folded(run, by_value ? member : key, sensitive),
                     make_list(run, {key, member}, List::Kind::kTuple));
  }
  sort_keyed(run, &all, reverse);
  return make_list(run, values_of(all));
}

Value unique(Run& run, const Value& value, ArgumentReader& arguments) {
  const bool sensitive = truth(arguments.take("case_sensitive", Value::boolean(false)));
  const Value path = arguments.take("attribute", Value::none());
  Values out;
  Dict seen;
  for (const auto& [key, member] : keyed(run, elements(run, value), path, sensitive)) {
    if (!run.step(key.text() != nullptr ? 1 : seen.entries.size() + 1)) break;
    if (seen.find(key) != nullptr) continue;
    seen.set(key, Value::none());
    out.push_back(member);
  }
  return make_list(run, std::move(out), List::Kind::kGenerator);
}

template <int kWay>
Value extreme(Run& run, const Value& value, ArgumentReader& arguments) {
  const bool sensitive = truth(arguments.take("case_sensitive", Value::boolean(false)));
  const Value path = arguments.take("attribute", Value::none());
  const auto all = keyed(run, elements(run, value), path, sensitive);
  if (all.empty()) return Value::undefined("No aggregated item, sequence was empty.");
  const Keyed* best = &all[0];
  for (const Keyed& entry : all) {
    if (order(run, entry.first, best->first) * kWay > 0) best = &entry;
  }
  return best->second;
}

Value join_filter(Run& run, const Value& value, ArgumentReader& arguments) {
  const MarkedText between = to_text(run, arguments.take("d", Value::of_template("")));
  const Value path = arguments.take("attribute", Value::none());
  MarkedText out;
  bool first = true;
  for (const Value& part : elements(run, value)) {
    if (!first) out.append(between);
    first = false;
    const MarkedText text = to_text(run, path.is_none() ? part : path_of(run, part, path));
    if (!run.step() || !run.charge(text.size() + between.size())) break;
    out.append(text);
  }
  return Value(std::move(out));
}

Value items_filter(Run& run, const Value& value, ArgumentReader&) {
  if (value.is_undefined()) return make_list(run, {}, List::Kind::kGenerator);
  if (value.dict() == nullptr) {
    run.fail("TypeError", "Can only get item pairs from a mapping.");
    return {};
  }
  Values out;
  for (const auto& [key, member] : value.dict()->entries) {
    out.push_back(make_list(run, {key, member}, List::Kind::kTuple));
  }
  return make_list(run, std::move(out), List::Kind::kGenerator);
}

Value list(Run& run, const Value& value, ArgumentReader&) {
  return make_list(run, elements(run, value));
}

Value first(Run& run, const Value& value, ArgumentReader&) {
  const Values all = elements(run, value);
  return all.empty() ? Value::undefined("No first item, sequence was empty.") : all.front();
}

Value last(Run& run, const Value& value, ArgumentReader&) {
  const Values all = elements(run, value);
  return all.empty() ? Value::undefined("No last item, sequence was empty.") : all.back();
}

constexpr std::array kSequenceFilters = {
    Filter{"dictsort", dictsort}, Filter{"first", first},     Filter{"items", items_filter},
    Filter{"join", join_filter},  Filter{"last", last},       Filter{"list", list},
    Filter{"max", extreme<1>},    Filter{"min", extreme<-1>}, Filter{"sort", sort},
    Filter{"unique", unique},
};

// Whether an element of select, reject and their kind is chosen.
bool chosen(Run& run, const Value& value, const Arguments& test) {
  if (test.values.empty()) return truth(value);
  const Text* name = test.values[0].text();
  if (name == nullptr) {
    run.fail("TemplateAssertionError", "a test is named by a text");
    return false;
  }
  const Arguments rest{Values(test.values.begin() + 1, test.values.end()), test.named};
  return apply_test(run, name->bytes(), value, rest);
}

Value choose(Run& run, const Value& value, Arguments test, bool by_attribute, bool wanted) {
  if (!truth(value)) return make_list(run, {}, List::Kind::kGenerator);
  Value path = Value::none();
  if (by_attribute) {
    if (test.values.empty()) {
      run.fail("TypeError", "Missing parameter 'attribute name'");
      return {};
    }
    path = test.values[0];
    test.values.erase(test.values.begin());
  }
  Values out;
  for (const Value& element : elements(run, value)) {
    if (!run.step()) break;
    const Value judged = by_attribute ? path_of(run, element, path) : element;
    if (chosen(run, judged, test) == wanted) out.push_back(element);
  }
  return make_list(run, std::move(out), List::Kind::kGenerator);
}

Value map_attribute(Run& run, const Value& value, const Arguments& arguments) {
  Value path, otherwise;
  for (const auto& [name, given] : arguments.named) {
    if (name == "attribute") {
      path = given;
    } else if (name == "default") {
      otherwise = given;
    } else {
      run.fail("TypeError", "map() got an argument that it does not take");
    }
  }
  Values out;
  for (const Value& element : elements(run, value)) {
    if (!run.step()) break;
    Value found = path_of(run, element, path);
    out.push_back(found.is_undefined() && !otherwise.is_undefined() ? otherwise : std::move(found));
  }
  return make_list(run, std::move(out), List::Kind::kGenerator);
}

Value map(Run& run, const Value& value, const Arguments& arguments) {
  if (!truth(value)) return make_list(run, {}, List::Kind::kGenerator);
  if (arguments.values.empty() && !arguments.named.empty())
    return map_attribute(run, value, arguments);
  const Text* name = arguments.values.empty() ? nullptr : arguments.values[0].text();
  if (name == nullptr) {
    run.fail("TypeError", "map requires a filter argument");
    return {};
  }
  const Arguments rest{Values(arguments.values.begin() + 1, arguments.values.end()),
                       arguments.named};
  Values out;
  if (name->bytes() == "map") run.fail("LimitError", "map of map is not supported");
  for (const Value& element : elements(run, value)) {
    if (!run.step()) break;
    out.push_back(apply_filter(run, name->bytes(), element, rest));
  }
  return make_list(run, std::move(out), List::Kind::kGenerator);
}

constexpr std::array<string_view, 5> kChoosing = {"map", "select", "reject", "selectattr",
                                                  "rejectattr"};

}  // namespace

std::span<const Filter> sequence_filters() { return kSequenceFilters; }

bool is_choosing_filter(string_view name) {
  return std::find(kChoosing.begin(), kChoosing.end(), name) != kChoosing.end();
}

Value apply_choosing_filter(Run& run, string_view name, const Value& value,
                            const Arguments& arguments) {
  if (name == "map") return map(run, value, arguments);
  return choose(run, value, arguments, name.ends_with("attr"), name.starts_with("select"));
}

Value path_of(Run& run, const Value& value, const Value& path) {
  const Text* text = path.text();
  if (text == nullptr) return item(run, value, path);
  string_view rest = text->bytes();
  Value found = value;
  while (!run.failed()) {
    const string_view part = rest.substr(0, rest.find('.'));
    const bool digits =
        !part.empty() && part.size() < 10 && part.find_first_not_of("0123456789") == part.npos;
    found = item(run, found,
                 digits ? Value::integer(std::stoll(std::string(part)))
                        : Value::of_template(std::string(part)));
    if (part.size() == rest.size()) break;
    rest.remove_prefix(part.size() + 1);
  }
  return found;
}

}  // namespace weir::jinja
