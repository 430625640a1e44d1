// Values as text: Python's str() and repr(), "..." % values and "...".format(values).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_backend/chat_template/jinja_value.h"

namespace weir::jinja {

// What a filter, a test, a function or a macro is called with.
struct Arguments {
  Values values;
  std::vector<std::pair<std::string, Value>> named;
};

std::string repr_of(Run& run, const Value& value);

// %s %r %d %i %x %f %g with flags, width and precision; %(name)s for a dictionary.
Value format_percent(Run& run, const Text& format, const Value& values);

// {}, {0}, {name}, each with !s or !r and a format specification.
Value format_braces(Run& run, const Text& format, const Arguments& arguments);

}  // namespace weir::jinja
