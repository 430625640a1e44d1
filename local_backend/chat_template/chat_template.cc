#include "local_backend/chat_template/chat_template.h"

#include <algorithm>
#include <utility>

#include "local_backend/chat_template/chat_turns.h"
#include "local_backend/chat_template/jinja_json.h"

namespace weir {
namespace {

using jinja::Dict;
using jinja::Value;
using jinja::Values;
using std::string_view;

constexpr std::size_t kMaxTurns = 100'000;

MarkedText render_plain(const std::vector<ChatTurn>& turns) {
  std::string text;
  for (const ChatTurn& turn : turns) {
    if (!text.empty()) text += '\n';
    text += turn.text;
  }
  return MarkedText(std::move(text), MarkedText::Origin::kUser);
}

// That no turn says.
std::string word_apart_from(const std::vector<ChatTurn>& turns) {
  std::string word = "Zuvrend";
  const auto says = [&](const ChatTurn& turn) { return turn.text.find(word) != word.npos; };
  while (std::any_of(turns.begin(), turns.end(), says)) word += 'x';
  return word;
}

Value own(string_view text) { return Value::of_template(std::string(text)); }

// Builds what templates see of a conversation.
class Variables {
 public:
  Variables(jinja::Run& run, const ReasoningSwitches& switches) : run_(run), switches_(switches) {}

  Value messages(const std::vector<ChatTurn>& turns) {
    Values all;
    for (const ChatTurn& turn : turns) all.push_back(message(turn));
    return jinja::make_list(run_, std::move(all));
  }

  Value tools(const std::vector<string_view>& tools_json) {
    Values all;
    for (const string_view json : tools_json) {
      if (auto tool = jinja::from_json(run_, json, MarkedText::Origin::kUser)) all.push_back(*tool);
    }
    return all.empty() ? Value::none() : jinja::make_list(run_, std::move(all));
  }

 private:
  Value message(const ChatTurn& turn) {
    Dict out;
    out.set(own("role"), own(turn.role));
    out.set(own("content"), Value::of_user(turn.text));
    if (!turn.reasoning.empty()) {
      const auto set = [&](string_view name) {
        out.set(own(name), Value::of_user(turn.reasoning));
      };
      set("reasoning_content");
      if (switches_.reads_thinking()) set("thinking");
      if (switches_.reads_reasoning()) set("reasoning");
    }
    if (!turn.name.empty()) out.set(own("name"), Value::of_user(turn.name));
    if (!turn.tool_call_id.empty()) out.set(own("tool_call_id"), Value::of_user(turn.tool_call_id));
    if (!turn.tool_calls.empty()) out.set(own("tool_calls"), calls(turn.tool_calls));
    return jinja::make_dict(run_, std::move(out));
  }

  Value calls(const std::vector<ChatToolCall>& tool_calls) {
    Values all;
    for (const ChatToolCall& call : tool_calls) {
      Dict function;
      function.set(own("name"), Value::of_user(call.name));
      function.set(own("arguments"), arguments(call.arguments_json));
      Dict out;
      out.set(own("id"), Value::of_user(call.id));
      out.set(own("type"), own("function"));
      out.set(own("function"), jinja::make_dict(run_, std::move(function)));
      all.push_back(jinja::make_dict(run_, std::move(out)));
    }
    return jinja::make_list(run_, std::move(all));
  }

  // Most templates want an object; what is none stays the text that it is.
  Value arguments(const std::string& json) {
    if (json.empty()) return jinja::make_dict(run_, {});
    auto value = jinja::from_json(run_, json, MarkedText::Origin::kUser);
    return value && value->dict() != nullptr ? *value : Value::of_user(json);
  }

