// Calls as function calls: [f(a=1), g(b="x")] as Python writes them, and Gemma's call:f{a:1}.
#include <algorithm>
#include <utility>

#include "local_backend/tool_calls/call_syntaxes.h"
#include "local_backend/tool_calls/python_values.h"

namespace weir {
namespace {

// `[ NAME (`
CallReader::Look looks_like_python_call(std::string_view text) {
  if (text.empty()) return CallReader::Look::kMaybe;
  if (!text.starts_with('[')) return CallReader::Look::kNo;
  text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.-").find(c) != std::string_view::npos;
  });
  if (end == text.end()) return CallReader::Look::kMaybe;
  const bool opens = *end == '(' && end != text.begin();
  return opens ? CallReader::Look::kYes : CallReader::Look::kNo;
}

// Some write JSON where they were taught Python.
std::vector<ToolCall> calls_in(const std::string& text) {
  if (auto calls = python_calls(text)) return std::move(*calls);
  return is_json_array_text(text) ? json_calls(text) : std::vector<ToolCall>();
}

}  // namespace

// <|tool_call_start|>[f(a=1)]<|tool_call_end|>
Grammar read_python_calls(CallReader& in) {
  in.commit();
  co_await in.blank();
  const std::string text = co_await in.brackets(CallReader::Quotes::kPython);
  if (!in.add(calls_in(text))) co_await in.fail();
  co_await in.blank();
  co_await in.optional("<|tool_call_end|>");
}

Grammar read_bare_python(CallReader& in) {
  co_await in.blank();
  co_await in.begins(looks_like_python_call);
  const std::string text = co_await in.brackets(CallReader::Quotes::kPython);
  if (!in.add(python_calls(text).value_or(std::vector<ToolCall>()))) co_await in.fail();
}

// <|python_tag|>f.call(a=1), or JSON.
Grammar read_python_tag(CallReader& in) {
  co_await in.blank();
  const char next = co_await in.peek();
  if (next == '{' || next == '[') {
    in.go_on_with(read_json_calls(in, {""}));
    co_return;
  }
  const std::string name = co_await in.word("(");
  in.commit();
  const std::string arguments = co_await in.brackets(CallReader::Quotes::kPython);
  if (!in.add(python_calls(name + arguments).value_or(std::vector<ToolCall>()))) co_await in.fail();
}

// call:NAME{key:<|"|>text<|"|>}<tool_call|>
Grammar read_gemma_call(CallReader& in) {
  co_await in.blank();
  co_await in.literal("call:");
  in.commit();
  const std::string name = co_await in.word("{");
  const std::string object = co_await in.brackets(CallReader::Quotes::kGemma);
  const auto arguments = gemma_object_json(object);
  if (!in.add(ToolCall{"", name, arguments.value_or("[]")})) co_await in.fail();
  co_await in.blank();
  co_await in.optional("<tool_call|>");
}

}  // namespace weir
