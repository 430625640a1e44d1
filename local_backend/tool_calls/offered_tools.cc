#include "local_backend/tool_calls/offered_tools.h"

#include <algorithm>
#include <optional>

#include "local_backend/chat_template/jinja_json.h"
#include "local_backend/tool_calls/blanks.h"
#include "local_backend/tool_calls/json_scanner.h"
#include "local_backend/tool_calls/python_values.h"

namespace weir {
namespace {

using jinja::Value;

constexpr int kMostReferences = 8;

void add_kinds(const JsonKinds& more, JsonKinds* kinds) {
  kinds->text |= more.text;
  kinds->number |= more.number;
  kinds->boolean |= more.boolean;
  kinds->null |= more.null;
  kinds->object |= more.object;
  kinds->array |= more.array;
}

void add_type(std::string_view type, JsonKinds* kinds) {
  kinds->text |= type == "string";
  kinds->number |= type == "number" || type == "integer";
  kinds->boolean |= type == "boolean";
  kinds->null |= type == "null";
  kinds->object |= type == "object";
  kinds->array |= type == "array";
}

bool allow(const JsonKinds& kinds, std::string_view json) {
  switch (json.front()) {
    case '"': return kinds.text;
    case '{': return kinds.object;
    case '[': return kinds.array;
    case 't':
    case 'f': return kinds.boolean;
    case 'n': return kinds.null;
    default: return kinds.number;
  }
}

const Value* member(const Value& value, std::string_view key) {
  return value.dict() == nullptr ? nullptr : value.dict()->find(key);
}

class SchemaReader {
 public:
  explicit SchemaReader(const Value& root) : root_(root) {}

  JsonKinds kinds(const Value& schema, int references) const {
    if (const auto* target = referred(schema); target != nullptr && references > 0) {
      return kinds(*target, references - 1);
    }
    JsonKinds found;
    if (const Value* type = member(schema, "type")) add_types(*type, &found);
    if (const Value* allowed = member(schema, "enum")) add_values(*allowed, &found);
    if (const Value* fixed = member(schema, "const")) add_value(*fixed, &found);
    for (const std::string_view key : {"anyOf", "oneOf", "allOf"}) {
      const Value* choices = member(schema, key);
      if (found.any() || choices == nullptr || choices->list() == nullptr) continue;
      for (const Value& choice : choices->list()->values) {
        if (references > 0) add_kinds(kinds(choice, references - 1), &found);
      }
    }
    return found.any() ? found : JsonKinds::all();
  }

 private:
  // "#/$defs/Name", the only kind that tools use.
  const Value* referred(const Value& schema) const {
    const Value* reference = member(schema, "$ref");
    if (reference == nullptr || reference->text() == nullptr) return nullptr;
    std::string_view path = reference->text()->bytes();
    const Value* at = &root_;
    if (!path.starts_with("#/")) return nullptr;
    path.remove_prefix(2);
    while (at != nullptr && !path.empty()) {
      const std::size_t size = std::min(path.find('/'), path.size());
      at = member(*at, path.substr(0, size));
      path.remove_prefix(std::min(size + 1, path.size()));
    }
    return at;
  }

  static void add_types(const Value& type, JsonKinds* found) {
    if (type.text() != nullptr) add_type(type.text()->bytes(), found);
    if (type.list() == nullptr) return;
    for (const Value& one : type.list()->values) {
      if (one.text() != nullptr) add_type(one.text()->bytes(), found);
    }
  }

  static void add_values(const Value& values, JsonKinds* found) {
    if (found->any() || values.list() == nullptr) return;
    for (const Value& value : values.list()->values) add_value(value, found);
  }

  static void add_value(const Value& value, JsonKinds* found) {
    found->text |= value.text() != nullptr;
    found->boolean |= value.as<bool>() != nullptr;
    found->number |= value.is_number() && value.as<bool>() == nullptr;
    found->null |= value.is_none();
    found->object |= value.dict() != nullptr;
    found->array |= value.list() != nullptr;
  }

  const Value& root_;
};

// The JSON, or the Python literal, that `text` is; never a text.
std::optional<std::string> literal_json(std::string_view text) {
  if (text.empty() || text.front() == '"' || text.front() == '\'') return std::nullopt;
  if (is_json_scalar(text) || is_json_object_text(text) || is_json_array_text(text)) {
    return std::string(text);
  }
  if (std::string_view("[{(TFN").find(text.front()) == std::string_view::npos) return std::nullopt;
  return python_value_json(text);
}

}  // namespace

// Which patternProperties hold for a name is not looked at: then it may be anything.
JsonKinds argument_kinds(std::string_view schema_json, std::optional<std::string_view> argument) {
  jinja::Run run{jinja::Limits{}};
  const auto root = jinja::from_json(run, schema_json, MarkedText::Origin::kUser);
  if (!root) return JsonKinds::all();
  const Value* properties = member(*root, "properties");
  const Value* schema = nullptr;
  if (properties != nullptr && argument) schema = member(*properties, *argument);
  if (schema == nullptr && member(*root, "patternProperties") == nullptr) {
    schema = member(*root, "additionalProperties");
  }
  return schema == nullptr ? JsonKinds::all() : SchemaReader(*root).kinds(*schema, kMostReferences);
}

const OfferedTools::Offered* OfferedTools::find(std::string_view name) const {
  const auto found = std::find_if(tools_.begin(), tools_.end(),
                                  [&](const Offered& tool) { return tool.name == name; });
  return found == tools_.end() ? nullptr : &*found;
}

std::string_view OfferedTools::meant_by(std::string_view name) const {
  constexpr std::string_view kPrefix = "functions.", kSuffix = ".call";
  if (has(name)) return name;
  const std::string_view tail =
      name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string_view();
  if (has(tail)) return tail;
  const std::string_view head =
      name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : std::string_view();
  return has(head) ? head : name;
}

std::string OfferedTools::argument_json(std::string_view tool, std::string_view argument,
                                        std::string_view text) const {
  const Offered* offered = find(meant_by(tool));
  const JsonKinds kinds =
      offered == nullptr ? JsonKinds::all() : argument_kinds(offered->schema_json, argument);
  const auto json = literal_json(without_blanks_around(text));
  return json && allow(kinds, *json) ? *json : json_quoted(text);
}

}  // namespace weir
