#include "local_backend/chat_template/jinja_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "local_backend/chat_template/jinja_json.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using Origin = MarkedText::Origin;
using std::string_view;

bool is_printable(char32_t code) {
  return code >= 0x20 && code != 0x7f && !(code >= 0x80 && code <= 0xa0) && code != 0xad &&
         !(code >= 0x2000 && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202f) &&
         !(code >= 0x205f && code <= 0x206f) && code != 0x3000 && code != 0xfeff;
}

void append_code(std::string* out, char32_t code) {
  char text[12];
  const char* const format = code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(text, sizeof text, format, static_cast<unsigned>(code));
  *out += text;
}

std::string repr_of_text(string_view text) {
  const bool single = text.find('\'') == text.npos || text.find('"') != text.npos;
  const char quote = single ? '\'' : '"';
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = character_at(text.substr(at), &size);
    constexpr string_view kFrom = "\\\n\r\t", kTo = "\\nrt";
    const std::size_t escape = code < 0x80 ? kFrom.find(static_cast<char>(code)) : kFrom.npos;
    if (escape != kFrom.npos) {
      out += '\\';
      out += kTo[escape];
    } else if (code == static_cast<char32_t>(quote)) {
      out += '\\';
      out += quote;
    } else if (is_printable(code)) {
      out += text.substr(at, size);
    } else {
      append_code(&out, code);
    }
    at += size;
  }
  return out + quote;
}

std::string repr_of_list(Run& run, const List& list) {
  using Kind = List::Kind;
  if (list.kind == Kind::kGenerator) return "<generator object>";
  if (list.kind == Kind::kRange) {
    const auto first = list.values.empty() ? 0 : *list.values.front().as<std::int64_t>();
    return "range(" + std::to_string(first) + ", " +
           std::to_string(first + static_cast<std::int64_t>(list.values.size())) + ")";
  }
  std::string out;
  for (const Value& value : list.values) {
    if (!run.step()) return out;
    if (!out.empty()) out += ", ";
    out += repr_of(run, value);
  }
  switch (list.kind) {
    case Kind::kTuple: return "(" + out + (list.values.size() == 1 ? ",)" : ")");
    case Kind::kItems: return "dict_items([" + out + "])";
    case Kind::kKeys: return "dict_keys([" + out + "])";
    case Kind::kValues: return "dict_values([" + out + "])";
    default: return "[" + out + "]";
  }
}

std::string repr_of_dict(Run& run, const Dict& dict) {
  std::string out;
  for (const auto& [key, value] : dict.entries) {
    if (!run.step()) return out;
    if (!out.empty()) out += ", ";
    out += repr_of(run, key) + ": " + repr_of(run, value);
  }
  return "{" + out + "}";
}

// How one value is to be written.
struct Spec {
  char fill = ' ';
  char align = '\0';  // '<', '>', '^'; none: as the type has it
  char sign = '\0';   // '+' or ' '
  bool zero = false;
  std::size_t width = 0;
  int precision = -1;
  char type = '\0';
};

constexpr std::size_t kMaxWidth = 1000;

// The number at the front of `text`, which is taken off it.
std::size_t take_number(string_view* text) {
  std::size_t value = 0;
  while (!text->empty() && text->front() >= '0' && text->front() <= '9') {
    value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(text->front() - '0'),
                                  1'000'000);
    text->remove_prefix(1);
  }
  return value;
}

std::string digits_of(const Value& value, const Spec& spec) {
  char text[512];
  const int precision = std::min(spec.precision < 0 ? 6 : spec.precision, 100);
  const double number = number_of(value);
  switch (spec.type) {
    case 'f':
    case 'F': std::snprintf(text, sizeof text, "%.*f", precision, number); return text;
    case 'e': std::snprintf(text, sizeof text, "%.*e", precision, number); return text;
    case 'g': std::snprintf(text, sizeof text, "%.*g", precision, number); return text;
    case 'x':
    case 'X':
    case 'o': {
      const auto whole = static_cast<std::int64_t>(number);
      const auto size = static_cast<unsigned long long>(whole < 0 ? -whole : whole);
      std::snprintf(text, sizeof text,
                    spec.type == 'x'   ? "%llx"
                    : spec.type == 'X' ? "%llX"
                                       : "%llo",
                    size);
      return (whole < 0 ? "-" : "") + std::string(text);
    }
    default: break;
  }
  if (const auto* whole = value.as<std::int64_t>()) return std::to_string(*whole);
  if (value.as<bool>() != nullptr) return number != 0 ? "1" : "0";
  std::snprintf(text, sizeof text, "%.0f", std::trunc(number));
  return text;
}

MarkedText padded(const MarkedText& text, const Spec& spec, bool number) {
  const std::size_t size = character_count(text.bytes());
  if (size >= spec.width) return text;
  std::size_t before = spec.width - size, behind = 0;
  const char align = spec.align != '\0' ? spec.align : number ? '>' : '<';
  if (align == '<') std::swap(before, behind);
  if (align == '^') {
    behind = before - before / 2;
    before /= 2;
  }
  MarkedText out;
  out.append(std::string(before, spec.fill), Origin::kTemplate);
  out.append(text);
  out.append(std::string(behind, spec.fill), Origin::kTemplate);
  return out;
}

