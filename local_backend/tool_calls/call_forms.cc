#include "local_backend/tool_calls/call_form.h"
#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {
namespace {

using Kind = CallPiece::Kind;
using Values = ArgumentForm::Values;

Values values_of(const TagWords& words) {
  switch (words.attributes) {
    case TagWords::Attributes::kNone: return Values::kRaw;
    case TagWords::Attributes::kString: return Values::kRawTold;
    case TagWords::Attributes::kType: return Values::kRawTyped;
  }
  return Values::kRaw;
}

}  // namespace

CallForm tagged_form(const TagWords& words) {
  CallPieces call = {words.call_open, Kind::kName, words.name_end};
  if (words.attributes == TagWords::Attributes::kType) {
    call.insert(call.end(), {" index=\"", Kind::kNumber, "\""});
  }
  call.insert(call.end(), {words.head_end, Kind::kArguments, Kind::kBlank, words.call_close});
  ArgumentForm arguments;
  arguments.values = values_of(words);
  arguments.key_open = {Kind::kBlank, words.argument_open};
  arguments.key_close = words.key_end;
  arguments.value_open = {words.argument_head_end};
  if (words.lines) arguments.value_open.emplace_back("\n");
  arguments.value_close = words.argument_close;
  arguments.lines = words.lines;
  CallForm form;
  form.calls = {std::move(call)};
  form.open = {Kind::kBlank};
  form.arguments = std::move(arguments);
  if (words.close.empty()) return form;
  form.between = {Kind::kBlank};
  form.close = {Kind::kBlank, words.close};
  return form;
}

CallForm mistral_form() {
  return {.calls = {{Kind::kName, "[CALL_ID]", Kind::kId, "[ARGS]", Kind::kArguments},
                    {Kind::kName, "[ARGS]", Kind::kArguments}}};
}

CallForm kimi_form() {
  return {.calls = {{"<|tool_call_begin|>functions.", Kind::kName, ":", Kind::kNumber,
                     "<|tool_call_argument_begin|>", Kind::kArguments, "<|tool_call_end|>"}},
          .open = {Kind::kBlank},
          .between = {Kind::kBlank},
          .close = {Kind::kBlank, "<|tool_calls_section_end|>"}};
}

CallForm deepseek_form() {
  return {.calls = {{"<｜tool▁call▁begin｜>function<｜tool▁sep｜>", Kind::kName, "\n```json\n",
                     Kind::kArguments, "\n```<｜tool▁call▁end｜>"},
                    {"<｜tool▁call▁begin｜>", Kind::kName, "<｜tool▁sep｜>", Kind::kArguments,
                     "<｜tool▁call▁end｜>"}},
          .open = {Kind::kBlank},
          .between = {Kind::kBlank},
          .close = {Kind::kBlank, "<｜tool▁calls▁end｜>"}};
}

CallForm solar_form() {
  return {.calls = {{"<|tool_call:begin|>", Kind::kId, "<|tool_call:name|>", Kind::kName,
                     "<|tool_call:args|>", Kind::kArguments, "<|tool_call:end|>"}}};
}

// What tells the end, <|call|>, ends the answer.
CallForm harmony_form() {
  constexpr std::string_view kTo = "functions.";
  return {.calls = {{kTo, Kind::kName, "<|channel|>commentary json<|message|>", Kind::kArguments},
                    {kTo, Kind::kName, "<|channel|>commentary <|constrain|>json<|message|>",
                     Kind::kArguments},
                    {kTo, Kind::kName, " <|constrain|>json<|message|>", Kind::kArguments},
                    {kTo, Kind::kName, " json<|message|>", Kind::kArguments},
                    {kTo, Kind::kName, "<|message|>", Kind::kArguments}}};
}

CallForm glm_form() {
  CallForm form;
  form.calls = {{Kind::kName, Kind::kArguments, Kind::kBlank, "</tool_call>"}};
  form.open = {Kind::kBlank};
  form.arguments = ArgumentForm{.key_open = {Kind::kBlank, "<arg_key>"},
                                .key_close = "</arg_key>",
                                .value_open = {Kind::kBlank, "<arg_value>"},
                                .value_close = "</arg_value>"};
  return form;
}

CallForm json_list_form() {
  return {.calls = {{"{\"name\": \"", Kind::kName, "\", \"arguments\": ", Kind::kArguments, "}"}},
          .open = {Kind::kBlank, "["},
          .between = {",", Kind::kBlank},
          .close = {"]"}};
}

CallForm python_form(bool bare) {
  CallForm form;
  form.calls = {{Kind::kName, Kind::kArguments}};
  form.open = {Kind::kBlank, "["};
  form.between = {",", Kind::kBlank};
  form.close = {"]"};
  form.arguments = ArgumentForm{.values = Values::kPython,
                                .open = {"("},
                                .separator = {",", Kind::kBlank},
                                .key_close = "=",
                                .close = {")"}};
  form.bare = bare;
  return form;
}

CallForm gemma_form() {
  CallForm form;
  form.calls = {{"call:", Kind::kName, Kind::kArguments}};
  form.open = {Kind::kBlank};
  form.arguments = ArgumentForm{.values = Values::kGemma,
                                .open = {"{"},
                                .separator = {","},
                                .key_close = ":",
                                .close = {"}"}};
  return form;
}

}  // namespace weir
