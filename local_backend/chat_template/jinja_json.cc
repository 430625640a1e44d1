#include "local_backend/chat_template/jinja_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/utf8.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using std::string_view;

void append_hex(std::string* out, char32_t unit) {
  constexpr string_view kDigits = "0123456789abcdef";
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) *out += kDigits[unit >> shift & 15];
}

void append_escaped(std::string* out, char32_t code, string_view bytes, bool ensure_ascii) {
  constexpr string_view kFrom = "\"\\\n\r\t\b\f", kTo = "\"\\nrtbf";
  const std::size_t at = code < 0x80 ? kFrom.find(static_cast<char>(code)) : kFrom.npos;
  if (at != kFrom.npos) {
    *out += '\\';
    *out += kTo[at];
  } else if (code < 0x20 || (ensure_ascii && code > 0x7e && code < 0x10000 && code != 0x7f)) {
    append_hex(out, code);
  } else if (ensure_ascii && code >= 0x10000) {
    append_hex(out, 0xd800 + ((code - 0x10000) >> 10));
    append_hex(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
  } else {
    *out += bytes;
  }
}

class Writer {
 public:
  Writer(Run& run, const JsonStyle& style) : run_(run), style_(style) {}

  void write(const Value& value) {
    if (!run_.step()) return;
    if (value.is_none()) {
      out += "null";
    } else if (const auto* flag = value.as<bool>()) {
      out += *flag ? "true" : "false";
    } else if (const auto* whole = value.as<std::int64_t>()) {
      out += std::to_string(*whole);
    } else if (const auto* number = value.as<double>()) {
      out += std::isnan(*number)   ? "NaN"
             : std::isinf(*number) ? (*number > 0 ? "Infinity" : "-Infinity")
                                   : float_text(*number);
    } else if (const Text* text = value.text()) {
      write_text(text->bytes());
    } else if (const List* list = value.list();
               list != nullptr &&
               (list->kind == List::Kind::kList || list->kind == List::Kind::kTuple)) {
      write_list(*list);
    } else if (const Dict* dict = value.dict()) {
      write_dict(*dict);
    } else {
      run_.fail("TypeError",
                "Object of type " + std::string(type_name(value)) + " is not JSON serializable");
    }
  }

  std::string out;

 private:
  void write_text(string_view text) {
    if (!run_.charge(text.size())) return;
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
      std::size_t size = 0;
      const char32_t code = character_at(text.substr(at), &size);
      append_escaped(&out, code, text.substr(at, size), style_.ensure_ascii);
      at += size;
    }
    out += '"';
  }

  void write_list(const List& list) {
    out += '[';
    ++level_;
    for (std::size_t i = 0; i < list.values.size() && !run_.failed(); ++i) {
      separate(i > 0);
      write(list.values[i]);
    }
    close(list.values.empty(), ']');
  }

  // Keys that are no text come first.
  static string_view key_text(const Value& key) {
    return key.text() != nullptr ? string_view(key.text()->bytes()) : string_view();
  }

  void write_dict(const Dict& dict) {
    std::vector<const std::pair<Value, Value>*> entries;
    entries.reserve(dict.entries.size());
    for (const auto& entry : dict.entries) entries.push_back(&entry);
    if (style_.sort_keys) {
      std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) {
        const string_view left = key_text(a->first);
        const string_view right = key_text(b->first);
        return left != right ? left < right : a < b;
      });
    }
    out += '{';
    ++level_;
    for (std::size_t i = 0; i < entries.size() && !run_.failed(); ++i) {
      separate(i > 0);
      write_key(entries[i]->first);
      out += style_.key_separator;
      write(entries[i]->second);
    }
    close(entries.empty(), '}');
  }

  void write_key(const Value& key) {
    if (key.text() != nullptr) {
      write(key);
    } else if (key.is_none() || key.is_number()) {
      out += '"';
      write(key);
      out += '"';
    } else {
      run_.fail("TypeError",
                "keys must be str, int, float, bool or None, not " + std::string(type_name(key)));
    }
  }

  void separate(bool comma) {
    if (comma) out += style_.item_separator;
    if (style_.indents) new_line();
  }
  void close(bool empty, char bracket) {
    --level_;
    if (style_.indents && !empty) new_line();
    out += bracket;
  }
  void new_line() {
    if (!run_.charge(style_.indent.size() * static_cast<std::size_t>(level_))) return;
    out += '\n';
    for (int i = 0; i < level_; ++i) out += style_.indent;
  }

  Run& run_;
  const JsonStyle& style_;
  int level_ = 0;
};

