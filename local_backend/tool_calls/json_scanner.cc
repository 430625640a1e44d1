#include "local_backend/tool_calls/json_scanner.h"

#include "local_backend/chat_template/jinja_json.h"
#include "local_backend/tool_calls/blanks.h"

namespace weir {
namespace {

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at - from;
}

bool is_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return false;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits(text, at + 1);
    if (fraction == 0) return false;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

bool is_whole_value(std::string_view text, char bracket) {
  if (!text.starts_with(bracket)) return false;
  JsonScanner scanner;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto state = scanner.push(text[i]);
    if (state == JsonScanner::State::kDone) return i + 1 == text.size();
    if (state == JsonScanner::State::kBroken) return false;
  }
  return false;
}

// Behind the string that begins at `from`.
std::size_t end_of_string(std::string_view text, std::size_t from) {
  std::size_t at = from + 1;
  while (text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

// Behind the value that begins at `from`, in a text that is JSON.
std::size_t end_of_value(std::string_view text, std::size_t from) {
  if (text[from] == '"') return end_of_string(text, from);
  if (text[from] != '{' && text[from] != '[') return text.find_first_of(",]} \t\r\n", from);
  int depth = 0;
  for (std::size_t at = from;;) {
    if (text[at] == '"') {
      at = end_of_string(text, at);
      continue;
    }
    if (text[at] == '{' || text[at] == '[') ++depth;
    if (text[at] == '}' || text[at] == ']') --depth;
    ++at;
    if (depth == 0) return at;
  }
}

}  // namespace

JsonScanner::State JsonScanner::push(char byte) {
  if (inside_ == Inside::kScalar) {
    if (std::string_view(",]} \t\r\n").find(byte) == std::string_view::npos) {
      scalar_ += byte;
      return scalar_.size() > kMaxNumberBytes ? State::kBroken : State::kMore;
    }
    if (!is_json_scalar(scalar_)) return State::kBroken;
    end_value();
  }
  return inside_ == Inside::kNothing ? push_structure(byte) : push_string(byte);
}

JsonScanner::State JsonScanner::push_structure(char byte) {
  if (kBlanks.find(byte) != std::string_view::npos) {
    return open_.empty() ? State::kBroken : State::kMore;
  }
  const bool value = expect_ == Expect::kValue || expect_ == Expect::kValueOrEnd;
  const bool key = expect_ == Expect::kKey || expect_ == Expect::kKeyOrEnd;
  if (byte == '"' && !open_.empty() && (value || key)) {
    is_key_ = key;
    inside_ = Inside::kString;
    return State::kMore;
  }
  if (byte == '{' || byte == '[') return value ? open(byte) : State::kBroken;
  if (byte == '}' || byte == ']') return close(byte);
  if (byte == ':' && expect_ == Expect::kColon) {
    expect_ = Expect::kValue;
    return State::kMore;
  }
  if (byte == ',' && expect_ == Expect::kCommaOrEnd) {
    expect_ = open_.back() == '{' ? Expect::kKey : Expect::kValue;
    return State::kMore;
  }
  if (!value || open_.empty()) return State::kBroken;
  inside_ = Inside::kScalar;
  scalar_ = byte;
  return State::kMore;
}

JsonScanner::State JsonScanner::push_string(char byte) {
  if (inside_ == Inside::kHex) {
    if (--hex_left_ == 0) inside_ = Inside::kString;
    return is_hex(byte) ? State::kMore : State::kBroken;
  }
  if (inside_ == Inside::kEscape) {
    inside_ = byte == 'u' ? Inside::kHex : Inside::kString;
    hex_left_ = 4;
    const bool known = std::string_view("\"\\/bfnrtu").find(byte) != std::string_view::npos;
    return known ? State::kMore : State::kBroken;
  }
  if (byte == '\\') {
    inside_ = Inside::kEscape;
  } else if (byte == '"') {
    end_value();
    if (is_key_) expect_ = Expect::kColon;
  } else if (static_cast<unsigned char>(byte) < 0x20) {
    return State::kBroken;
  }
  return State::kMore;
}

JsonScanner::State JsonScanner::open(char bracket) {
  if (open_.size() == kMaxDepth) return State::kBroken;
  open_ += bracket;
  expect_ = bracket == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  return State::kMore;
}

JsonScanner::State JsonScanner::close(char bracket) {
  const char opened = bracket == '}' ? '{' : '[';
  const Expect empty = bracket == '}' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  if (open_.empty() || open_.back() != opened) return State::kBroken;
  if (expect_ != Expect::kCommaOrEnd && expect_ != empty) return State::kBroken;
  open_.pop_back();
  end_value();
  return open_.empty() ? State::kDone : State::kMore;
}

void JsonScanner::end_value() {
  inside_ = Inside::kNothing;
  expect_ = Expect::kCommaOrEnd;
}

bool is_json_object_text(std::string_view text) { return is_whole_value(text, '{'); }
bool is_json_array_text(std::string_view text) { return is_whole_value(text, '['); }

bool is_json_scalar(std::string_view text) {
  return text == "true" || text == "false" || text == "null" || is_number(text);
}

std::vector<std::pair<std::string, std::string_view>> json_members(std::string_view object) {
  std::vector<std::pair<std::string, std::string_view>> members;
  std::size_t at = object.find_first_not_of(kBlanks, 1);
  while (object[at] != '}') {
    if (object[at] == ',') at = object.find_first_not_of(kBlanks, at + 1);
    const std::size_t key_end = end_of_string(object, at);
    const std::string_view key = object.substr(at, key_end - at);
    at = object.find_first_not_of(kBlanks, object.find(':', key_end) + 1);
    const std::size_t end = end_of_value(object, at);
    members.emplace_back(json_unquoted(key), object.substr(at, end - at));
    at = object.find_first_not_of(kBlanks, end);
  }
  return members;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  std::size_t at = array.find_first_not_of(kBlanks, 1);
  while (array[at] != ']') {
    if (array[at] == ',') at = array.find_first_not_of(kBlanks, at + 1);
    const std::size_t end = end_of_value(array, at);
    elements.push_back(array.substr(at, end - at));
    at = array.find_first_not_of(kBlanks, end);
  }
  return elements;
}

std::string json_quoted(std::string_view text) {
  jinja::Run run{jinja::Limits{}};
  return jinja::to_json(run, jinja::Value::of_user(std::string(text)), {});
}

std::string json_unquoted(std::string_view json) {
  if (!json.starts_with('"')) return {};
  jinja::Run run{jinja::Limits{}};
  const auto value = jinja::from_json(run, json, MarkedText::Origin::kUser);
  return value && value->text() != nullptr ? std::string(value->text()->bytes()) : std::string();
}

}  // namespace weir