MarkedText formatted_number(const Value& value, const Spec& spec) {
  std::string digits = digits_of(value, spec);
  if (spec.sign != '\0' && !digits.starts_with('-')) digits = spec.sign + digits;
  if (spec.zero && digits.size() < spec.width && spec.align == '\0') {
    const std::size_t sign = digits[0] == '-' || digits[0] == '+' || digits[0] == ' ' ? 1 : 0;
    digits.insert(sign, spec.width - digits.size(), '0');
  }
  return padded(MarkedText(std::move(digits), Origin::kTemplate), spec, true);
}

MarkedText formatted_text(Run& run, MarkedText text, const Spec& spec) {
  if (spec.precision >= 0) {
    std::size_t at = 0;
    for (int i = 0; i < spec.precision && at < text.size(); ++i) {
      std::size_t size = 0;
      character_at(text.bytes().substr(at), &size);
      at += size;
    }
    text = text.part(0, at);
  }
  run.charge(spec.width + text.size());
  return padded(text, spec, false);
}

// "..." % values, piece by piece.
class PercentFormat {
 public:
  PercentFormat(Run& run, const Text& format, const Value& values)
      : run_(run), format_(format), rest_(format.bytes()), values_(values), tuple_(values.list()) {
    if (tuple_ != nullptr && tuple_->kind != List::Kind::kTuple) tuple_ = nullptr;
  }

  Value format() {
    MarkedText out;
    while (!rest_.empty() && run_.step()) {
      const std::size_t plain = std::min(rest_.find('%'), rest_.size());
      out.append_part(format_.marked, place(), place() + plain);
      rest_.remove_prefix(plain);
      if (!rest_.empty()) out.append(field());
    }
    const bool all = tuple_ != nullptr
                         ? next_ == tuple_->values.size()
                         : next_ > 0 || values_.dict() != nullptr || values_.list() != nullptr;
    if (!all) run_.fail("TypeError", "not all arguments converted during string formatting");
    run_.charge(out.size());
    return Value(std::move(out));
  }

 private:
  std::size_t place() const { return format_.bytes().size() - rest_.size(); }

  MarkedText field() {
    rest_.remove_prefix(1);
    Value named;
    const bool by_name = rest_.starts_with('(');
    if (by_name) named = named_value();
    const Spec spec = read_spec();
    if (spec.type == '%') return MarkedText("%", Origin::kTemplate);
    const Value value = by_name ? named : next_value();
    if (run_.failed()) return {};
    return written(value, spec);
  }

  Value named_value() {
    const std::size_t end = std::min(rest_.find(')'), rest_.size());
    const string_view name = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    const Value* value = values_.dict() != nullptr ? values_.dict()->find(name) : nullptr;
    if (values_.dict() == nullptr) run_.fail("TypeError", "format requires a mapping");
    if (value == nullptr) run_.fail("KeyError", "'" + std::string(name) + "'");
    ++next_;
    return value == nullptr ? Value() : *value;
  }

  Value next_value() {
    const std::size_t at = next_++;
    if (tuple_ == nullptr && at == 0) return values_;
    if (tuple_ != nullptr && at < tuple_->values.size()) return tuple_->values[at];
    run_.fail("TypeError", "not enough arguments for format string");
    return {};
  }

  Spec read_spec() {
    Spec spec;
    for (; !rest_.empty() && string_view("-+ 0#").find(rest_[0]) != string_view::npos;
         rest_.remove_prefix(1)) {
      if (rest_[0] == '-') spec.align = '<';
      if (rest_[0] == '0') spec.zero = true;
      if (rest_[0] == '+' || (rest_[0] == ' ' && spec.sign == '\0')) spec.sign = rest_[0];
    }
    spec.width = std::min(take_number(&rest_), kMaxWidth);
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      spec.precision = static_cast<int>(take_number(&rest_));
    }
    if (rest_.empty()) {
      run_.fail("ValueError", "incomplete format");
      return spec;
    }
    spec.type = rest_[0];
    rest_.remove_prefix(1);
    return spec;
  }

  MarkedText written(const Value& value, Spec spec) {
    if (spec.type == 's' || spec.type == 'r') {
      if (spec.align == '\0') spec.align = '>';
      if (spec.type == 's') return formatted_text(run_, to_text(run_, value), spec);
      const Origin origin = has_user(value) ? Origin::kUser : Origin::kTemplate;
      return formatted_text(run_, MarkedText(repr_of(run_, value), origin), spec);
    }
    if (string_view("diufFegxXo").find(spec.type) == string_view::npos) {
      run_.fail("ValueError", "unsupported format character");
      return {};
    }
    if (!value.is_number()) {
      run_.fail("TypeError", std::string("%") + spec.type +
                                 " format: a real number is required, not " +
                                 std::string(type_name(value)));
      return {};
    }
    return formatted_number(value, spec);
  }

  Run& run_;
  const Text& format_;
  string_view rest_;
  const Value& values_;
  const List* tuple_;
  std::size_t next_ = 0;
};