class Reader {
 public:
  Reader(Run& run, string_view text, MarkedText::Origin origin)
      : run_(run), rest_(text), origin_(origin) {}

  std::optional<Value> read() {
    Value value = read_value(0);
    skip_blank();
    if (!good_ || !rest_.empty() || run_.failed()) return std::nullopt;
    return value;
  }

 private:
  void skip_blank() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
  }
  bool skip(string_view word) {
    skip_blank();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  Value broken() {
    good_ = false;
    return {};
  }

  Value read_value(int depth) {
    if (depth >= kMaxValueDepth || !run_.step()) return broken();
    if (skip("{")) return read_dict(depth);
    if (skip("[")) return read_list(depth);
    if (skip("\"")) return Value(MarkedText(read_text(), origin_));
    if (skip("true")) return Value::boolean(true);
    if (skip("false")) return Value::boolean(false);
    if (skip("null")) return Value::none();
    return read_number();
  }

  Value read_dict(int depth) {
    Dict dict;
    if (skip("}")) return make_dict(run_, std::move(dict));
    do {
      if (!skip("\"")) return broken();
      Value key(MarkedText(read_text(), origin_));
      if (!skip(":")) return broken();
      Value value = read_value(depth + 1);
      if (!good_) return {};
      dict.set(std::move(key), std::move(value));
    } while (skip(","));
    return skip("}") ? make_dict(run_, std::move(dict)) : broken();
  }

  Value read_list(int depth) {
    Values values;
    if (skip("]")) return make_list(run_, std::move(values));
    do {
      values.push_back(read_value(depth + 1));
      if (!good_) return {};
    } while (skip(","));
    return skip("]") ? make_list(run_, std::move(values)) : broken();
  }

  Value read_number() {
    std::size_t size = std::min(rest_.find_first_not_of("+-0123456789.eE"), rest_.size());
    const string_view digits = rest_.substr(0, size);
    rest_.remove_prefix(size);
    const bool whole = digits.find_first_of(".eE") == digits.npos;
    std::int64_t integer = 0;
    double number = 0;
    const char* const end = digits.data() + digits.size();
    if (whole) {
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
      if (read.ec == std::errc() && read.ptr == end) return Value::integer(integer);
    }
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || read.ptr != end || read.ec == std::errc::invalid_argument)
      return broken();
    return Value::floating(number);
  }

  std::string read_text() {
    std::string text;
    while (good_) {
      const std::size_t plain = rest_.find_first_of("\"\\");
      if (plain == rest_.npos || !run_.charge(plain + 1)) {
        broken();
        break;
      }
      text += rest_.substr(0, plain);
      const bool ends = rest_[plain] == '"';
      rest_.remove_prefix(plain + 1);
      if (ends) break;
      read_escape(&text);
    }
    return text;
  }

  void read_escape(std::string* text) {
    constexpr string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    const char c = rest_.empty() ? '\0' : rest_[0];
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    if (const std::size_t at = kFrom.find(c); at != kFrom.npos && c != '\0') {
      *text += kTo[at];
    } else if (c == 'u') {
      char32_t code = read_unit();
      if (code >= 0xd800 && code < 0xdc00 && rest_.starts_with("\\u")) {
        rest_.remove_prefix(2);
        const char32_t low = read_unit();
        code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                                             : U'\ufffd';
      }
      append_utf8(text, code);
    } else {
      broken();
    }
  }

  char32_t read_unit() {
    std::uint32_t unit = 0;
    const string_view digits = rest_.substr(0, 4);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() < 4 || read.ptr != digits.data() + 4) broken();
    rest_.remove_prefix(digits.size());
    return unit;
  }

  Run& run_;
  string_view rest_;
  const MarkedText::Origin origin_;
  bool good_ = true;
};

}  // namespace

std::string to_json(Run& run, const Value& value, const JsonStyle& style) {
  Writer writer(run, style);
  writer.write(value);
  run.charge(writer.out.size());
  return std::move(writer.out);
}

std::optional<Value> from_json(Run& run, string_view json, MarkedText::Origin origin) {
  return Reader(run, json, origin).read();
}

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char digits[40];
  const double size = std::fabs(value);
  const bool plain = value == 0 || (size >= 1e-4 && size < 1e16);
  const auto end = std::to_chars(digits, digits + sizeof digits, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(digits, end.ptr);
  if (plain && text.find('.') == text.npos) text += ".0";
  return text;
}

}  // namespace weir::jinja
