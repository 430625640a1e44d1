#include "cloud_adapters/wire/tool_arguments.h"

#include "cloud_adapters/wire/json.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir {

bool is_json_object(const std::string& text) {
  const auto document = JsonDocument::parse(text, text.capacity());
  return document && (*document)->root().is_object();
}

std::string arguments_object(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "{}";
  std::string copy(text);
  return is_json_object(copy) ? copy : invalid_arguments(text);
}

std::string invalid_arguments(std::string_view text) {
  std::string out;
  JsonObject object(&out);
  object.string("INVALID_JSON", text);
  object.close();
  return out;
}

}  // namespace weir
