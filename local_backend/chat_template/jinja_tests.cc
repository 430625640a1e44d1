#include <algorithm>
#include <array>

#include "local_backend/chat_template/jinja_filters.h"
#include "local_backend/chat_template/jinja_operators.h"

namespace weir::jinja {
namespace {

using std::string_view;

struct Test {
  string_view name;
  bool (*holds)(const Value&);
};

bool is_text(const Value& value) { return value.text() != nullptr; }
bool is_boolean(const Value& value) { return value.as<bool>() != nullptr; }
bool is_false(const Value& value) { return is_boolean(value) && !*value.as<bool>(); }
bool is_true(const Value& value) { return is_boolean(value) && *value.as<bool>(); }
bool is_iterable(const Value& value) {
  return value.text() != nullptr || value.list() != nullptr || value.dict() != nullptr ||
         value.loop() != nullptr || value.is_undefined();
}
bool is_sequence(const Value& value) {
  const List* list = value.list();
  return value.text() != nullptr || value.dict() != nullptr || value.is_undefined() ||
         (list != nullptr && list->indexed());
}
bool is_odd(const Value& value) { return integer_of(value).value_or(0) % 2 != 0; }

constexpr std::array kTests = {
    Test{"boolean", is_boolean},
    Test{"callable", [](const Value& v) { return v.function() != nullptr; }},
    Test{"defined", [](const Value& v) { return !v.is_undefined(); }},
    Test{"even", [](const Value& v) { return !is_odd(v); }},
    Test{"false", is_false},
    Test{"float", [](const Value& v) { return v.as<double>() != nullptr; }},
    Test{"integer", [](const Value& v) { return v.as<std::int64_t>() != nullptr; }},
    Test{"iterable", is_iterable},
    Test{"mapping", [](const Value& v) { return v.dict() != nullptr; }},
    Test{"none", [](const Value& v) { return v.is_none(); }},
    Test{"number", [](const Value& v) { return v.is_number(); }},
    Test{"odd", is_odd},
    Test{"sequence", is_sequence},
    Test{"string", is_text},
    Test{"true", is_true},
    Test{"undefined", [](const Value& v) { return v.is_undefined(); }},
};

// Tests that compare with an argument, and the operator that they are.
constexpr std::array<std::pair<string_view, string_view>, 15> kComparisons = {{
    {"eq", "=="},
    {"equalto", "=="},
    {"==", "=="},
    {"ne", "!="},
    {"!=", "!="},
    {"lt", "<"},
    {"lessthan", "<"},
    {"<", "<"},
    {"le", "<="},
    {"gt", ">"},
    {"greaterthan", ">"},
    {">", ">"},
    {"ge", ">="},
    {"in", "in"},
    {"sameas", "=="},
}};

const Test* find_test(string_view name) {
  const auto at =
      std::find_if(kTests.begin(), kTests.end(), [&](const Test& t) { return t.name == name; });
  return at == kTests.end() ? nullptr : &*at;
}

string_view find_comparison(string_view name) {
  const auto at = std::find_if(kComparisons.begin(), kComparisons.end(),
                               [&](const auto& c) { return c.first == name; });
  return at == kComparisons.end() ? string_view() : at->second;
}

}  // namespace

bool is_test(string_view name) {
  return find_test(name) != nullptr || !find_comparison(name).empty();
}

bool apply_test(Run& run, string_view name, const Value& value, const Arguments& arguments) {
  if (!run.step()) return false;
  ArgumentReader reader(run, name, arguments);
  const string_view comparison = find_comparison(name);
  bool holds = false;
  if (!comparison.empty()) {
    const Value other = reader.take("other");
    holds = !run.failed() && compare(run, comparison, value, other);
  } else if (const Test* test = find_test(name)) {
    holds = test->holds(value);
  } else {
    run.fail("TemplateAssertionError", "No test named '" + std::string(name) + "'.");
  }
  reader.end();
  return holds;
}

}  // namespace weir::jinja
