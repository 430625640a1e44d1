#include "local_backend/chat_template/jinja_filters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "local_backend/chat_template/jinja_json.h"
#include "local_backend/chat_template/jinja_operators.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using Origin = MarkedText::Origin;
using std::string_view;

// What filters on texts see: str(value), with |safe kept.
Text text_of(Run& run, const Value& value) {
  if (const Text* text = value.text()) return *text;
  return {to_text(run, value), false};
}

Value to_json_filter(Run& run, const Value& value, ArgumentReader& arguments) {
  JsonStyle style;
  style.ensure_ascii = truth(arguments.take("ensure_ascii", Value::boolean(false)));
  const Value indent = arguments.take("indent", Value::none());
  const Value separators = arguments.take("separators", Value::none());
  style.sort_keys = truth(arguments.take("sort_keys", Value::boolean(false)));
  if (const auto width = integer_of(indent)) {
    style.indents = true;
    style.indent =
        std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(*width, 0, 64)), ' ');
  } else if (indent.text() != nullptr) {
    style.indents = true;
    style.indent = std::string(indent.text()->bytes().substr(0, 64));
  }
  if (style.indents) style.item_separator = ",";
  if (const List* pair = separators.list(); pair != nullptr && pair->values.size() == 2) {
    style.item_separator = std::string(to_text(run, pair->values[0]).bytes());
    style.key_separator = std::string(to_text(run, pair->values[1]).bytes());
  }
  return Value(
      MarkedText(to_json(run, value, style), has_user(value) ? Origin::kUser : Origin::kTemplate));
}

Value from_json_filter(Run& run, const Value& value, ArgumentReader&) {
  const Text* text = value.text();
  if (text == nullptr) {
    run.fail("TypeError", "the JSON object must be str, not " + std::string(type_name(value)));
    return {};
  }
  const auto read =
      from_json(run, text->bytes(), text->marked.has_user() ? Origin::kUser : Origin::kTemplate);
  if (!read) run.fail("ValueError", "from_json got something else than JSON");
  return read.value_or(Value());
}

Value length_filter(Run& run, const Value& value, ArgumentReader&) {
  const auto size = length(run, value);
  return size ? Value::integer(*size) : Value();
}

Value trim(Run& run, const Value& value, ArgumentReader& arguments) {
  return stripped(run, text_of(run, value), arguments.take("chars", Value::none()), true, true);
}

Value string_filter(Run& run, const Value& value, ArgumentReader&) {
  Text text = text_of(run, value);
  return Value(std::move(text.marked), text.safe);
}

Value safe(Run& run, const Value& value, ArgumentReader&) {
  return Value(to_text(run, value), true);
}

Value default_filter(Run&, const Value& value, ArgumentReader& arguments) {
  Value otherwise = arguments.take("default_value", Value::of_template(""));
  const bool any = truth(arguments.take("boolean", Value::boolean(false)));
  return value.is_undefined() || (any && !truth(value)) ? otherwise : value;
}

Value lower_filter(Run& run, const Value& value, ArgumentReader&) {
  return mapped(run, text_of(run, value), lower_of);
}
Value upper_filter(Run& run, const Value& value, ArgumentReader&) {
  return mapped(run, text_of(run, value), upper_of);
}

Value replace_filter(Run& run, const Value& value, ArgumentReader& arguments) {
  const Text from = text_of(run, arguments.take("old")), to = text_of(run, arguments.take("new"));
  const auto count = integer_of(arguments.take("count", Value::integer(-1)));
  if (run.failed()) return {};
  Text text = text_of(run, value);
  text.safe = false;
  return replaced(run, text, from, to, count.value_or(-1));
}

Value indent(Run& run, const Value& value, ArgumentReader& arguments) {
  const Value width = arguments.take("width", Value::integer(4));
  const bool first = truth(arguments.take("first", Value::boolean(false)));
  const bool blank = truth(arguments.take("blank", Value::boolean(false)));
  const auto spaces =
      static_cast<std::size_t>(std::clamp<std::int64_t>(integer_of(width).value_or(0), 0, 1000));
  const std::string prefix =
      width.text() != nullptr ? std::string(width.text()->bytes()) : std::string(spaces, ' ');
  const Text text = text_of(run, value);
  const string_view all = text.bytes();
  MarkedText out;
  for (std::size_t at = 0, line = 0; run.charge(prefix.size() + 1); ++line) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    if (line == 0 ? first : blank || end > at) out.append(prefix, Origin::kTemplate);
    out.append_part(text.marked, at, std::min(end + 1, all.size()));
    if (end == all.size()) break;
    at = end + 1;
  }
  run.charge(out.size());
  return Value(std::move(out), text.safe);
}

Value int_filter(Run&, const Value& value, ArgumentReader& arguments) {
  Value otherwise = arguments.take("default", Value::integer(0));
  const auto base =
      static_cast<int>(integer_of(arguments.take("base", Value::integer(10))).value_or(10));
  if (const auto whole = integer_of(value)) return Value::integer(*whole);
  const auto whole_of = [&](double number) {
    return std::fabs(number) < 9e18 ? Value::integer(static_cast<std::int64_t>(number)) : otherwise;
  };
  if (const auto* number = value.as<double>()) return whole_of(*number);
  if (value.text() == nullptr) return otherwise;
  string_view text = value.text()->bytes();
  text = text.substr(strip_begin(text));
  text = text.substr(0, stripped_end(text));
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), whole, std::clamp(base, 2, 36));
  if (read.ec == std::errc() && read.ptr == end) return Value::integer(whole);
  double number = 0;
  const auto fraction = std::from_chars(text.data(), text.data() + text.size(), number);
  return fraction.ec == std::errc() && fraction.ptr == end ? whole_of(number) : otherwise;
}

constexpr std::array kPlainFilters = {
    Filter{"default", default_filter},
    Filter{"from_json", from_json_filter},
    Filter{"indent", indent},
    Filter{"int", int_filter},
    Filter{"length", length_filter},
    Filter{"count", length_filter},
    Filter{"lower", lower_filter},
    Filter{"replace", replace_filter},
    Filter{"safe", safe},
    Filter{"string", string_filter},
    Filter{"tojson", to_json_filter},
    Filter{"trim", trim},
    Filter{"upper", upper_filter},
};

const Filter* find_filter(string_view name) {
  const auto named = [&](const Filter& filter) { return filter.name == name; };
  const auto plain = std::find_if(kPlainFilters.begin(), kPlainFilters.end(), named);
  if (plain != kPlainFilters.end()) return &*plain;
  const auto sequence = std::find_if(sequence_filters().begin(), sequence_filters().end(), named);
  return sequence == sequence_filters().end() ? nullptr : &*sequence;
}

}  // namespace

bool is_filter(string_view name) {
  return find_filter(name) != nullptr || is_choosing_filter(name);
}

Value apply_filter(Run& run, string_view name, const Value& value, const Arguments& arguments) {
  if (!run.step()) return {};
  if (is_choosing_filter(name)) return apply_choosing_filter(run, name, value, arguments);
  const Filter* filter = find_filter(name);
  if (filter == nullptr) {
    run.fail("TemplateAssertionError", "No filter named '" + std::string(name) + "'.");
    return {};
  }
  ArgumentReader reader(run, name, arguments);
  Value result = filter->apply(run, value, reader);
  reader.end();
  return result;
}

}  // namespace weir::jinja
