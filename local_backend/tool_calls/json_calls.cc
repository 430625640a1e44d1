// Calls as JSON objects: {"name": ..., "arguments": {...}} and its relatives.
#include <algorithm>
#include <array>
#include <utility>

#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {
namespace {

bool is_key_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

ToolCall call_of(std::string_view object) {
  ToolCall call;
  for (const auto& [key, value] : json_members(object)) {
    if (is_key_of(key, {"name", "tool_name"})) call.name = json_unquoted(value);
    if (is_key_of(key, {"arguments", "parameters", "args"})) call.arguments = value;
    if (is_key_of(key, {"id", "tool_call_id"})) call.id = json_unquoted(value);
    if (key != "function") continue;
    if (!value.starts_with('{')) {
      call.name = json_unquoted(value);
      continue;
    }
    ToolCall inner = call_of(value);
    call.name = std::move(inner.name);
    call.arguments = std::move(inner.arguments);
  }
  return call;
}

// {"NAME": {arguments}}
ToolCall keyed_call_of(std::string_view object) {
  auto members = json_members(object);
  if (members.size() != 1) return {};
  return {"", std::move(members.front().first), std::string(members.front().second)};
}

// Nothing if an element of a list is no object.
std::vector<ToolCall> calls_of(std::string_view json, bool name_is_key) {
  std::vector<std::string_view> objects;
  if (json.starts_with('[')) {
    objects = json_elements(json);
  } else {
    objects.push_back(json);
  }
  std::vector<ToolCall> calls;
  calls.reserve(objects.size());
  for (const std::string_view object : objects) {
    if (!object.starts_with('{')) return {};
    calls.push_back(name_is_key ? keyed_call_of(object) : call_of(object));
  }
  return calls;
}

// With which an object may begin that is a call.
constexpr std::string_view kFirstKeys[] = {"name\"",      "type\"",       "function\"", "id\"",
                                           "arguments\"", "parameters\"", "tool_name\""};

// `[ { "name"`, with or without the bracket.
CallReader::Look looks_like_json_call(std::string_view text) {
  const auto skip = [&](char sign) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const bool there = text.starts_with(sign);
    if (there) text.remove_prefix(1);
    return there;
  };
  skip('[');
  for (const char sign : {'{', '"'}) {
    if (!skip(sign)) return text.empty() ? CallReader::Look::kMaybe : CallReader::Look::kNo;
  }
  for (const std::string_view key : kFirstKeys) {
    if (text.starts_with(key)) return CallReader::Look::kYes;
    if (key.starts_with(text)) return CallReader::Look::kMaybe;
  }
  return CallReader::Look::kNo;
}

}  // namespace

std::vector<ToolCall> json_calls(std::string_view json) { return calls_of(json, false); }

Grammar read_json_calls(CallReader& in, JsonWords words) {
  for (bool first = true;; first = false) {
    co_await in.blank();
    if (!words.close.empty()) {
      const std::size_t closed = co_await in.optional(words.close);
      if (closed == 0 && !first) co_return;
    }
    static constexpr std::array<std::string_view, 2> kSeparators = {",", ";"};
    if (!first) {
      co_await in.any_of(kSeparators);
      co_await in.blank();
    }
    const char next = co_await in.peek();
    if (next != '{' && next != '[' && !first) co_return;
    if (next == '{' || next == '[') in.commit();
    const std::string json = co_await in.json();
    if (!in.add(calls_of(json, words.name_is_key))) co_await in.fail();
  }
}

// Small models like to put the object into a fence.
Grammar read_bare_json(CallReader& in) {
  static constexpr std::array<std::string_view, 2> kFences = {"```json", "```\n"};
  co_await in.blank();
  const std::size_t fence = co_await in.any_of(kFences);
  for (bool first = true;; first = false) {
    co_await in.blank();
    if (!first) {
      co_await in.optional(";");
      co_await in.blank();
      const char next = co_await in.peek();
      if (next != '{') break;
    }
    co_await in.begins(looks_like_json_call);
    const std::string json = co_await in.json();
    if (!in.add(json_calls(json))) co_await in.fail();
  }
  if (fence < kFences.size()) co_await in.optional("```");
}

}  // namespace weir
