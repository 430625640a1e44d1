#include "local_backend/chat_template/jinja_operators.h"

#include <algorithm>
#include <cmath>

#include "local_backend/chat_template/jinja_format.h"
#include "local_backend/chat_template/jinja_methods.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using Origin = MarkedText::Origin;
using std::string_view;

Value unsupported(Run& run, string_view op, const Value& a, const Value& b) {
  run.fail("TypeError", "unsupported operand type(s) for " + std::string(op) + ": '" +
                            std::string(type_name(a)) + "' and '" + std::string(type_name(b)) +
                            "'");
  return {};
}

double float_of(const Value& value) {
  if (const auto whole = integer_of(value)) return static_cast<double>(*whole);
  return *value.as<double>();
}

// Like markupsafe: what is not safe is escaped before it is joined to what is.
MarkedText escaped(const Text& text) {
  if (text.safe) return text.marked;
  MarkedText out;
  const string_view bytes = text.bytes();
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t plain = std::min(bytes.find_first_of("&<>'\"", at), bytes.size());
    out.append_part(text.marked, at, plain);
    at = plain;
    if (at == bytes.size()) break;
    constexpr string_view kFrom = "&<>'\"";
    static constexpr string_view kTo[] = {"&amp;", "&lt;", "&gt;", "&#39;", "&#34;"};
    out.append(kTo[kFrom.find(bytes[at++])], Origin::kTemplate);
  }
  return out;
}

Value add_texts(Run& run, const Text& a, const Text& b) {
  if (!run.charge(a.bytes().size() + b.bytes().size())) return {};
  const bool safe = a.safe || b.safe;
  MarkedText out = safe ? escaped(a) : a.marked;
  out.append(safe ? escaped(b) : b.marked);
  return Value(std::move(out), safe);
}

Value add(Run& run, const Value& a, const Value& b) {
  const List* left = a.list();
  const List* right = b.list();
  if (a.text() != nullptr && b.text() != nullptr) return add_texts(run, *a.text(), *b.text());
  if (left != nullptr && right != nullptr && left->kind == right->kind &&
      (left->kind == List::Kind::kList || left->kind == List::Kind::kTuple)) {
    Values all = left->values;
    all.insert(all.end(), right->values.begin(), right->values.end());
    return make_list(run, std::move(all), left->kind);
  }
  if (a.text() != nullptr) {
    run.fail("TypeError",
             "can only concatenate str (not \"" + std::string(type_name(b)) + "\") to str");
    return {};
  }
  return unsupported(run, "+", a, b);
}

Value repeat(Run& run, const Value& value, std::int64_t count) {
  const auto times = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
  if (const Text* text = value.text()) {
    const std::size_t size = text->bytes().size();
    if (size > 0 && (times > run.limits().bytes / size || !run.charge(times * size))) {
      run.fail("LimitError", "a text is repeated too often");
      return {};
    }
    MarkedText out;
    for (std::size_t i = 0; size > 0 && i < times; ++i) out.append(text->marked);
    return Value(std::move(out), text->safe);
  }
  const List& list = *value.list();
  const std::size_t size = list.values.size();
  if (size > 0 && (times > run.limits().steps / size || !run.step(times * size))) {
    run.fail("LimitError", "a list is repeated too often");
    return {};
  }
  Values all;
  for (std::size_t i = 0; size > 0 && i < times; ++i) {
    all.insert(all.end(), list.values.begin(), list.values.end());
  }
  return make_list(run, std::move(all), list.kind);
}

bool repeats(const Value& value) {
  const List* list = value.list();
  return value.text() != nullptr ||
         (list != nullptr && (list->kind == List::Kind::kList || list->kind == List::Kind::kTuple));
}

// By reference: the argument before it writes it.
Value whole_result(Run& run, bool overflow, const std::int64_t& result) {
  if (overflow) run.fail("OverflowError", "an integer needs more than 64 bits");
  return Value::integer(result);
}

Value divide_whole(Run& run, string_view op, std::int64_t a, std::int64_t b) {
  if (b == 0) {
    run.fail("ZeroDivisionError", "integer division or modulo by zero");
    return {};
  }
  if (b == -1) {
    std::int64_t negative = 0;
    if (op == "%") return Value::integer(0);
    return whole_result(run, __builtin_sub_overflow(std::int64_t{0}, a, &negative), negative);
  }
  const std::int64_t rest = a % b;
  const bool down = rest != 0 && (rest < 0) != (b < 0);
  if (op == "%") return Value::integer(down ? rest + b : rest);
  return Value::integer(a / b - (down ? 1 : 0));
}

