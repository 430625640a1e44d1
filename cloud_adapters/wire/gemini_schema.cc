#include "cloud_adapters/wire/gemini_schema.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "cloud_adapters/wire/json_writer.h"

namespace weir::gemini {
namespace {

namespace dom = simdjson::dom;

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 7> kTypes = {"STRING", "NUMBER", "INTEGER", "BOOLEAN",
                                                    "ARRAY",  "OBJECT", "NULL"};
constexpr std::array<std::string_view, 6> kBounds = {"maxItems",  "minItems",      "maxLength",
                                                     "minLength", "maxProperties", "minProperties"};
constexpr std::array<std::string_view, 3> kMaps = {"properties", "$defs", "definitions"};
constexpr std::array<std::string_view, 6> kSchemas = {
    "items", "anyOf", "oneOf", "allOf", "additionalProperties", "prefixItems"};
constexpr std::array<std::string_view, 9> kSnakeCase = {
    "any_of",         "max_items",      "min_items",         "max_length",  "min_length",
    "max_properties", "min_properties", "property_ordering", "prefix_items"};

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

class Normaliser {
 public:
  void schema(JsonValue value) {
    dom::object node;
    dom::array list;
    if (value.get_array().get(list) == simdjson::SUCCESS) return schemas(list);
    if (value.get_object().get(node) != simdjson::SUCCESS) return verbatim(value);
    const bool nullable = is_nullable(node);
    JsonObject object(&out_);
    for (const auto& [key, member] : node) {
      std::string name = is_one_of(key, kSnakeCase) ? camel_case(key) : std::string(key);
      changed_ = changed_ || name != key;
      this->member(name, member, nullable, &object);
    }
    object.close();
  }

  std::optional<std::string> result() {
    return changed_ ? std::optional<std::string>(std::move(out_)) : std::nullopt;
  }

 private:
  static bool is_nullable(dom::object node) {
    const std::optional<JsonValue> value = find_member(node, "nullable");
    bool nullable = false;
    return value && value->get_bool().get(nullable) == simdjson::SUCCESS && nullable;
  }

  void key(std::string_view name, JsonObject* object) {
    std::string text;
    append_json_string(&text, name);
    object->key(std::string_view(text).substr(1, text.size() - 2));
  }

  void member(std::string_view name, JsonValue value, bool nullable, JsonObject* object) {
    if (name == "nullable" && value.is_bool()) {
      changed_ = true;
      return;
    }
    if (name == "type" && value.is_string()) return type(value, nullable, object);
    key(name, object);
    if (name == "type" && value.is_array()) return types(value.get_array().value_unsafe());
    if (name == "enum" && nullable && value.is_array()) return choices(value);
    if (is_one_of(name, kBounds) && value.is_string()) return bound(value);
    if (is_one_of(name, kMaps) && value.is_object()) return map(value.get_object().value_unsafe());
    if (is_one_of(name, kSchemas) || name == "not") return schema(value);
    verbatim(value);
  }

  std::string type_word(std::string_view word) {
    if (!is_one_of(word, kTypes)) return std::string(word);
    changed_ = true;
    return lower(word);
  }

  // A type that is not specified is no type.
  void type(JsonValue value, bool nullable, JsonObject* object) {
    const std::string_view word = value.get_string().value_unsafe();
    if (word == "TYPE_UNSPECIFIED") {
      changed_ = true;
      return;
    }
    const std::string name = type_word(word);
    if (!nullable || name == "null") return object->string("type", name);
    object->key("type")->push_back('[');
    append_json_string(&out_, name);
    out_ += ",\"null\"]";
  }

  void types(dom::array list) {
    out_ += '[';
    for (const JsonValue item : list) {
      if (out_.back() != '[') out_ += ',';
      std::string_view word;
      if (item.get_string().get(word) == simdjson::SUCCESS) {
        append_json_string(&out_, type_word(word));
      } else {
        verbatim(item);
      }
    }
    out_ += ']';
  }

  void choices(JsonValue value) {
    std::string list = simdjson::to_string(value);
    const bool has_null = list.find("null") != std::string::npos;
    if (!has_null) {
      list.pop_back();
      list += list.size() > 1 ? ",null]" : "null]";
    }
    out_ += list;
  }

  // Counts are strings where protocol buffers are written as JSON.
  void bound(JsonValue value) {
    const std::string_view text = value.get_string().value_unsafe();
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size()) return verbatim(value);
    changed_ = true;
    append_json_number(&out_, number);
  }

  void map(dom::object node) {
    JsonObject object(&out_);
    for (const auto& [name, value] : node) {
      key(name, &object);
      schema(value);
    }
    object.close();
  }

  void schemas(dom::array list) {
    out_ += '[';
    for (const JsonValue item : list) {
      if (out_.back() != '[') out_ += ',';
      schema(item);
    }
    out_ += ']';
  }

  void verbatim(JsonValue value) { out_ += simdjson::to_string(value); }

  std::string out_;
  bool changed_ = false;
};

}  // namespace

bool is_name(std::string_view key, std::string_view camel_case) {
  if (key == camel_case) return true;
  std::size_t at = 0;
  bool capital = false;
  for (const char c : key) {
    if (c == '_' && at > 0 && !capital) {
      capital = true;
      continue;
    }
    const bool small = c >= 'a' && c <= 'z';
    const char wanted = capital && small ? static_cast<char>(c - 'a' + 'A') : c;
    if (at >= camel_case.size() || camel_case[at] != wanted) return false;
    capital = false;
    ++at;
  }
  return at == camel_case.size() && !capital;
}

std::string camel_case(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool joint = key[i] == '_' && i > 0 && i + 1 < key.size();
    const bool small = joint && key[i + 1] >= 'a' && key[i + 1] <= 'z';
    out += small ? static_cast<char>(key[++i] - 'a' + 'A') : key[i];
  }
  return out;
}

std::optional<JsonValue> find_named(dom::object object, std::string_view camel_case) {
  for (const auto& [key, value] : object) {
    if (is_name(key, camel_case) && !value.is_null()) return value;
  }
  return std::nullopt;
}

std::string_view named_string(dom::object object, std::string_view camel_case) {
  const std::optional<JsonValue> value = find_named(object, camel_case);
  std::string_view text;
  if (!value || value->get_string().get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::optional<std::string> normalised_schema(JsonValue schema) {
  Normaliser normaliser;
  normaliser.schema(schema);
  return normaliser.result();
}

bool is_object_text(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text[begin] != '{') return false;
  const auto document = JsonDocument::parse(text);
  return document && (*document)->root().is_object();
}

}  // namespace weir::gemini