// "...".format(values), piece by piece.
class BraceFormat {
 public:
  BraceFormat(Run& run, const Text& format, const Arguments& arguments)
      : run_(run), format_(format), rest_(format.bytes()), arguments_(arguments) {}

  Value format() {
    MarkedText out;
    while (!rest_.empty() && run_.step()) {
      const std::size_t plain = std::min(rest_.find_first_of("{}"), rest_.size());
      out.append_part(format_.marked, place(), place() + plain);
      rest_.remove_prefix(plain);
      if (rest_.size() > 1 && rest_[0] == rest_[1]) {
        out.append_part(format_.marked, place(), place() + 1);
        rest_.remove_prefix(2);
      } else if (!rest_.empty()) {
        out.append(field());
      }
    }
    run_.charge(out.size());
    return Value(std::move(out));
  }

 private:
  std::size_t place() const { return format_.bytes().size() - rest_.size(); }

  MarkedText field() {
    const std::size_t end = rest_.find('}');
    if (rest_[0] == '}' || end == rest_.npos) {
      run_.fail("ValueError",
                "Single '" + std::string(1, rest_[0]) + "' encountered in format string");
      return {};
    }
    string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    const std::size_t name = std::min(inside.find_first_of(":!"), inside.size());
    const Value value = argument(inside.substr(0, name));
    inside.remove_prefix(name);
    const bool as_repr = inside.starts_with("!r");
    if (inside.starts_with('!')) inside.remove_prefix(std::min<std::size_t>(2, inside.size()));
    if (inside.starts_with(':')) inside.remove_prefix(1);
    if (run_.failed()) return {};
    return written(value, as_repr, inside);
  }

  Value argument(string_view name) {
    if (name.empty()) return positional(next_++);
    if (name[0] >= '0' && name[0] <= '9') {
      const std::size_t at = take_number(&name);
      if (name.empty()) return positional(at);
    }
    for (const auto& [known, value] : arguments_.named) {
      if (known == name) return value;
    }
    run_.fail("KeyError", "'" + std::string(name) + "'");
    return {};
  }

  Value positional(std::size_t at) {
    if (at < arguments_.values.size()) return arguments_.values[at];
    run_.fail("IndexError", "Replacement index " + std::to_string(at) +
                                " out of range for positional args tuple");
    return {};
  }

  MarkedText written(const Value& value, bool as_repr, string_view text) {
    Spec spec;
    const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^'; };
    if (text.size() > 1 && is_align(text[1])) {
      spec.fill = text[0];
      text.remove_prefix(1);
    }
    if (!text.empty() && is_align(text[0])) {
      spec.align = text[0];
      text.remove_prefix(1);
    }
    if (!text.empty() && (text[0] == '+' || text[0] == '-' || text[0] == ' ')) {
      if (text[0] != '-') spec.sign = text[0];
      text.remove_prefix(1);
    }
    spec.zero = text.starts_with('0');
    spec.width = std::min(take_number(&text), kMaxWidth);
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      spec.precision = static_cast<int>(take_number(&text));
    }
    if (!text.empty()) spec.type = text[0];
    const bool number = value.is_number() && !as_repr && (spec.type != 's');
    if (number && (spec.type != '\0' || value.as<std::int64_t>() != nullptr))
      return formatted_number(value, spec);
    const Origin origin = has_user(value) ? Origin::kUser : Origin::kTemplate;
    return formatted_text(
        run_, as_repr ? MarkedText(repr_of(run_, value), origin) : to_text(run_, value), spec);
  }

  Run& run_;
  const Text& format_;
  string_view rest_;
  const Arguments& arguments_;
  std::size_t next_ = 0;
};

}  // namespace

std::string repr_of(Run& run, const Value& value) {
  if (value.is_undefined()) return "Undefined";
  if (value.is_none()) return "None";
  if (const auto* flag = value.as<bool>()) return *flag ? "True" : "False";
  if (const auto* whole = value.as<std::int64_t>()) return std::to_string(*whole);
  if (const auto* number = value.as<double>()) return float_text(*number);
  if (const Text* text = value.text()) {
    if (!run.charge(text->bytes().size())) return {};
    return repr_of_text(text->bytes());
  }
  if (const List* list = value.list()) return repr_of_list(run, *list);
  if (const Dict* dict = value.dict()) return repr_of_dict(run, *dict);
  return "<" + std::string(type_name(value)) + ">";
}

MarkedText to_text(Run& run, const Value& value) {
  if (const Text* text = value.text()) return text->marked;
  if (value.is_undefined()) return {};
  std::string text = repr_of(run, value);
  run.charge(text.size());
  return MarkedText(std::move(text), has_user(value) ? Origin::kUser : Origin::kTemplate);
}

Value format_percent(Run& run, const Text& format, const Value& values) {
  return PercentFormat(run, format, values).format();
}

Value format_braces(Run& run, const Text& format, const Arguments& arguments) {
  return BraceFormat(run, format, arguments).format();
}

}  // namespace weir::jinja
