#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {
namespace {

using std::string_view;

// Qwen and Seed differ in what holds the calls, and Qwen gives each value lines of its own.
constexpr TagWords function_words(string_view close, bool lines) {
  return {.call_open = "<function=",
          .name_end = ">",
          .head_end = "",
          .argument_open = "<parameter=",
          .key_end = ">",
          .argument_head_end = "",
          .argument_close = "</parameter>",
          .call_close = "</function>",
          .close = close,
          .lines = lines};
}
constexpr TagWords kQwenWords = function_words("</tool_call>", true);
constexpr TagWords kSeedWords = function_words("</seed:tool_call>", false);

constexpr TagWords kMiniMaxWords = {.call_open = "<invoke name=\"",
                                    .name_end = "\"",
                                    .head_end = ">",
                                    .argument_open = "<parameter name=\"",
                                    .key_end = "\"",
                                    .argument_head_end = ">",
                                    .argument_close = "</parameter>",
                                    .call_close = "</invoke>",
                                    .close = "</minimax:tool_call>"};

constexpr TagWords kAtemWords = {.call_open = "<atem:invoke name=\"",
                                 .name_end = "\"",
                                 .head_end = ">",
                                 .argument_open = "<atem:parameter name=\"",
                                 .key_end = "\"",
                                 .argument_head_end = ">",
                                 .argument_close = "</atem:parameter>",
                                 .call_close = "</atem:invoke>",
                                 .close = "</atem:function_calls>"};

// V3.2 and V4 differ in the word that holds the calls.
constexpr TagWords dsml_words(string_view close) {
  return {.call_open = "<｜DSML｜invoke name=\"",
          .name_end = "\"",
          .head_end = ">",
          .argument_open = "<｜DSML｜parameter name=\"",
          .key_end = "\"",
          .argument_head_end = ">",
          .argument_close = "</｜DSML｜parameter>",
          .call_close = "</｜DSML｜invoke>",
          .close = close,
          .attributes = TagWords::Attributes::kString};
}
constexpr TagWords kDsmlFunctionWords = dsml_words("</｜DSML｜function_calls>");
constexpr TagWords kDsmlToolWords = dsml_words("</｜DSML｜tool_calls>");

constexpr TagWords kMiniCpmWords = {.call_open = "<function name=\"",
                                    .name_end = "\"",
                                    .head_end = ">",
                                    .argument_open = "<param name=\"",
                                    .key_end = "\"",
                                    .argument_head_end = ">",
                                    .argument_close = "</param>",
                                    .call_close = "</function>",
                                    .close = ""};

constexpr TagWords kKimiK3Words = {.call_open = "<|open|>call tool=\"",
                                   .name_end = "\"",
                                   .head_end = "<|sep|>",
                                   .argument_open = "<|open|>argument key=\"",
                                   .key_end = "\"",
                                   .argument_head_end = "<|sep|>",
                                   .argument_close = "<|close|>argument<|sep|>",
                                   .call_close = "<|close|>call<|sep|>",
                                   .close = "<|close|>tools<|sep|>",
                                   .attributes = TagWords::Attributes::kType};

template <const TagWords& words>
Grammar read_tags(CallReader& in) {
  return read_tagged_calls(in, words);
}

constexpr JsonWords kToolCallWords = {"</tool_call>"};
constexpr JsonWords kToolCallsWords = {"</tool_calls>"};
constexpr JsonWords kNemotronWords = {"</TOOLCALL>"};
constexpr JsonWords kCommandWords = {"<|END_ACTION|>"};
constexpr JsonWords kApertusWords = {"<|tools_suffix|>", true};
constexpr JsonWords kGraniteWords = {"<|/tool_call|>"};
constexpr JsonWords kOpenEndWords = {""};

template <const JsonWords& words>
Grammar read_json(CallReader& in) {
  return read_json_calls(in, words);
}

// Of DeepSeek, Moonshot and OpenAI.
std::vector<CallSyntax> provider_syntaxes() {
  return {
      {.name = "harmony",
       .signs = {"<|channel|>", "to=functions."},
       .marks = {"<|start|>assistant to=", "<|start|>assistant<|channel|>commentary to=",
                 "<|start|>assistant<|channel|>analysis to=", "<|channel|>commentary to=",
                 "<|channel|>analysis to="},
       .read = read_harmony_call,
       .read_bare = read_bare_harmony,
       .ends_reasoning = true,
       .dropped = {"<|start|>assistant", "<|channel|>final", "<|channel|>commentary",
                   "<|constrain|>json", "<|message|>", "<|end|>", "<|return|>", "<|call|>"},
       .next_message = "<|start|>assistant",
       .form = harmony_form()},
      {.name = "dsml-v3.2",
       .signs = {"｜DSML｜", "function_calls"},
       .marks = {"<｜DSML｜function_calls>"},
       .read = read_tags<kDsmlFunctionWords>,
       .ends_reasoning = true,
       .form = tagged_form(kDsmlFunctionWords)},
      {.name = "dsml-v4",
       .signs = {"｜DSML｜"},
       .marks = {"<｜DSML｜tool_calls>"},
       .read = read_tags<kDsmlToolWords>,
       .ends_reasoning = true,
       .form = tagged_form(kDsmlToolWords)},
      {.name = "deepseek",
       .signs = {"<｜tool▁calls▁begin｜>"},
       .marks = {"<｜tool▁calls▁begin｜>", "<｜tool▁calls｜>", "<｜tool_calls_begin｜>",
                 "<|tool▁calls▁begin|>"},
       .read = read_deepseek_calls,
       .ends_reasoning = true,
       .form = deepseek_form()},
      {.name = "kimi-k2",
       .signs = {"<|tool_calls_section_begin|>"},
       .marks = {"<|tool_calls_section_begin|>", "<|tool_call_begin|>"},
       .read = read_kimi_calls,
       .ends_reasoning = true,
       .ids = IdForm::kKimi,
       .form = kimi_form()},
      {.name = "kimi-k3",
       .signs = {"<|open|>", "<|sep|>", "tools"},
       .marks = {"<|open|>tools<|sep|>"},
       .read = read_tags<kKimiK3Words>,
       .ends_reasoning = true,
       .dropped = {"<|open|>response<|sep|>", "<|close|>response<|sep|>", "<|close|>message<|sep|>",
                   "<|end_of_msg|>"},
       .form = tagged_form(kKimiK3Words)},
  };
}

// Between marks that stand for nothing else.
std::vector<CallSyntax> own_token_syntaxes() {
  return {
      {.name = "gemma4",
       .signs = {"<|tool_call>"},
       .marks = {"<|tool_call>"},
       .read = read_gemma_call,
       .ends_reasoning = true,
       .form = gemma_form()},
      {.name = "mistral",
       .signs = {"[TOOL_CALLS]"},
       .marks = {"[TOOL_CALLS]"},
       .read = read_mistral_calls,
       .ends_reasoning = true,
       .ids = IdForm::kNineSigns,
       .form = mistral_form()},
      {.name = "minimax-m2",
       .signs = {"minimax:tool_call"},
       .marks = {"<minimax:tool_call>"},
       .read = read_tags<kMiniMaxWords>,
       .ends_reasoning = true,
       .form = tagged_form(kMiniMaxWords)},
      {.name = "seed",
       .signs = {"<seed:tool_call>"},
       .marks = {"<seed:tool_call>"},
       .read = read_tags<kSeedWords>,
       .ends_reasoning = true,
       .form = tagged_form(kSeedWords)},
      {.name = "atem",
       .signs = {"<atem:function_calls>"},
       .marks = {"<atem:function_calls>"},
       .read = read_tags<kAtemWords>,
       .form = tagged_form(kAtemWords)},
      {.name = "solar",
       .signs = {"<|tool_call:begin|>"},
       .marks = {"<|tool_calls|>"},
       .read = read_solar_calls,
       .dropped = {"<|begin|>assistant", "<|content|>", "<|end|>", "<|calls|>"},
       .next_message = "<|begin|>assistant",
       .form = solar_form()},
      {.name = "apertus",
       .signs = {"<|tools_prefix|>"},
       .marks = {"<|tools_prefix|>"},
       .read = read_json<kApertusWords>},
      {.name = "command",
       .signs = {"<|START_ACTION|>"},
       .marks = {"<|START_ACTION|>"},
       .read = read_json<kCommandWords>,
       .dropped = {"<|START_RESPONSE|>", "<|END_RESPONSE|>"}},
      {.name = "lfm2",
       .signs = {"<|tool_call_start|>"},
       .marks = {"<|tool_call_start|>"},
       .read = read_python_calls,
       .form = python_form(false)},
  };
}

// A tag for every argument, or for the name.
std::vector<CallSyntax> xml_syntaxes() {
  return {
      {.name = "glm",
       .signs = {"<arg_key>"},
       .marks = {"<tool_call>"},
       .read = read_glm_calls,
       .ends_reasoning = true,
       .form = glm_form()},
      {.name = "qwen-xml",
       .signs = {"<tool_call>", "<function="},
       .marks = {"<tool_call>", "<function="},
       .read = read_tags<kQwenWords>,
       .ends_reasoning = true,
       .form = tagged_form(kQwenWords)},
      {.name = "functionary-v3.1",
       .signs = {"<function="},
       .marks = {"<function="},
       .read = read_function_json},
      {.name = "minicpm",
       .signs = {"<function name="},
       .marks = {"<function name=\""},
       .read = read_tags<kMiniCpmWords>,
       .form = tagged_form(kMiniCpmWords)},
  };
}

// JSON behind a mark.
std::vector<CallSyntax> json_syntaxes() {
  return {
      {.name = "nemotron",
       .signs = {"<TOOLCALL>"},
       .marks = {"<TOOLCALL>"},
       .read = read_json<kNemotronWords>},
      {.name = "json-section",
       .signs = {"<tool_calls>"},
       .marks = {"<tool_calls>"},
       .read = read_json<kToolCallsWords>},
      {.name = "hermes",
       .signs = {"<tool_call>"},
       .marks = {"<tool_call>"},
       .read = read_json<kToolCallWords>,
       .read_bare = read_bare_json},
      {.name = "granite",
       .signs = {"<|tool_call|>"},
       .marks = {"<|tool_call|>"},
       .read = read_json<kGraniteWords>,
       .dropped = {"<response>", "</response>"},
       .form = json_list_form()},
      {.name = "gigachat",
       .signs = {"<|function_call|>"},
       .marks = {"<|function_call|>"},
       .read = read_json<kOpenEndWords>},
      {.name = "gigachat-role",
       .signs = {"function call<|role_sep|>"},
       .marks = {"function call<|role_sep|>"},
       .read = read_json<kOpenEndWords>},
      {.name = "firefunction",
       .signs = {"functools["},
       .marks = {"functools"},
       .read = read_json<kOpenEndWords>,
       .form = json_list_form()},
  };
}

// Calls that may stand alone.
std::vector<CallSyntax> bare_syntaxes() {
  return {
      {.name = "llama3",
       .signs = {"<|python_tag|>"},
       .marks = {"<|python_tag|>"},
       .read = read_python_tag,
       .read_bare = read_bare_json},
      {.name = "llama4",
       .signs = {"[func_name1("},
       .marks = {"<|python_start|>"},
       .read = read_python_calls,
       .read_bare = read_bare_python,
       .dropped = {"<|python_end|>"},
       .form = python_form(true)},
      {.name = "json", .signs = {}, .marks = {}, .read_bare = read_bare_json},
      {.name = "python",
       .signs = {},
       .marks = {},
       .read_bare = read_bare_python,
       .form = python_form(true)},
  };
}

}  // namespace

const std::vector<CallSyntax>& call_syntaxes() {
  static const std::vector<CallSyntax> all = [] {
    std::vector<CallSyntax> syntaxes;
    for (auto& group : {provider_syntaxes(), own_token_syntaxes(), xml_syntaxes(), json_syntaxes(),
                        bare_syntaxes()}) {
      syntaxes.insert(syntaxes.end(), group.begin(), group.end());
    }
    return syntaxes;
  }();
  return all;
}

const CallSyntax* find_call_syntax(string_view name) {
  for (const CallSyntax& syntax : call_syntaxes()) {
    if (syntax.name == name) return &syntax;
  }
  return nullptr;
}

}  // namespace weir