Value integer_arithmetic(Run& run, string_view op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (op == "+") return whole_result(run, __builtin_add_overflow(a, b, &result), result);
  if (op == "-") return whole_result(run, __builtin_sub_overflow(a, b, &result), result);
  if (op == "*") return whole_result(run, __builtin_mul_overflow(a, b, &result), result);
  return divide_whole(run, op, a, b);
}

Value arithmetic(Run& run, string_view op, const Value& a, const Value& b) {
  const auto whole_a = integer_of(a), whole_b = integer_of(b);
  if (whole_a && whole_b && op != "/") return integer_arithmetic(run, op, *whole_a, *whole_b);
  const double x = float_of(a), y = float_of(b);
  if (op == "+") return Value::floating(x + y);
  if (op == "-") return Value::floating(x - y);
  if (op == "*") return Value::floating(x * y);
  if (y == 0) {
    run.fail("ZeroDivisionError",
             op == "/" && whole_a && whole_b ? "division by zero" : "float division by zero");
    return {};
  }
  if (op == "/") return Value::floating(x / y);
  if (op == "//") return Value::floating(std::floor(x / y));
  const double rest = std::fmod(x, y);
  return Value::floating(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest);
}

bool fail_undefined(Run& run, const Value& value) {
  const auto* undefined = value.as<Undefined>();
  if (undefined == nullptr) return false;
  run.fail("UndefinedError", undefined->hint ? *undefined->hint : "a value is undefined");
  return true;
}

bool contains(Run& run, const Value& all, const Value& one) {
  if (const Text* text = all.text()) {
    if (one.text() != nullptr) {
      run.charge(text->bytes().size());
      return text->bytes().find(one.text()->bytes()) != string_view::npos;
    }
    run.fail("TypeError",
             "'in <string>' requires string as left operand, not " + std::string(type_name(one)));
    return false;
  }
  if (const Dict* dict = all.dict()) {
    run.step(one.text() != nullptr ? 1 : dict->entries.size());
    return dict->find(one) != nullptr;
  }
  if (const List* list = all.list()) {
    run.step(list->values.size());
    return std::any_of(list->values.begin(), list->values.end(),
                       [&](const Value& value) { return equal(value, one); });
  }
  if (all.is_undefined()) return false;
  run.fail("TypeError", "argument of type '" + std::string(type_name(all)) + "' is not iterable");
  return false;
}

int order_of_lists(Run& run, const List& a, const List& b) {
  for (std::size_t i = 0; i < std::min(a.values.size(), b.values.size()); ++i) {
    if (!run.step()) return 0;
    if (!equal(a.values[i], b.values[i])) return order(run, a.values[i], b.values[i]);
  }
  return a.values.size() < b.values.size() ? -1 : a.values.size() > b.values.size() ? 1 : 0;
}

