#include "local_backend/tool_calls/call_form.h"
#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {
namespace {

ArgumentValues values_of(const TagWords& words) {
  switch (words.attributes) {
    case TagWords::Attributes::kNone: return ArgumentValues::kRaw;
    case TagWords::Attributes::kString: return ArgumentValues::kRawTold;
    case TagWords::Attributes::kType: return ArgumentValues::kRawTyped;
  }
  return ArgumentValues::kRaw;
}

}  // namespace

CallForm tagged_form(const TagWords& words) {
  CallPieces call = {words.call_open, PieceKind::kName, words.name_end};
  if (words.attributes == TagWords::Attributes::kType) {
    call.insert(call.end(), {" index=\"", PieceKind::kNumber, "\""});
  }
  call.insert(call.end(),
              {words.head_end, PieceKind::kArguments, PieceKind::kBlank, words.call_close});
  ArgumentForm arguments;
  arguments.values = values_of(words);
  arguments.key_open = {PieceKind::kBlank, words.argument_open};
  arguments.key_close = words.key_end;
  arguments.value_open = {words.argument_head_end};
  if (words.lines) arguments.value_open.emplace_back("\n");
  arguments.value_close = words.argument_close;
  arguments.lines = words.lines;
  CallForm form;
  form.calls = {std::move(call)};
  form.open = {PieceKind::kBlank};
  form.arguments = std::move(arguments);
  if (words.close.empty()) return form;
  form.between = {PieceKind::kBlank};
  form.close = {PieceKind::kBlank, words.close};
  return form;
}

CallForm mistral_form() {
  return {
      .calls = {{PieceKind::kName, "[CALL_ID]", PieceKind::kId, "[ARGS]", PieceKind::kArguments},
                {PieceKind::kName, "[ARGS]", PieceKind::kArguments}}};
}

CallForm kimi_form() {
  return {.calls = {{"<|tool_call_begin|>functions.", PieceKind::kName, ":", PieceKind::kNumber,
                     "<|tool_call_argument_begin|>", PieceKind::kArguments, "<|tool_call_end|>"}},
          .open = {PieceKind::kBlank},
          .between = {PieceKind::kBlank},
          .close = {PieceKind::kBlank, "<|tool_calls_section_end|>"}};
}

CallForm deepseek_form() {
  return {.calls = {{"<｜tool▁call▁begin｜>function<｜tool▁sep｜>", PieceKind::kName, "\n```json\n",
                     PieceKind::kArguments, "\n```<｜tool▁call▁end｜>"},
                    {"<｜tool▁call▁begin｜>", PieceKind::kName, "<｜tool▁sep｜>",
                     PieceKind::kArguments, "<｜tool▁call▁end｜>"}},
          .open = {PieceKind::kBlank},
          .between = {PieceKind::kBlank},
          .close = {PieceKind::kBlank, "<｜tool▁calls▁end｜>"}};
}

CallForm solar_form() {
  return {.calls = {{"<|tool_call:begin|>", PieceKind::kId, "<|tool_call:name|>", PieceKind::kName,
                     "<|tool_call:args|>", PieceKind::kArguments, "<|tool_call:end|>"}}};
}

// What tells the end, <|call|>, ends the answer.
CallForm harmony_form() {
  constexpr std::string_view kTo = "functions.";
  return {.calls = {{kTo, PieceKind::kName, "<|channel|>commentary json<|message|>",
                     PieceKind::kArguments},
                    {kTo, PieceKind::kName, "<|channel|>commentary <|constrain|>json<|message|>",
                     PieceKind::kArguments},
                    {kTo, PieceKind::kName, " <|constrain|>json<|message|>", PieceKind::kArguments},
                    {kTo, PieceKind::kName, " json<|message|>", PieceKind::kArguments},
                    {kTo, PieceKind::kName, "<|message|>", PieceKind::kArguments}}};
}

CallForm glm_form() {
  CallForm form;
  form.calls = {{PieceKind::kName, PieceKind::kArguments, PieceKind::kBlank, "</tool_call>"}};
  form.open = {PieceKind::kBlank};
  form.arguments = ArgumentForm{.key_open = {PieceKind::kBlank, "<arg_key>"},
                                .key_close = "</arg_key>",
                                .value_open = {PieceKind::kBlank, "<arg_value>"},
                                .value_close = "</arg_value>"};
  return form;
}

CallForm json_list_form() {
  return {.calls = {{"{\"name\": \"", PieceKind::kName,
                     "\", \"arguments\": ", PieceKind::kArguments, "}"}},
          .open = {PieceKind::kBlank, "["},
          .between = {",", PieceKind::kBlank},
          .close = {"]"}};
}

CallForm python_form(bool bare) {
  CallForm form;
  form.calls = {{PieceKind::kName, PieceKind::kArguments}};
  form.open = {PieceKind::kBlank, "["};
  form.between = {",", PieceKind::kBlank};
  form.close = {"]"};
  form.arguments = ArgumentForm{.values = ArgumentValues::kPython,
                                .open = {"("},
                                .separator = {",", PieceKind::kBlank},
                                .key_close = "=",
                                .close = {")"}};
  form.bare = bare;
  return form;
}

CallForm gemma_form() {
  CallForm form;
  form.calls = {{"call:", PieceKind::kName, PieceKind::kArguments}};
  form.open = {PieceKind::kBlank};
  form.arguments = ArgumentForm{.values = ArgumentValues::kGemma,
                                .open = {"{"},
                                .separator = {","},
                                .key_close = ":",
                                .close = {"}"}};
  return form;
}

}  // namespace weir
