#include "cloud_adapters/wire/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "core/json_escape.h"
#include "core/utf8.h"

namespace weir {
namespace {

template <class Number>
void append_number(std::string* out, Number value) {
  std::array<char, 40> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out->append(digits.data(), end);
}

}  // namespace

void append_json_string(std::string* out, std::string_view text) {
  out->push_back('"');
  if (is_utf8(text)) {
    append_json_escaped(out, text);
  } else {
    std::string repaired;
    append_repaired_utf8(&repaired, text);
    append_json_escaped(out, repaired);
  }
  out->push_back('"');
}

void append_json_number(std::string* out, double value) {
  if (!std::isfinite(value)) {
    *out += "null";
    return;
  }
  append_number(out, value);
}

void append_json_number(std::string* out, std::int64_t value) { append_number(out, value); }

void JsonObject::comma() {
  if (!first_) out_->push_back(',');
  first_ = false;
}

void append_float_array(std::string* out, std::span<const float> values) {
  *out += '[';
  for (const float value : values) {
    if (out->back() != '[') *out += ',';
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out->append(digits.data(), end.ptr);
  }
  *out += ']';
}

void append_member(std::string* members, std::string_view name, std::string_view json) {
  if (!members->empty()) *members += ',';
  append_json_string(members, name);
  *members += ':';
  *members += json;
}

std::string* JsonObject::key(std::string_view name) {
  comma();
  out_->push_back('"');
  out_->append(name);
  out_->append("\":");
  return out_;
}

void JsonObject::string(std::string_view name, std::string_view value) {
  append_json_string(key(name), value);
}

void JsonObject::number(std::string_view name, std::int64_t value) {
  append_json_number(key(name), value);
}

void JsonObject::number(std::string_view name, double value) {
  append_json_number(key(name), value);
}

void JsonObject::boolean(std::string_view name, bool value) {
  key(name)->append(value ? "true" : "false");
}

void JsonObject::null(std::string_view name) { key(name)->append("null"); }

void JsonObject::raw(std::string_view name, std::string_view json) { key(name)->append(json); }

void JsonObject::members(std::string_view json_members) {
  if (json_members.empty()) return;
  comma();
  out_->append(json_members);
}

}  // namespace weir