std::optional<int> order_if_any(Run& run, const Value& a, const Value& b) {
  if (a.text() != nullptr && b.text() != nullptr) {
    const int result = a.text()->bytes().compare(b.text()->bytes());
    return result < 0 ? -1 : result > 0 ? 1 : 0;
  }
  const auto whole_a = integer_of(a), whole_b = integer_of(b);
  if (whole_a && whole_b) return *whole_a < *whole_b ? -1 : *whole_a > *whole_b ? 1 : 0;
  if (a.is_number() && b.is_number()) {
    const double x = float_of(a), y = float_of(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const List* left = a.list();
  const List* right = b.list();
  if (left != nullptr && right != nullptr && left->kind == right->kind &&
      (left->kind == List::Kind::kList || left->kind == List::Kind::kTuple)) {
    return order_of_lists(run, *left, *right);
  }
  return std::nullopt;
}

// Where each character of a text begins, and where it ends.
std::vector<std::size_t> character_places(Run& run, string_view text) {
  std::vector<std::size_t> places;
  if (!run.charge(text.size() * sizeof(std::size_t))) return {0};
  for (std::size_t at = 0; at < text.size();) {
    places.push_back(at);
    std::size_t size = 0;
    character_at(text.substr(at), &size);
    at += size;
  }
  places.push_back(text.size());
  return places;
}

Value missing_item(const Value& value, const Value& index) {
  if (const Text* name = index.text()) {
    const std::string shown =
        name->marked.has_user() ? "..." : std::string(name->bytes().substr(0, 80));
    return Value::undefined(described(value) + " has no attribute '" + shown + "'");
  }
  const auto place = integer_of(index);
  const std::string what = value.is_none() ? "None" : std::string(type_name(value)) + " object";
  return Value::undefined(what + " has no element " +
                          (place ? std::to_string(*place) : std::string(type_name(index))));
}

Value character_item(Run& run, const Text& text, std::int64_t index, const Value& missing) {
  const std::vector<std::size_t> places = character_places(run, text.bytes());
  const auto size = static_cast<std::int64_t>(places.size() - 1);
  if (index < 0) index += size;
  if (index < 0 || index >= size) return missing;
  const auto at = static_cast<std::size_t>(index);
  return Value(text.marked.part(places[at], places[at + 1]), text.safe);
}

// The places that a slice visits, as Python's slice.indices().
struct Places {
  std::int64_t begin, end, step;
};

std::optional<Places> places_of(Run& run, std::int64_t size, const Value& begin, const Value& end,
                                const Value& step) {
  for (const Value* part : {&begin, &end, &step}) {
    if (part->is_none() || integer_of(*part)) continue;
    run.fail("TypeError", "slice indices must be integers or None or have an __index__ method");
    return std::nullopt;
  }
  Places places{0, 0, step.is_none() ? 1 : *integer_of(step)};
  if (places.step == 0) {
    run.fail("ValueError", "slice step cannot be zero");
    return std::nullopt;
  }
  const bool back = places.step < 0;
  const std::int64_t low = back ? -1 : 0, high = back ? size - 1 : size;
  const auto bounded = [&](const Value& value, std::int64_t otherwise) {
    if (value.is_none()) return otherwise;
    const std::int64_t place = *integer_of(value);
    return place < 0 ? std::max(place < -size ? low : place + size, low) : std::min(place, high);
  };
  places.begin = bounded(begin, back ? high : low);
  places.end = bounded(end, back ? low : high);
  return places;
}

template <class Use>
void visit(Run& run, const Places& places, const Use& use) {
  const auto more = [&](std::int64_t at) {
    return places.step > 0 ? at < places.end : at > places.end;
  };
  for (std::int64_t at = places.begin; more(at) && run.step();) {
    use(static_cast<std::size_t>(at));
    if (__builtin_add_overflow(at, places.step, &at)) return;
  }
}

Value slice_text(Run& run, const Text& text, const Value& begin, const Value& end,
                 const Value& step) {
  const std::vector<std::size_t> chars = character_places(run, text.bytes());
  const auto places = places_of(run, static_cast<std::int64_t>(chars.size() - 1), begin, end, step);
  if (!places) return {};
  if (places->step == 1) {
    const auto first = static_cast<std::size_t>(places->begin);
    const auto last = static_cast<std::size_t>(std::max(places->begin, places->end));
    return Value(text.marked.part(chars[first], chars[last]), text.safe);
  }
  MarkedText out;
  visit(run, *places,
        [&](std::size_t at) { out.append_part(text.marked, chars[at], chars[at + 1]); });
  return Value(std::move(out), text.safe);
}

}  // namespace

std::optional<std::int64_t> integer_of(const Value& value) {
  if (const auto* flag = value.as<bool>()) return *flag ? 1 : 0;
  if (const auto* whole = value.as<std::int64_t>()) return *whole;
  return std::nullopt;
}

Value binary(Run& run, string_view op, const Value& a, const Value& b) {
  if (op == "%" && a.text() != nullptr) return format_percent(run, *a.text(), b);
  if (fail_undefined(run, a) || fail_undefined(run, b)) return {};
  if (a.is_number() && b.is_number()) return arithmetic(run, op, a, b);
  if (op == "+") return add(run, a, b);
  if (op == "*" && repeats(a) && integer_of(b)) return repeat(run, a, *integer_of(b));
  if (op == "*" && repeats(b) && integer_of(a)) return repeat(run, b, *integer_of(a));
  return unsupported(run, op, a, b);
}

Value negated(Run& run, const Value& value) {
  if (fail_undefined(run, value)) return {};
  if (const auto* number = value.as<double>()) return Value::floating(-*number);
  if (value.is_integral()) return arithmetic(run, "-", Value::integer(0), value);
  run.fail("TypeError", "bad operand type for unary -: '" + std::string(type_name(value)) + "'");
  return {};
}

int order(Run& run, const Value& a, const Value& b) {
  if (fail_undefined(run, a) || fail_undefined(run, b)) return 0;
  if (const auto result = order_if_any(run, a, b)) return *result;
  run.fail("TypeError", "'<' not supported between instances of '" + std::string(type_name(a)) +
                            "' and '" + std::string(type_name(b)) + "'");
  return 0;
}

bool compare(Run& run, string_view op, const Value& a, const Value& b) {
  if (op == "==") return equal(a, b);
  if (op == "!=") return !equal(a, b);
  if (op == "in") return contains(run, b, a);
  if (op == "not in") return !contains(run, b, a);
  const int result = order(run, a, b);
  if (a.is_number() && b.is_number() && (std::isnan(float_of(a)) || std::isnan(float_of(b))))
    return false;
  return op == "<" ? result < 0 : op == "<=" ? result <= 0 : op == ">" ? result > 0 : result >= 0;
}

Value attribute(Run& run, const Value& value, string_view name) {
  if (fail_undefined(run, value)) return {};
  if (const Namespace* space = value.space()) {
    if (const Value* found = space->find(name)) return *found;
  }
  if (const LoopState* loop = value.loop()) {
    if (auto found = loop_attribute(*loop, name)) return *found;
  }
  if (auto found = method(run, value, name)) return *found;
  if (const Dict* dict = value.dict()) {
    if (const Value* found = dict->find(name)) return *found;
  }
  return Value::undefined(described(value) + " has no attribute '" + std::string(name) + "'");
}

Value item(Run& run, const Value& value, const Value& index) {
  if (fail_undefined(run, value)) return {};
  const auto place = integer_of(index);
  const List* list = value.list();
  if (const Dict* dict = value.dict()) {
    if (!run.step(index.text() != nullptr ? 1 : dict->entries.size() + 1)) return {};
    if (const Value* found = dict->find(index)) return *found;
  } else if (list != nullptr && list->indexed() && place) {
    const auto size = static_cast<std::int64_t>(list->values.size());
    const std::int64_t at = *place < 0 && *place >= -size ? *place + size : *place;
    if (at >= 0 && at < size) return list->values[static_cast<std::size_t>(at)];
  } else if (value.text() != nullptr && place) {
    return character_item(run, *value.text(), *place, missing_item(value, index));
  }
  if (const Text* name = index.text()) {
    if (auto found = method(run, value, name->bytes())) return *found;
    if (const LoopState* loop = value.loop()) {
      if (auto found = loop_attribute(*loop, name->bytes())) return *found;
    }
    if (const Namespace* space = value.space()) {
      if (const Value* found = space->find(name->bytes())) return *found;
    }
  }
  return missing_item(value, index);
}

Value slice(Run& run, const Value& value, const Value& begin, const Value& end, const Value& step) {
  if (fail_undefined(run, value)) return {};
  if (const Text* text = value.text()) return slice_text(run, *text, begin, end, step);
  const List* list = value.list();
  if (list == nullptr || !list->indexed()) {
    return Value::undefined(described(value) + " has no element slice");
  }
  const auto places =
      places_of(run, static_cast<std::int64_t>(list->values.size()), begin, end, step);
  if (!places) return {};
  Values values;
  visit(run, *places, [&](std::size_t at) { values.push_back(list->values[at]); });
  return make_list(run, std::move(values), list->kind);
}

Values elements(Run& run, const Value& value) {
  Values out;
  if (const List* list = value.list()) {
    if (run.charge(list->values.size() * sizeof(Value))) out = list->values;
  } else if (const Dict* dict = value.dict()) {
    if (!run.charge(dict->entries.size() * sizeof(Value))) return out;
    for (const auto& [key, unused] : dict->entries) out.push_back(key);
  } else if (const Text* text = value.text()) {
    const std::vector<std::size_t> places = character_places(run, text->bytes());
    for (std::size_t i = 0; i + 1 < places.size() && run.step(); ++i) {
      out.push_back(Value(text->marked.part(places[i], places[i + 1]), text->safe));
    }
  } else if (!value.is_undefined()) {
    run.fail("TypeError", "'" + std::string(type_name(value)) + "' object is not iterable");
  }
  return out;
}

std::optional<std::int64_t> length(Run& run, const Value& value) {
  if (const Text* text = value.text()) {
    run.charge(text->bytes().size());
    return static_cast<std::int64_t>(character_count(text->bytes()));
  }
  const List* list = value.list();
  if (list != nullptr && list->kind != List::Kind::kGenerator)
    return static_cast<std::int64_t>(list->values.size());
  if (const Dict* dict = value.dict()) return static_cast<std::int64_t>(dict->entries.size());
  if (const LoopState* loop = value.loop()) return static_cast<std::int64_t>(loop->all->size());
  if (value.is_undefined()) return 0;
  run.fail("TypeError", "object of type '" + std::string(type_name(value)) + "' has no len()");
  return std::nullopt;
}

}  // namespace weir::jinja
