// Calls with a tag for every argument, such as
// <function=NAME><parameter=KEY>VALUE</parameter></function>.
#include <array>

#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {
namespace {

constexpr std::size_t kMostAttributeBytes = 256;

std::string_view without_lines(std::string_view text) {
  if (text.starts_with('\n')) text.remove_prefix(1);
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

bool says(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Some syntaxes say of each argument whether it is a text.
std::string argument_json(const CallReader& in, std::string_view tool, std::string_view key,
                          std::string_view attributes, std::string_view text) {
  if (says(attributes, "string=\"true\"") || says(attributes, "type=\"string\"")) {
    return json_quoted(text);
  }
  const bool said = says(attributes, "string=\"false\"") || says(attributes, "type=\"");
  return said ? OfferedTools().argument_json({}, {}, text)
              : in.tools().argument_json(tool, key, text);
}

}  // namespace

Grammar read_tagged_calls(CallReader& in, const TagWords& words) {
  const bool inside = in.mark() == words.call_open;
  const std::array<std::string_view, 2> both = {words.call_open, words.close};
  const auto calls = std::span(both).first(words.close.empty() ? 1 : 2);
  const std::array<std::string_view, 2> arguments = {words.argument_open, words.call_close};
  for (bool first = true;; first = false) {
    if (!inside || !first) {
      co_await in.blank();
      const std::size_t next = co_await in.any_of(calls);
      if (next > 0 && !first) co_return;
      if (next > 0) co_await in.fail();
    }
    const std::string name = co_await in.until(words.name_end, kMostNameBytes);
    in.commit();
    if (!words.head_end.empty()) co_await in.until(words.head_end, kMostAttributeBytes);
    std::string object;
    for (;;) {
      co_await in.blank();
      const std::size_t next = co_await in.any_of(arguments);
      if (next == 1) break;
      if (next == 2) co_await in.fail();
      const std::string key = co_await in.until(words.key_end, kMostNameBytes);
      std::string attributes;
      if (!words.argument_head_end.empty()) {
        attributes = co_await in.until(words.argument_head_end, kMostAttributeBytes);
      }
      const std::string value = co_await in.until(words.argument_close, CallReader::kMostBytes);
      object += (object.empty() ? "" : ", ") + json_quoted(key) + ": ";
      object +=
          argument_json(in, name, key, attributes, words.lines ? without_lines(value) : value);
    }
    if (!in.add(ToolCall{"", name, "{" + object + "}"})) co_await in.fail();
  }
}

}  // namespace weir
