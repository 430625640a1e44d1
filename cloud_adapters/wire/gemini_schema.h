// Names and schemas as the Gemini API takes them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/json_fields.h"

namespace weir::gemini {

// Every member may be spelt in either case: "system_instruction" is "systemInstruction".
bool is_name(std::string_view key, std::string_view camel_case);
std::string camel_case(std::string_view key);
// As in json_fields.h, in either case.
std::optional<JsonValue> find_named(simdjson::dom::object object, std::string_view camel_case);
std::string_view named_string(simdjson::dom::object object, std::string_view camel_case);

// A schema of Gemini's own kind (types in capitals, `nullable`, bounds as strings) as JSON
// Schema; nothing if it is JSON Schema already. O(schema).
std::optional<std::string> normalised_schema(JsonValue schema);

// True if the text is a JSON object.
bool is_object_text(std::string_view text);

}  // namespace weir::gemini
