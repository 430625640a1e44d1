#include "local_backend/chat_template/reasoning_switches.h"

#include <algorithm>

#include "local_backend/chat_template/jinja_lexer.h"

namespace weir {
namespace {

using jinja::Token;
using std::string_view;

// The first is what clients say, the others what templates call the same.
constexpr string_view kLadders[][4] = {
    {"none", "minimal", "low"}, {"minimal", "low"},       {"low", "minimal"},      {"medium"},
    {"high", "xhigh", "max"},   {"xhigh", "max", "high"}, {"max", "xhigh", "high"}};

bool is_effort(string_view word) {
  return std::any_of(std::begin(kLadders), std::end(kLadders),
                     [&](const auto& ladder) { return ladder[0] == word; });
}

bool is_little(string_view effort) { return effort == "none" || effort == "minimal"; }

}  // namespace

ReasoningSwitches ReasoningSwitches::of(string_view source) {
  ReasoningSwitches switches;
  jinja::Run run{jinja::Limits{}};
  std::size_t fault = 0;
  bool behind_dot = false;
  for (const Token& token : jinja::tokens_of(source, run, &fault)) {
    if (token.kind == Token::Kind::kString && is_effort(token.text)) {
      switches.words_.push_back(token.text);
    }
    if (token.kind == Token::Kind::kName && !behind_dot) {
      if (token.text == "enable_thinking" || token.text == "thinking") switches.thinking_ = true;
      if (token.text == "reasoning_effort") switches.effort_ = true;
    }
    if (token.kind == Token::Kind::kString || behind_dot) {
      if (token.text == "thinking") switches.reads_thinking_ = true;
      if (token.text == "reasoning") switches.reads_reasoning_ = true;
    }
    behind_dot = token.kind == Token::Kind::kOperator && token.text == ".";
  }
  return switches;
}

std::optional<bool> ReasoningSwitches::thinking_of(string_view effort) {
  if (effort.empty()) return std::nullopt;
  return !is_little(effort);
}

string_view ReasoningSwitches::word_for(string_view effort) const {
  if (!effort_ || effort.empty()) return {};
  for (const auto& ladder : kLadders) {
    if (ladder[0] != effort) continue;
    for (const string_view word : ladder) {
      if (std::find(words_.begin(), words_.end(), word) != words_.end()) return word;
    }
  }
  if (!is_little(effort)) return effort;
  return thinking_ ? string_view() : string_view("low");
}

}  // namespace weir
