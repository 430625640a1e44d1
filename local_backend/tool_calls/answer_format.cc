#include "local_backend/tool_calls/answer_format.h"

#include <algorithm>
#include <utility>

#include "local_backend/tool_calls/answer_parser.h"
#include "local_backend/tool_calls/blanks.h"
#include "local_backend/tool_calls/json_scanner.h"

namespace weir {
namespace {

using std::string_view;

constexpr string_view kProbeTool = "get_weather";
constexpr string_view kProbeId = "call00001";  // some templates demand nine signs
constexpr string_view kProbeSchema =
    R"({"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},)"
    R"( "required": ["city"]})";
constexpr string_view kProbeArguments = R"({"city": "Zürich", "days": 2})";

const std::vector<ReasoningMarks>& reasoning_marks() {
  static const std::vector<ReasoningMarks> all = {
      {.open = "<|channel|>analysis<|message|>", .close = "<|end|>", .anywhere = true},
      {.open = "<|channel>thought",
       .close = "<channel|>",
       .anywhere = true,
       .dropped = {"<channel|>"}},
      {.open = "<|open|>think<|sep|>", .close = "<|close|>think<|sep|>"},
      {.open = "<seed:think>", .close = "</seed:think>"},
      {.open = "<mm:think>", .close = "</mm:think>"},
      {.open = "[THINK]", .close = "[/THINK]"},
      {.open = "<|START_THINKING|>", .close = "<|END_THINKING|>"},
      {.open = "<|inner_prefix|>", .close = "<|inner_suffix|>", .anywhere = true},
      {.open = "<|think|>", .close = "<|end|>"},
      {.open = "Here are my reasoning steps:\n",
       .close = "[BEGIN FINAL RESPONSE]",
       .dropped = {"[END FINAL RESPONSE]"}},
      {.open = "<think>", .close = "</think>", .close_tells = true},
  };
  return all;
}

bool holds(string_view text, string_view part) { return text.find(part) != string_view::npos; }

const ReasoningMarks* marks_among(const std::function<bool(string_view)>& has_token) {
  for (const ReasoningMarks& marks : reasoning_marks()) {
    if (has_token(marks.open) && has_token(marks.close)) return &marks;
  }
  return nullptr;
}

std::string prompt_text(const Prompt& prompt) {
  std::string text;
  for (const PromptSegment& segment : prompt.segments) text += segment.text;
  return text;
}

std::string with_replaced(string_view text, string_view from, string_view to) {
  std::string out;
  for (std::size_t at = text.find(from); at != string_view::npos; at = text.find(from)) {
    out += text.substr(0, at);
    out += to;
    text.remove_prefix(at + from.size());
  }
  return out += text;
}

// The size of `text` without a mark at its end that is not complete, such as "<|" or "[TOO".
std::size_t before_open_mark(string_view text) {
  std::size_t size = text.size();
  for (const auto& [open, close] : {std::pair{'<', '>'}, std::pair{'[', ']'}}) {
    const std::size_t begins = text.rfind(open);
    if (begins == string_view::npos || text.find(close, begins) != string_view::npos) continue;
    size = std::min(size, begins);
  }
  return size;
}

// What a template writes of a call: `head` is what stands before the answer in every case,
// `asked` goes on where an answer is asked for, `told` where the call was the answer.
struct Probe {
  std::string head;
  std::string asked;
  std::string told;
};

std::string probe_tool_json() {
  std::string json = R"({"type": "function", "function": {"name": ")";
  json += kProbeTool;
  json += R"(", "description": "Tells the weather.", "parameters": )";
  json += kProbeSchema;
  return json + "}}";
}

std::optional<std::string> rendered(const ChatTemplate& chat, const std::vector<ChatTurn>& turns,
                                    bool asks) {
  const std::string tool = probe_tool_json();
  ChatOptions options;
  options.tools_json = {tool};
  options.add_generation_prompt = asks;
  options.unix_seconds = 0;
  const auto prompt = chat.render(turns, options);
  if (!prompt) return std::nullopt;
  return prompt_text(*prompt);
}

std::optional<Probe> probe(const ChatTemplate& chat, string_view arguments) {
  std::vector<ChatTurn> turns = {{"user", "Weather?"}};
  const auto asked = rendered(chat, turns, true);
  ChatTurn answer{"assistant", ""};
  answer.tool_calls.push_back(
      {std::string(kProbeId), std::string(kProbeTool), std::string(arguments)});
  turns.push_back(std::move(answer));
  ChatTurn result{"tool", "sunny"};
  result.tool_call_id = kProbeId;
  result.name = kProbeTool;
  turns.push_back(std::move(result));
  const auto told = rendered(chat, turns, false);
  if (!asked || !told) return std::nullopt;
  const auto same = std::mismatch(asked->begin(), asked->end(), told->begin(), told->end()).first;
  const std::size_t size = before_open_mark(std::string(asked->begin(), same));
  return Probe{asked->substr(0, size), asked->substr(size), told->substr(size)};
}

