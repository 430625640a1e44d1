#include "cloud_adapters/wire/json_fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {
namespace {

namespace dom = simdjson::dom;

// They steer billing, caching, storage and labels of a provider, not the answer.
constexpr std::array<std::string_view, 11> kInessential = {"metadata",
                                                           "store",
                                                           "service_tier",
                                                           "safety_identifier",
                                                           "cache_control",
                                                           "annotations",
                                                           "prompt_cache_retention",
                                                           "prompt_cache_key",
                                                           "client_metadata",
                                                           "eager_input_streaming",
                                                           "keep_alive"};

bool wrong(const JsonPath& path, std::string_view what, Error* error) {
  *error = invalid_field(path, what);
  return false;
}

std::string range_text(double low, double high) {
  const auto text = [](double value) {
    std::string out = std::to_string(value);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) out.pop_back();
    return out;
  };
  return "must be between " + text(low) + " and " + text(high);
}

}  // namespace

std::string JsonPath::text() const {
  std::string out = parent == nullptr ? std::string() : parent->text();
  if (index >= 0) return out + "[" + std::to_string(index) + "]";
  if (!out.empty() && !name.empty()) out += '.';
  return out + std::string(name);
}

Error invalid_field(const JsonPath& path, std::string_view what) {
  const std::string place = path.text();
  const std::string subject = place.empty() ? "The body" : "'" + place + "'";
  return {ErrorCode::kInvalidRequest, subject + " " + std::string(what) + ".", "invalid_value",
          place};
}

Error unsupported_field(std::string path) {
  std::string message = "'" + path + "' cannot be expressed for the chosen backend.";
  return {ErrorCode::kUnsupportedParameter, std::move(message), "unsupported_parameter",
          std::move(path)};
}

bool read_string(JsonValue value, const JsonPath& path, std::string_view* out, Error* error) {
  return value.get_string().get(*out) == simdjson::SUCCESS ||
         wrong(path, "must be a string", error);
}

bool read_bool(JsonValue value, const JsonPath& path, bool* out, Error* error) {
  return value.get_bool().get(*out) == simdjson::SUCCESS ||
         wrong(path, "must be true or false", error);
}

bool read_integer(JsonValue value, const JsonPath& path, IntegerRange range, std::int64_t* out,
                  Error* error) {
  if (!value.is_int64() && !value.is_uint64()) return wrong(path, "must be an integer", error);
  const bool fits = value.get_int64().get(*out) == simdjson::SUCCESS;
  if (fits && *out >= range.low && *out <= range.high) return true;
  return wrong(
      path, "must be between " + std::to_string(range.low) + " and " + std::to_string(range.high),
      error);
}

bool read_number(JsonValue value, const JsonPath& path, NumberRange range, double* out,
                 Error* error) {
  if (value.get_double().get(*out) != simdjson::SUCCESS) {
    return wrong(path, "must be a number", error);
  }
  if (*out >= range.low && *out <= range.high) return true;
  return wrong(path, range_text(range.low, range.high), error);
}

bool read_object(JsonValue value, const JsonPath& path, dom::object* out, Error* error) {
  return value.get_object().get(*out) == simdjson::SUCCESS ||
         wrong(path, "must be an object", error);
}

bool read_array(JsonValue value, const JsonPath& path, dom::array* out, Error* error) {
  return value.get_array().get(*out) == simdjson::SUCCESS || wrong(path, "must be an array", error);
}

std::optional<JsonValue> find_member(dom::object object, std::string_view name) {
  for (const dom::key_value_pair member : object) {
    if (member.key != name) continue;
    return member.value.is_null() ? std::nullopt : std::optional<JsonValue>(member.value);
  }
  return std::nullopt;
}

std::string_view string_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  std::string_view text;
  if (!value || value->get_string().get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::optional<dom::object> object_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  dom::object inner;
  if (!value || value->get_object().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

std::optional<dom::array> array_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  dom::array inner;
  if (!value || value->get_array().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

bool has_items(const std::optional<JsonValue>& value) {
  dom::array array;
  dom::object object;
  if (!value) return false;
  if (value->get_array().get(array) == simdjson::SUCCESS) return array.begin() != array.end();
  return value->get_object().get(object) == simdjson::SUCCESS && object.begin() != object.end();
}

std::optional<std::int64_t> count_of(JsonValue value) {
  double number = 0;  // exact as far as counts go
  if (value.get_double().get(number) != simdjson::SUCCESS) return std::nullopt;
  if (!(number >= 0 && number <= static_cast<double>(kMaxToldCount))) return std::nullopt;
  const auto count = static_cast<std::int64_t>(number);
  if (static_cast<double>(count) != number) return std::nullopt;
  return count;
}

std::optional<std::int64_t> count_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  return value ? count_of(*value) : std::nullopt;
}

bool tells_absurd_count(const std::optional<JsonValue>& usage) {
  dom::object object;
  if (!usage || usage->get_object().get(object) != simdjson::SUCCESS) return false;
  for (const dom::key_value_pair member : object) {
    double number = 0;
    const bool is_number = member.value.get_double().get(number) == simdjson::SUCCESS;
    if (is_number && number > static_cast<double>(kMaxToldCount)) return true;
  }
  return false;
}

std::optional<DataUrl> parse_data_url(std::string_view url) {
  constexpr std::string_view kScheme = "data:";
  constexpr std::string_view kMark = ";base64,";
  if (!url.starts_with(kScheme)) return std::nullopt;
  const std::size_t mark = url.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  return DataUrl{url.substr(kScheme.size(), mark - kScheme.size()),
                 url.substr(mark + kMark.size())};
}

std::vector<std::string> member_names(std::string_view extras) {
  std::vector<std::string> names;
  if (extras.empty()) return names;
  std::string object(1, '{');
  object.append(extras).push_back('}');
  for (JsonMembers members(object); members.next();) names.emplace_back(members.key());
  return names;
}

bool is_inessential_member(std::string_view name) {
  return std::find(kInessential.begin(), kInessential.end(), name) != kInessential.end();
}

}  // namespace weir
