// The filters, tests and functions that templates may use.
#pragma once

#include <span>
#include <string_view>

#include "local_backend/chat_template/jinja_format.h"
#include "local_backend/chat_template/jinja_methods.h"

namespace weir::jinja {

struct Filter {
  std::string_view name;
  Value (*apply)(Run&, const Value&, ArgumentReader&);
};

bool is_filter(std::string_view name);
bool is_test(std::string_view name);

// "TemplateAssertionError" for a filter or a test that is not known.
Value apply_filter(Run& run, std::string_view name, const Value& value, const Arguments& arguments);
bool apply_test(Run& run, std::string_view name, const Value& value, const Arguments& arguments);

// Filters whose arguments name filters or tests: map, select, reject, selectattr, rejectattr.
bool is_choosing_filter(std::string_view name);
Value apply_choosing_filter(Run& run, std::string_view name, const Value& value,
                            const Arguments& arguments);

// "a.b.0" of a value, as map(attribute=...) and sort(attribute=...) take it.
Value path_of(Run& run, const Value& value, const Value& path);

// Those on sequences; the others stand in jinja_filters.cc.
std::span<const Filter> sequence_filters();

}  // namespace weir::jinja
