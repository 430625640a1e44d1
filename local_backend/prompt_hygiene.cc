#include "local_backend/prompt_hygiene.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "local_backend/chat_template/chat_turns.h"
#include "local_backend/clock_lines.h"
#include "local_backend/tool_calls/blanks.h"
#include "local_backend/tool_order.h"

namespace weir {
namespace {

using std::string_view;
using Turns = std::vector<ChatTurn>;

constexpr string_view kBillingHeader = "x-anthropic-billing-header:";

const ReasoningMarks kThink{.open = "<think>", .close = "</think>"};

string_view without_blanks_before(string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

// System turns that a rule has emptied say nothing.
void drop_blank_systems(Turns* turns) {
  std::erase_if(*turns,
                [](const ChatTurn& turn) { return is_system(turn) && is_blank(turn.text); });
}

// "key=value;" again and again, up to the end of the line at most. The text of another
// block may follow at once.
std::size_t header_size(string_view line) {
  std::size_t at = kBillingHeader.size();
  for (;;) {
    const std::size_t key = std::min(line.find_first_not_of(' ', at), line.size());
    const std::size_t equals = line.find_first_of("=; ", key);
    if (equals == line.npos || line[equals] != '=') return at;
    const std::size_t end = line.find_first_of("; ", equals);
    if (end == line.npos) return line.size();
    if (line[end] != ';') return at;
    at = end + 1;
  }
}

// Nothing stays of a line that is nothing else.
bool drop_headers(std::string* text) {
  bool changed = false;
  std::size_t at = text->find(kBillingHeader);
  while (at != text->npos) {
    const bool begins_line = at == 0 || (*text)[at - 1] == '\n';
    if (!begins_line) {
      at = text->find(kBillingHeader, at + 1);
      continue;
    }
    const std::size_t line_end = std::min(text->find('\n', at), text->size());
    std::size_t end = at + header_size(string_view(*text).substr(at, line_end - at));
    if (is_blank(string_view(*text).substr(end, line_end - end))) {
      end = std::min(line_end + 1, text->size());
    }
    if (at == 0) end = std::min(text->find_first_not_of('\n', end), text->size());
    text->erase(at, end - at);
    changed = true;
    at = text->find(kBillingHeader, at);
  }
  return changed;
}

ChatTurn* last_heard(Turns* turns) {
  const auto turn = std::find_if(turns->rbegin(), turns->rend(), [](const ChatTurn& t) {
    return t.role == "user" || t.role == "tool";
  });
  return turn == turns->rend() ? nullptr : &*turn;
}

// What stands behind the thoughts at the front; nullopt if there are none.
std::optional<string_view> behind_thoughts(string_view text, const ReasoningMarks* marks) {
  if (marks == nullptr) return std::nullopt;
  const string_view all = without_blanks_before(text);
  if (!all.starts_with(marks->open)) return std::nullopt;
  const std::size_t end = all.find(marks->close, marks->open.size());
  if (end == all.npos) return std::nullopt;
  return without_blanks_before(all.substr(end + marks->close.size()));
}

bool has_thoughts(const ChatTurn& turn, const ReasoningMarks* own) {
  return turn.role == "assistant" &&
         (!turn.reasoning.empty() || behind_thoughts(turn.text, &kThink) ||
          behind_thoughts(turn.text, own));
}

// Where the tool loop begins that still runs: behind the last user message.
Turns::iterator running_loop(Turns* turns) {
  return std::find_if(turns->rbegin(), turns->rend(),
                      [](const ChatTurn& turn) { return turn.role == "user"; })
      .base();
}

bool thinks_in_loop(Turns* turns, const ReasoningMarks* own) {
  return std::any_of(running_loop(turns), turns->end(),
                     [&](const ChatTurn& turn) { return has_thoughts(turn, own); });
}

void add_rule(std::string* rules, string_view rule, bool applied) {
  if (!applied) return;
  if (!rules->empty()) *rules += ", ";
  *rules += rule;
}

ChatOptions with_tools(ChatOptions options, const std::vector<std::string>& tools_json) {
  options.tools_json.assign(tools_json.begin(), tools_json.end());
  return options;
}

}  // namespace

bool drop_billing_headers(Turns* turns) {
  bool changed = false;
  for (ChatTurn& turn : *turns) {
    if (is_system(turn) && drop_headers(&turn.text)) changed = true;
  }
  if (changed) drop_blank_systems(turns);
  return changed;
}

bool move_clocks(Turns* turns) {
  if (last_heard(turns) == nullptr) return false;
  std::string moved;
  for (ChatTurn& turn : *turns) {
    if (!is_system(turn)) continue;
    const std::string lines = take_clock_lines(&turn.text);
    if (!moved.empty() && !lines.empty()) moved += '\n';
    moved += lines;
  }
  if (moved.empty()) return false;
  std::string& tail = last_heard(turns)->text;
  if (!tail.empty()) tail += "\n\n";
  tail += moved;
  drop_blank_systems(turns);
  return true;
}

bool drop_reasoning(Turns* turns, const ReasoningMarks* own) {
  bool changed = false;
  const auto end = running_loop(turns);
  for (auto turn = turns->begin(); turn != end; ++turn) {
    if (!has_thoughts(*turn, own)) continue;
    changed = true;
    turn->reasoning.clear();
    for (const ReasoningMarks* const marks : {&kThink, own}) {
      if (const auto rest = behind_thoughts(turn->text, marks)) turn->text = std::string(*rest);
    }
  }
  return changed;
}

PromptHygiene::PromptHygiene(ChatTemplate chat, bool on)
    : chat_(std::move(chat)),
      on_(on && !chat_.as_written()),
      settled_(on_ ? SettledForm::of(chat_) : SettledForm()),
      marks_(reasoning_marks_in(chat_.source())) {}

Result<NormalisedPrompt> PromptHygiene::render(Turns turns, std::vector<std::string> tools_json,
                                               ChatOptions options) const {
  const auto as_written = [&]() -> Result<NormalisedPrompt> {
    const auto prompt = chat_.render(turns, with_tools(options, tools_json));
    if (!prompt) return prompt.error();
    return NormalisedPrompt{*prompt, {}};
  };
  if (!on_) return as_written();
  Turns clean = turns;
  std::vector<std::string> ordered = tools_json;
  NormalisedPrompt result;
  add_rule(&result.rules, "billing-header", drop_billing_headers(&clean));
  add_rule(&result.rules, "clock", move_clocks(&clean));
  add_rule(&result.rules, "tool-order", order_tools(&ordered));
  const ChatOptions with_ordered = with_tools(options, ordered);
  Turns silent = clean;
  const bool dropped = drop_reasoning(&silent, marks_);
  const SettledForm as_it_is;
  const SettledForm& form = thinks_in_loop(&silent, marks_) ? as_it_is : settled_;
  const auto text = form.render(chat_, silent, with_ordered);
  if (!text) return as_written();
  bool reasoning = text->rewritten;
  if (dropped && !reasoning) {
    const auto repeated = chat_.render_text(clean, with_ordered);
    reasoning = !repeated || repeated->bytes() != text->text.bytes();
  }
  add_rule(&result.rules, "reasoning", reasoning);
  result.prompt = text->text.to_prompt();
  return result;
}

}  // namespace weir
