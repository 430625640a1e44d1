// JSON to values and back, as Python's json module writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "local_backend/chat_template/jinja_value.h"

namespace weir::jinja {

struct JsonStyle {
  bool ensure_ascii = false;
  std::string indent = {};  // one level of it
  bool indents = false;
  bool sort_keys = false;
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};

// Fails with "TypeError" for what JSON cannot hold.
std::string to_json(Run& run, const Value& value, const JsonStyle& style);

// Nothing for what is no JSON, or nested deeper than kMaxValueDepth. Every text in it
// has this origin. Integers beyond 64 bits become floats.
std::optional<Value> from_json(Run& run, std::string_view json, MarkedText::Origin origin);

// As Python's repr has it: the shortest text that reads back.
std::string float_text(double value);

}  // namespace weir::jinja