bool is_probe_call(const ToolCall& call) {
  if (call.name != kProbeTool) return false;
  const auto members = json_members(call.arguments);
  return members.size() == 2 && members[0].first == "city" &&
         json_unquoted(members[0].second) == "Zürich" && members[1].first == "days" &&
         members[1].second == "2";
}

bool ends_with_open(string_view text, const ReasoningMarks* marks) {
  return marks != nullptr && without_blank_end(text).ends_with(without_blank_end(marks->open));
}

bool reads_back(const AnswerFormat& format, const Probe& probe) {
  OfferedTools tools;
  tools.add(kProbeTool, kProbeSchema);
  AnswerParser parser(format, tools, ends_with_open(probe.head, format.reasoning));
  std::vector<AnswerPart> parts;
  parser.push(probe.told, &parts);
  parser.finish(&parts);
  return std::any_of(parts.begin(), parts.end(), [](const AnswerPart& part) {
    return part.kind == AnswerPart::Kind::kCall && is_probe_call(part.call);
  });
}

bool has_signs(const CallSyntax& syntax, string_view source) {
  return !syntax.signs.empty() &&
         std::all_of(syntax.signs.begin(), syntax.signs.end(),
                     [&](string_view sign) { return holds(source, sign); });
}

// Several syntaxes may read the same text: the template's own words decide.
const CallSyntax* syntax_read_back(AnswerFormat tried, const Probe& probe, string_view source) {
  const CallSyntax* found = nullptr;
  for (const CallSyntax& syntax : call_syntaxes()) {
    tried.calls = &syntax;
    if (!reads_back(tried, probe)) continue;
    if (has_signs(syntax, source)) return &syntax;
    if (found == nullptr) found = &syntax;
  }
  return found;
}

const CallSyntax* syntax_by_words(string_view source,
                                  const std::function<bool(string_view)>& has_token) {
  if (!holds(source, "tools")) return nullptr;
  for (const CallSyntax& syntax : call_syntaxes()) {
    if (has_signs(syntax, source)) return &syntax;
  }
  for (const CallSyntax& syntax : call_syntaxes()) {
    if (!syntax.marks.empty() && has_token(syntax.marks.front())) return &syntax;
  }
  return nullptr;
}

// The size of the probe's arguments at the front; 0 if they are not there.
std::size_t probe_arguments(string_view text) {
  JsonScanner scanner;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const JsonScanner::State state = scanner.push(text[i]);
    if (state == JsonScanner::State::kBroken) return 0;
    if (state != JsonScanner::State::kDone) continue;
    const string_view json = text.substr(0, i + 1);
    return is_probe_call({"", std::string(kProbeTool), std::string(json)}) ? i + 1 : 0;
  }
  return 0;
}

// What stands around an id that is another member of the same object.
void learn_id(string_view behind_arguments, AnswerFormat* format) {
  const std::size_t at = behind_arguments.find(kProbeId);
  const string_view opening = behind_arguments.substr(0, std::min(at, behind_arguments.size()));
  if (at == string_view::npos || opening.find_first_of("{}[]<>\n") != string_view::npos) return;
  const string_view end = behind_arguments.substr(at + kProbeId.size());
  format->id_opening = opening;
  format->id_end = end.substr(0, std::min(end.find('}'), end.size()));
}

// What calls with other arguments, and with none, have in common.
void learn_opening(const ChatTemplate& chat, const Probe& full, AnswerFormat* format) {
  const auto empty = probe(chat, "{}");
  const std::size_t name = full.told.find(kProbeTool);
  if (!empty || name == std::string::npos || name + kProbeTool.size() > empty->told.size()) return;
  const string_view opening = string_view(full.told).substr(0, name);
  if (empty->asked != full.asked || !empty->told.starts_with(opening)) return;
  const string_view a = string_view(full.told).substr(name + kProbeTool.size());
  const string_view b = string_view(empty->told).substr(name + kProbeTool.size());
  const auto same = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  string_view end = a.substr(0, static_cast<std::size_t>(same - a.begin()));
  end = end.substr(0, before_open_mark(end));
  format->replaced = full.asked;
  format->call_opening = opening;
  format->name_end = end;
  if (!end.ends_with('{')) return;
  const string_view arguments = a.substr(end.size() - 1);
  const std::size_t size = probe_arguments(arguments);
  format->json_arguments = size > 0;
  if (size > 0) learn_id(arguments.substr(size), format);
}

}  // namespace

