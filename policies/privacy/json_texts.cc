#include "policies/privacy/json_texts.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/json_escape.h"
#include "core/utf8.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kHexDigits = 4;

std::optional<std::uint32_t> hex_at(std::string_view text, std::size_t at) {
  if (at + kHexDigits > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, kHexDigits)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '"':
    case '\\':
    case '/': return c;
    default: return 0;
  }
}

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Reads the escape of a character at its backslash; how long it is, or 0 if it is none.
std::size_t read_unicode(std::string_view text, std::size_t at, std::string* out) {
  if (at + 1 >= text.size() || text[at + 1] != 'u') return 0;
  const std::optional<std::uint32_t> first = hex_at(text, at + 2);
  if (!first || is_low(*first)) return 0;
  constexpr std::size_t kEscape = 2 + kHexDigits;
  if (!is_high(*first)) {
    append_utf8(out, static_cast<char32_t>(*first));
    return kEscape;
  }
  const std::size_t next = at + kEscape;
  if (text.substr(next, 2) != "\\u") return 0;
  const std::optional<std::uint32_t> second = hex_at(text, next + 2);
  if (!second || !is_low(*second)) return 0;
  append_utf8(out, static_cast<char32_t>(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00)));
  return 2 * kEscape;
}

}  // namespace

bool JsonTexts::next() {
  while (at_ < document_.size()) {
    const char c = document_[at_++];
    switch (c) {
      case '{':
      case '[': open(c); break;
      case '}':
      case ']': close(); break;
      case ',':
        if (!levels_.empty()) levels_.back().wants_key = levels_.back().object;
        break;
      case '"': read_text(at_); return true;
      default:
        if (c < '0' || c > '9') break;
        read_number();
        return true;
    }
  }
  return false;
}

void JsonTexts::open(char bracket) {
  const bool object = bracket == '{';
  Level level{object, object, object ? RequestPlace::kRequest : RequestPlace::kOther, {}, {}};
  if (!levels_.empty()) {
    const Level& around = levels_.back();
    level.place = around.object ? place_within(around.place, around.key, object) : around.place;
    level.holder = around.holder;
    level.key = around.key;
  }
  if (object) level.holder = level.place;
  levels_.push_back(level);
}

void JsonTexts::close() {
  if (!levels_.empty()) levels_.pop_back();
}

void JsonTexts::read_text(std::size_t begin) {
  std::size_t end = begin;
  while (end < document_.size() && document_[end] != '"') end += document_[end] == '\\' ? 2 : 1;
  if (end > document_.size()) end = document_.size();
  at_ = end < document_.size() ? end + 1 : end;
  text_ = {};
  text_.begin = begin;
  text_.end = end;
  if (levels_.empty()) return;
  Level& level = levels_.back();
  text_.is_key = level.wants_key;
  if (level.wants_key) {
    level.key = document_.substr(begin, end - begin);
    if (level.key.find('\\') != std::string_view::npos) {
      level.key = unescaped_.emplace_back(unescape_json(level.key));
    }
    level.wants_key = false;
  }
  tell_place();
}

// A sign stays outside.
void JsonTexts::read_number() {
  const std::size_t begin = at_ - 1;
  const std::size_t end = document_.find_first_not_of("0123456789.eE+-", begin);
  at_ = std::min(end, document_.size());
  text_ = {};
  text_.begin = begin;
  text_.end = at_;
  text_.bare = true;
  if (!levels_.empty()) tell_place();
}

void JsonTexts::tell_place() {
  const Level& level = levels_.back();
  text_.key = level.key;
  if (text_.is_key) {
    text_.data = level.place == RequestPlace::kOwn || level.place == RequestPlace::kNames;
    return;
  }
  text_.code = is_code(level.holder, level.key);
  text_.file = is_file(level.holder, level.key);
}

std::string unescape_json(std::string_view escaped) {
  std::string text;
  text.reserve(escaped.size());
  std::size_t at = 0;
  while (at < escaped.size()) {
    const std::size_t slash = escaped.find('\\', at);
    text.append(escaped.substr(at, slash - at));
    if (slash == std::string_view::npos) break;
    at = slash;
    if (const std::size_t length = read_unicode(escaped, at, &text); length > 0) {
      at += length;
      continue;
    }
    const char plain = at + 1 < escaped.size() ? simple_escape(escaped[at + 1]) : char{0};
    text.push_back(plain != 0 ? plain : '\\');
    at += plain != 0 ? 2 : 1;
  }
  return text;
}

bool looks_like_json(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return false;
  const char end = text[text.find_last_not_of(kBlanks)];
  if (text[first] == '{') return end == '}';
  const std::size_t second = text.find_first_not_of(kBlanks, first + 1);
  return text[first] == '[' && end == ']' && second != std::string_view::npos &&
         (text[second] == '{' || text[second] == '"');
}

std::string edit_texts(std::string_view document,
                       const std::function<bool(const JsonText& where, std::string* text)>& edit) {
  std::string out;
  out.reserve(document.size());
  std::size_t done = 0;
  for (JsonTexts texts(document); texts.next();) {
    const JsonText& where = texts.text();
    std::string text = unescape_json(document.substr(where.begin, where.end - where.begin));
    if (!edit(where, &text)) continue;
    const bool negative = where.bare && where.begin > 0 && document[where.begin - 1] == '-';
    out.append(document.substr(done, where.begin - (negative ? 1 : 0) - done));
    if (where.bare) out.append(negative ? "\"-" : "\"");
    append_json_escaped(&out, text);
    if (where.bare) out.push_back('"');
    done = where.end;
  }
  return out.append(document.substr(done));
}

}  // namespace weir::privacy
