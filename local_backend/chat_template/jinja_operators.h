// What the operators of a template do to values, and how values are taken apart.
//
// Python's rules and messages; errors go to the Run, and the result is then undefined.
#pragma once

#include <optional>
#include <string_view>

#include "local_backend/chat_template/jinja_value.h"

namespace weir::jinja {

// "+", "-", "*", "/", "//", "%".
Value binary(Run& run, std::string_view op, const Value& a, const Value& b);
Value negated(Run& run, const Value& value);

// "==", "!=", "<", "<=", ">", ">=", "in", "not in".
bool compare(Run& run, std::string_view op, const Value& a, const Value& b);
// Negative, 0 or positive, as sorting asks; fails where Python has no order.
int order(Run& run, const Value& a, const Value& b);

// value.name and value[index]: a method, a member, or undefined.
Value attribute(Run& run, const Value& value, std::string_view name);
Value item(Run& run, const Value& value, const Value& index);
// value[begin:end:step]; what was left out is none.
Value slice(Run& run, const Value& value, const Value& begin, const Value& end, const Value& step);

// The elements: of a list, the keys of a dictionary, the characters of a text.
Values elements(Run& run, const Value& value);
std::optional<std::int64_t> length(Run& run, const Value& value);

// bool and int as int.
std::optional<std::int64_t> integer_of(const Value& value);

}  // namespace weir::jinja