const ReasoningMarks* reasoning_marks_in(string_view text) {
  for (const ReasoningMarks& marks : reasoning_marks()) {
    const bool opens = marks.close_tells || holds(text, without_blank_end(marks.open));
    if (opens && holds(text, marks.close)) return &marks;
  }
  return nullptr;
}

std::string_view AnswerFormat::call_mark() const {
  if (calls == nullptr) return {};
  const auto found = std::find_if(calls->marks.begin(), calls->marks.end(),
                                  [&](string_view mark) { return holds(call_opening, mark); });
  return found == calls->marks.end() ? string_view() : *found;
}

std::string_view AnswerFormat::from_mark(string_view call) const {
  std::size_t begins = call.size();
  if (calls == nullptr) return call;
  for (const string_view mark : calls->marks) begins = std::min(begins, call.find(mark));
  return begins == call.size() ? call : call.substr(begins);
}

std::string AnswerFormat::call_head(string_view name) const {
  const bool has_id = holds(call_opening, kProbeId) || holds(name_end, kProbeId) ||
                      (calls != nullptr && calls->ids == IdForm::kKimi);
  if (!json_arguments || has_id) return {};
  std::string head(from_mark(call_opening));
  head += name;
  head += with_replaced(name_end, kProbeTool, name);
  head.pop_back();
  return head;
}

const CallForm* AnswerFormat::call_form() const {
  if (calls == nullptr || !calls->form) return nullptr;
  return call_head(kProbeTool).empty() || call_mark().empty() ? &*calls->form : nullptr;
}

bool AnswerFormat::uses(string_view control_token) const {
  const auto in = [&](string_view text) { return holds(text, control_token); };
  const auto in_any = [&](const std::vector<string_view>& texts) {
    return std::any_of(texts.begin(), texts.end(), in);
  };
  if (reasoning != nullptr &&
      (in(reasoning->open) || in(reasoning->close) || in_any(reasoning->dropped))) {
    return true;
  }
  return calls != nullptr && (in_any(calls->marks) || in_any(calls->dropped));
}

bool AnswerFormat::begins_thinking(const Prompt& prompt) const {
  const auto last = std::find_if(
      prompt.segments.rbegin(), prompt.segments.rend(),
      [](const PromptSegment& one) { return one.origin == PromptSegment::Origin::kTemplate; });
  return last != prompt.segments.rend() && ends_with_open(last->text, reasoning);
}

std::optional<std::string> AnswerFormat::begin_call(string_view name, string_view id,
                                                    Prompt* prompt) const {
  if (call_opening.empty() || prompt->segments.empty()) return std::nullopt;
  PromptSegment& last = prompt->segments.back();
  const bool fits =
      last.origin == PromptSegment::Origin::kTemplate && last.text.ends_with(replaced);
  if (!fits) return std::nullopt;
  std::string begun = with_replaced(call_opening, kProbeId, id);
  last.text.resize(last.text.size() - replaced.size());
  last.text += begun;
  if (name.empty()) return begun;
  const std::string end = with_replaced(with_replaced(name_end, kProbeId, id), kProbeTool, name);
  prompt->add_user(std::string(name));
  prompt->add_template(end);
  return begun + std::string(name) + end;
}

const AnswerFormat& plain_format() {
  static const AnswerFormat format;
  return format;
}

AnswerFormat detect_format(const ChatTemplate& chat,
                           const std::function<bool(string_view)>& has_token) {
  AnswerFormat format;
  if (chat.is_plain() || chat.problem()) return format;
  const auto full = probe(chat, kProbeArguments);
  format.reasoning = reasoning_marks_in(chat.source());
  if (format.reasoning == nullptr) format.reasoning = reasoning_marks_in(chat.tool_source());
  if (full && format.reasoning == nullptr)
    format.reasoning = reasoning_marks_in(full->head + full->asked + full->told);
  if (format.reasoning == nullptr) format.reasoning = marks_among(has_token);
  if (full) format.calls = syntax_read_back(format, *full, chat.tool_source());
  const bool read_back = format.calls != nullptr;
  // A template that shows its calls in a way that nothing reads has a syntax of its own.
  const bool shows_calls = full && holds(full->told, kProbeTool);
  if (!read_back && !shows_calls) format.calls = syntax_by_words(chat.tool_source(), has_token);
  if (!read_back) return format;
  learn_opening(chat, *full, &format);
  return format;
}

AnswerFormat detect_format(const ChatTemplate& chat, const Vocabulary& vocabulary) {
  return detect_format(chat, [&](string_view text) {
    const auto token = vocabulary.find(text);
    return token && !vocabulary.is_normal(*token);
  });
}

}  // namespace weir
