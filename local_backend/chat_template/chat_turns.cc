#include "local_backend/chat_template/chat_turns.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir {
namespace {

void join(std::string* text, const std::string& more) {
  if (!text->empty() && !more.empty()) *text += "\n\n";
  *text += more;
}

// Turns with calls stay themselves: their results refer to them.
bool can_merge(const ChatTurn& a, const ChatTurn& b) {
  return a.role == b.role && a.role != "tool" && a.tool_calls.empty() && b.tool_calls.empty();
}

void merge(ChatTurn* turn, ChatTurn&& more) {
  join(&turn->text, more.text);
  join(&turn->reasoning, more.reasoning);
}

std::vector<ChatTurn> with_system_first(std::vector<ChatTurn> turns) {
  std::vector<ChatTurn> first;
  std::vector<ChatTurn> rest;
  first.reserve(turns.size());
  for (ChatTurn& turn : turns) (is_system(turn) ? first : rest).push_back(std::move(turn));
  std::move(rest.begin(), rest.end(), std::back_inserter(first));
  return first;
}

}  // namespace

std::vector<ChatTurn> with_one_system(std::vector<ChatTurn> turns) {
  const auto end = std::find_if_not(turns.begin(), turns.end(), is_system);
  if (end - turns.begin() < 2) return turns;
  for (auto turn = turns.begin() + 1; turn != end; ++turn) merge(&turns.front(), std::move(*turn));
  turns.erase(turns.begin() + 1, end);
  return turns;
}

std::vector<ChatTurn> alternating(std::vector<ChatTurn> turns) {
  std::vector<ChatTurn> out;
  for (ChatTurn& turn : with_system_first(std::move(turns))) {
    const bool opens = out.empty() || is_system(out.back());
    if (opens && turn.role == "assistant") out.push_back({"user", ""});
    if (!out.empty() && can_merge(out.back(), turn)) {
      merge(&out.back(), std::move(turn));
    } else {
      out.push_back(std::move(turn));
    }
  }
  return out;
}

bool say_in_thoughts(std::vector<ChatTurn>* turns) {
  bool changed = false;
  for (ChatTurn& turn : *turns) {
    if (turn.tool_calls.empty() || turn.reasoning.empty() || turn.text.empty()) continue;
    join(&turn.reasoning, std::exchange(turn.text, {}));
    changed = true;
  }
  return changed;
}

std::vector<ChatTurn> without_system(std::vector<ChatTurn> turns) {
  if (turns.empty() || !is_system(turns.front())) return turns;
  if (turns.size() > 1 && turns[1].role == "user") {
    join(&turns.front().text, turns[1].text);
    turns.erase(turns.begin() + 1);
  }
  turns.front().role = "user";
  return turns;
}

}  // namespace weir
