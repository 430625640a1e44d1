#include "cloud_adapters/wire/custom_tools.h"

#include <algorithm>

#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir {

std::string custom_arguments(std::string_view input) {
  std::string out;
  JsonObject arguments(&out);
  arguments.string("input", input);
  arguments.close();
  return out;
}

std::string custom_input(std::string_view arguments_json) {
  const auto document = JsonDocument::parse(arguments_json);
  simdjson::dom::object arguments;
  if (document && (*document)->root().get_object().get(arguments) == simdjson::SUCCESS) {
    const std::optional<JsonValue> input = find_member(arguments, "input");
    if (input && input->is_string()) return std::string(input->get_string().value_unsafe());
  }
  return std::string(arguments_json);
}

bool is_custom_tool(const ChatRequest* request, std::string_view name) {
  return request != nullptr && std::ranges::any_of(request->tools, [&](const Tool& tool) {
           return tool.kind == ToolKind::kCustom && tool.name == name;
         });
}

}  // namespace weir