  jinja::Run& run_;
  const ReasoningSwitches& switches_;
};

Error unreadable(const jinja::TemplateError& error) {
  return {ErrorCode::kInvalidModel, "the model's chat template cannot be used: " + error.text(),
          "chat_template_unusable"};
}

// Another model may take it, so this is no fault of the request.
Error refused_turns(const jinja::TemplateError& error) {
  const bool raised = error.kind == "TemplateError";
  return {ErrorCode::kUnsupportedParameter,
          raised ? "the model's chat template refuses the conversation: " + error.message
                 : "the model's chat template cannot write the conversation: " + error.text(),
          "chat_template_refused", "messages"};
}

}  // namespace

Result<ChatTemplate> ChatTemplate::read(const GgufFile& file, const Vocabulary& vocabulary) {
  auto source = file.find_string("tokenizer.chat_template");
  if (!source) return source.error();
  const auto with_tools = file.find_string("tokenizer.chat_template.tool_use");
  if (!with_tools) return with_tools.error();
  if (!*source) *source = *with_tools;
  if (!*source) return ChatTemplate();
  const auto name = [&](std::optional<TokenId> token) {
    return token ? std::string(vocabulary.text(*token)) : std::string();
  };
  const auto as_written = file.find_bool("weir.prompt_as_written");
  if (!as_written) return as_written.error();
  ChatTemplate chat = of_source(**source, name(vocabulary.bos()), name(vocabulary.eos()));
  chat.as_written_ = as_written->value_or(false);
  chat.write_tools_with(with_tools->value_or(""));
  return chat;
}

// One that cannot be read is not there.
void ChatTemplate::write_tools_with(string_view source) {
  if (source.empty() || problem_) return;
  auto parsed = jinja::Template::parse(source);
  if (auto* program = std::get_if<jinja::Template>(&parsed)) {
    tool_program_ = std::make_shared<const jinja::Template>(std::move(*program));
    tool_switches_ = ReasoningSwitches::of(tool_program_->source());
  }
}

ChatTemplate ChatTemplate::of_source(string_view source, std::string bos, std::string eos) {
  ChatTemplate chat;
  chat.bos_ = std::move(bos);
  chat.eos_ = std::move(eos);
  auto parsed = jinja::Template::parse(source);
  if (const auto* error = std::get_if<jinja::TemplateError>(&parsed)) {
    chat.problem_ = unreadable(*error);
  } else {
    chat.program_ =
        std::make_shared<const jinja::Template>(std::get<jinja::Template>(std::move(parsed)));
    chat.switches_ = ReasoningSwitches::of(chat.program_->source());
  }
  return chat;
}

Result<Prompt> ChatTemplate::render(const std::vector<ChatTurn>& turns,
                                    const ChatOptions& options) const {
  const auto text = render_text(turns, options);
  if (!text) return text.error();
  return text->to_prompt();
}

jinja::Globals ChatTemplate::globals(const ChatOptions& options, Value tools) const {
  jinja::Globals globals;
  globals.unix_seconds = options.unix_seconds;
  const auto set = [&](string_view name, Value value) {
    globals.values.set(own(name), std::move(value));
  };
  set("bos_token", own(bos_));
  set("eos_token", own(eos_));
  set("add_generation_prompt", Value::boolean(options.add_generation_prompt));
  set("tools", std::move(tools));
  set("documents", Value::none());
  const auto by_effort = ReasoningSwitches::thinking_of(options.reasoning_effort);
  if (const auto thinking = options.thinking ? options.thinking : by_effort) {
    set("enable_thinking", Value::boolean(*thinking));
    set("thinking", Value::boolean(*thinking));
  }
  const ReasoningSwitches& switches = switches_for(options);
  if (const string_view word = switches.word_for(options.reasoning_effort); !word.empty()) {
    set("reasoning_effort", Value::of_user(std::string(word)));
  }
  return globals;
}

// What goes wrong with every conversation is the template's fault.
Error ChatTemplate::failure(const jinja::TemplateError& error) const {
  if (error.kind == "TemplateError") return refused_turns(error);
  jinja::Run run{jinja::Limits{}};
  jinja::Globals shortest = globals({}, Value::none());
  shortest.values.set(own("messages"), Variables(run, switches_).messages({{"user", "Hi"}}));
  const bool runs = std::holds_alternative<MarkedText>(program_->render(shortest));
  return runs ? refused_turns(error) : unreadable(error);
}

// Where the last text ends is told by a word at its end, whatever the template trims.
Result<MarkedText> ChatTemplate::render_text(const std::vector<ChatTurn>& turns,
                                             const ChatOptions& options) const {
  if (problem_) return *problem_;
  if (!program_) return render_plain(turns);
  if (!options.goes_on || turns.empty()) return render_turns(turns, options);
  const std::string end = word_apart_from(turns);
  std::vector<ChatTurn> ending = turns;
  ending.back().text += end;
  ChatOptions as_told = options;
  as_told.add_generation_prompt = false;
  const auto text = render_turns(std::move(ending), as_told);
  if (!text) return text.error();
  const std::size_t size = text->bytes().rfind(end);
  return size == std::string::npos ? render_turns(turns, options) : text->part(0, size);
}

Result<MarkedText> ChatTemplate::render_turns(std::vector<ChatTurn> turns,
                                              const ChatOptions& options) const {
  if (turns.size() > kMaxTurns) {
    return Error{
        ErrorCode::kInvalidRequest, "the conversation has too many messages", {}, "messages"};
  }
  jinja::Run run{jinja::Limits{}};
  const bool shows_tools = tool_program_ != nullptr && !options.tools_json.empty();
  const jinja::Template& program = shows_tools ? *tool_program_ : *program_;
  const ReasoningSwitches& switches = switches_for(options);
  Variables variables(run, switches);
  jinja::Globals known = globals(options, variables.tools(options.tools_json));
  std::vector<ChatTurn> tried = with_one_system(std::move(turns));
  std::optional<jinja::TemplateError> first;
  for (int attempt = 0; attempt < 4; ++attempt) {
    if (attempt == 1 && !(switches.reads_thinking() && say_in_thoughts(&tried))) continue;
    if (attempt == 2) tried = alternating(std::move(tried));
    if (attempt == 3) tried = without_system(std::move(tried));
    known.values.set(own("messages"), variables.messages(tried));
    if (run.failed()) {
      return Error{ErrorCode::kInvalidRequest, run.error()->message, {}, "messages"};
    }
    auto result = program.render(known, options.limits);
    if (auto* text = std::get_if<MarkedText>(&result)) return std::move(*text);
    if (!first) first = std::get<jinja::TemplateError>(result);
    if (std::get<jinja::TemplateError>(result).kind == "LimitError") break;
  }
  return failure(*first);
}

}  // namespace weir
