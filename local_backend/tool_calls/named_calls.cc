// Calls that are a name and then the arguments, each syntax with signs of its own.
#include <array>
#include <utility>

#include "local_backend/tool_calls/blanks.h"
#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {
namespace {

// functions.NAME:0
std::string name_of_kimi(std::string_view id) {
  constexpr std::string_view kPrefix = "functions.";
  if (id.starts_with(kPrefix)) id.remove_prefix(kPrefix.size());
  return std::string(id.substr(0, id.rfind(':')));
}

}  // namespace

// [TOOL_CALLS]NAME[CALL_ID]ID[ARGS]{...}, or [TOOL_CALLS][{"name": ...}].
Grammar read_mistral_calls(CallReader& in) {
  static constexpr std::array<std::string_view, 2> kHeads = {"[CALL_ID]", "[ARGS]"};
  co_await in.blank();
  for (;;) {
    ToolCall call;
    call.name = co_await in.word("[{");
    call.name = without_blanks_around(call.name);
    if (call.name.empty()) break;
    const std::size_t head = co_await in.any_of(kHeads);
    in.commit();
    if (head == 0) {
      call.id = co_await in.word("[{");
      co_await in.optional("[ARGS]");
    }
    co_await in.blank();
    call.arguments = co_await in.json();
    if (!in.add(std::move(call))) co_await in.fail();
    co_await in.blank();
    const std::size_t more = co_await in.optional("[TOOL_CALLS]");
    if (more > 0) co_return;
  }
  in.go_on_with(read_json_calls(in, {""}));
}

// <|tool_call_begin|>functions.NAME:0<|tool_call_argument_begin|>{...}<|tool_call_end|>
Grammar read_kimi_calls(CallReader& in) {
  static constexpr std::array<std::string_view, 2> kNext = {"<|tool_call_begin|>",
                                                            "<|tool_calls_section_end|>"};
  const bool inside = in.mark() == kNext[0];
  for (bool first = true;; first = false) {
    if (!inside || !first) {
      co_await in.blank();
      const std::size_t next = co_await in.any_of(kNext);
      if (next > 0 && !first) co_return;
      if (next > 0) co_await in.fail();
    }
    in.commit();
    const std::string head = co_await in.until("<|tool_call_argument_begin|>", kMostNameBytes);
    const std::string id(without_blanks_around(head));
    co_await in.blank();
    std::string arguments = co_await in.json();
    if (!in.add(ToolCall{id, name_of_kimi(id), std::move(arguments)})) co_await in.fail();
    co_await in.blank();
    co_await in.optional("<|tool_call_end|>");
  }
}

// V3 and R1 write `function`, the name, and the arguments in a fence, and sometimes forget
// how the first call begins; V3.1 writes only the name and the arguments.
Grammar read_deepseek_calls(CallReader& in) {
  static constexpr std::array<std::string_view, 2> kNext = {"<｜tool▁call▁begin｜>",
                                                            "<｜tool▁calls▁end｜>"};
  for (bool first = true;; first = false) {
    co_await in.blank();
    const std::size_t next = co_await in.any_of(kNext);
    if (next > 0 && !first) co_return;
    if (next == 1) co_await in.fail();
    std::string name = co_await in.until("<｜tool▁sep｜>", kMostNameBytes);
    in.commit();
    if (without_blanks_around(name) == "function") name = co_await in.word("\n`{");
    co_await in.blank();
    co_await in.optional("```json");
    co_await in.blank();
    std::string arguments = co_await in.json();
    if (!in.add(ToolCall{"", std::string(without_blanks_around(name)), std::move(arguments)})) {
      co_await in.fail();
    }
    co_await in.blank();
    co_await in.optional("```");
    co_await in.blank();
    co_await in.optional("<｜tool▁call▁end｜>");
  }
}

// <|tool_call:begin|>ID<|tool_call:name|>NAME<|tool_call:args|>{...}<|tool_call:end|>
Grammar read_solar_calls(CallReader& in) {
  for (bool first = true;; first = false) {
    const std::size_t next = co_await in.optional("<|tool_call:begin|>");
    if (next > 0 && !first) co_return;
    if (next > 0) co_await in.fail();
    in.commit();
    ToolCall call;
    call.id = co_await in.until("<|tool_call:name|>", kMostNameBytes);
    call.name = co_await in.until("<|tool_call:args|>", kMostNameBytes);
    call.arguments = co_await in.json();
    if (!in.add(std::move(call))) co_await in.fail();
    co_await in.optional("<|tool_call:end|>");
  }
}

// <function=NAME>{...}</function>
Grammar read_function_json(CallReader& in) {
  std::string name = co_await in.until(">", kMostNameBytes);
  in.commit();
  co_await in.blank();
  std::string arguments = co_await in.json();
  if (!in.add(ToolCall{"", std::move(name), std::move(arguments)})) co_await in.fail();
  co_await in.blank();
  co_await in.optional("</function>");
}

// Behind "to=": functions.NAME<|channel|>commentary <|constrain|>json<|message|>{...}<|call|>.
Grammar read_harmony_call(CallReader& in) {
  const std::string head = co_await in.until("<|message|>", kMostNameBytes);
  in.commit();
  const std::string_view recipient = std::string_view(head).substr(0, head.find_first_of(" <"));
  std::string name(recipient);
  co_await in.blank();
  std::string arguments = co_await in.json();
  if (!in.add(ToolCall{"", std::move(name), std::move(arguments)})) co_await in.fail();
  co_await in.optional("<|call|>");
}

Grammar read_bare_harmony(CallReader& in) {
  co_await in.blank();
  co_await in.literal("to=");
  in.go_on_with(read_harmony_call(in));
}

// NAME<arg_key>KEY</arg_key><arg_value>VALUE</arg_value></tool_call>
Grammar read_glm_calls(CallReader& in) {
  static constexpr std::array<std::string_view, 2> kNext = {"<arg_key>", "</tool_call>"};
  const std::string head = co_await in.word("<");
  const std::string name(without_blanks_around(head));
  std::string object;
  for (;;) {
    co_await in.blank();
    const std::size_t next = co_await in.any_of(kNext);
    if (next == 2) co_await in.fail();
    in.commit();
    if (next == 1) break;
    const std::string written = co_await in.until("</arg_key>", kMostNameBytes);
    const std::string key(without_blanks_around(written));
    co_await in.blank();
    co_await in.literal("<arg_value>");
    const std::string value = co_await in.until("</arg_value>", CallReader::kMostBytes);
    object += (object.empty() ? "" : ", ") + json_quoted(key) + ": ";
    object += in.tools().argument_json(name, key, value);
  }
  if (!in.add(ToolCall{"", name, "{" + object + "}"})) co_await in.fail();
}

}  // namespace weir
