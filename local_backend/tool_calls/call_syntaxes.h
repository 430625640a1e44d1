// How models write tool calls: one row a syntax.
//
// Source of the forms: the chat templates of the models' makers, which show a past call
// as the model was taught to write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "local_backend/tool_calls/call_form.h"
#include "local_backend/tool_calls/call_reader.h"

namespace weir {

// What a template demands of the ids of calls.
enum class IdForm : std::uint8_t {
  kAny,
  kNineSigns,  // nine letters or digits
  kKimi,       // functions.NAME:NUMBER
};

struct CallSyntax {
  std::string_view name;  // as people call it, for logs and `weir models`
  // What the template of such a model says, all of it. Without: any template.
  std::vector<std::string_view> signs = {};
  // Texts that open calls, wherever they stand in an answer.
  std::vector<std::string_view> marks = {};
  CallReader::Read read = nullptr;  // behind a mark
  // A call without a mark, as the first thing that an answer says; null if there is none.
  CallReader::Read read_bare = nullptr;
  // The model may call while it thinks, and has then stopped thinking.
  bool ends_reasoning = false;
  IdForm ids = IdForm::kAny;
  // Texts around calls and answers that nobody should see.
  std::vector<std::string_view> dropped = {};
  // That of them which begins another message of the same answer; empty: there is but one.
  std::string_view next_message = {};
  // How a call is written; unset: as the template shows it, if that is a JSON object.
  std::optional<CallForm> form = {};
};

// From the most telling to the least: of those that can read a text, the first is meant.
const std::vector<CallSyntax>& call_syntaxes();

// Null if there is none of this name.
const CallSyntax* find_call_syntax(std::string_view name);

// The forms, call_forms.cc.
struct TagWords;
CallForm tagged_form(const TagWords& words);
CallForm mistral_form();
CallForm kimi_form();
CallForm deepseek_form();
CallForm solar_form();
CallForm harmony_form();
CallForm glm_form();
CallForm json_list_form();
CallForm python_form(bool bare);
CallForm gemma_form();

// The grammars, by family.

// json_calls.cc: an object a call, one after another or as a list.
struct JsonWords {
  std::string_view close;    // ends the calls; empty: the end of the answer does
  bool name_is_key = false;  // {"NAME": {arguments}}
};
Grammar read_json_calls(CallReader& in, JsonWords words);
// The calls in an object or a list of them, complete and known to be JSON.
std::vector<ToolCall> json_calls(std::string_view json);
// An object that is a call, or a list of them, where other JSON is an answer.
Grammar read_bare_json(CallReader& in);

// tagged_calls.cc: XML-like, a tag an argument. A head such as `<invoke name="f">` is
// call_open, the name, name_end, and what else stands before head_end.
struct TagWords {
  // What a head says besides the name.
  enum class Attributes : std::uint8_t {
    kNone,
    kString,  // string="true" of arguments that are texts, "false" of others
    kType,    // type="string" and its like of arguments, a number of calls
  };
  std::string_view call_open;
  std::string_view name_end;
  std::string_view head_end;
  std::string_view argument_open;
  std::string_view key_end;
  std::string_view argument_head_end;
  std::string_view argument_close;
  std::string_view call_close;
  std::string_view close;  // ends the calls; empty: each call stands alone
  bool lines = false;      // a value stands on lines of its own
  Attributes attributes = Attributes::kNone;
};
// The words outlive the grammar. The mark may be call_open itself.
Grammar read_tagged_calls(CallReader& in, const TagWords& words);

// named_calls.cc: a name, then the arguments as an object.
Grammar read_mistral_calls(CallReader& in);
Grammar read_kimi_calls(CallReader& in);
Grammar read_deepseek_calls(CallReader& in);
Grammar read_solar_calls(CallReader& in);
Grammar read_function_json(CallReader& in);
Grammar read_harmony_call(CallReader& in);
Grammar read_bare_harmony(CallReader& in);  // where the answer begins inside the role
Grammar read_glm_calls(CallReader& in);

// python_calls.cc: written as Python does, or as Gemma does.
Grammar read_python_calls(CallReader& in);
Grammar read_bare_python(CallReader& in);
Grammar read_python_tag(CallReader& in);
Grammar read_gemma_call(CallReader& in);

}  // namespace weir
