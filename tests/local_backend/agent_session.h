// Conversations as agents send them: every request repeats the history, restamped.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "local_backend/chat_template/chat_template.h"

namespace weir::test {

struct AgentRequest {
  std::vector<ChatTurn> turns;
  std::vector<std::string> tools_json;
};

// What one client changes between its requests, though the conversation is the same.
struct AgentHabits {
  std::string_view name;
  bool billing_header = false;
  bool clock = false;
  bool shuffled_tools = false;
  enum class Thoughts { kNever, kAlways, kWithinLoop, kInline } thoughts = Thoughts::kNever;
};

class AgentSession {
 public:
  // About `tools` times 330 tokens of tools. `result_words` of each tool's result.
  AgentSession(AgentHabits habits, int tools, int result_words)
      : habits_(habits), result_words_(result_words), rng_(7) {
    for (int i = 0; i < tools; ++i) tools_.push_back({"tool_" + letters(i), i});
    play();
  }

  std::size_t size() const { return ends_.size(); }

  AgentRequest request(std::size_t number) {
    AgentRequest request;
    request.turns.push_back({"system", system_text(number)});
    const std::size_t last_user = last_user_before(ends_[number]);
    for (std::size_t i = 0; i < ends_[number]; ++i) {
      ChatTurn turn = script_[i];
      if (turn.role == "assistant") think(&turn, i > last_user);
      request.turns.push_back(std::move(turn));
    }
    std::vector<std::pair<std::string, int>> tools = tools_;
    if (habits_.shuffled_tools) shuffle(&tools);
    for (const auto& [name, seed] : tools) request.tools_json.push_back(tool_json(name, seed));
    return request;
  }

 private:
  using Thoughts = AgentHabits::Thoughts;

  static std::string letters(int i) {
    return {static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 26)};
  }

  static std::string words(int seed, int count) {
    static constexpr const char* kWords[] = {
        "the",  "file",   "line", "search", "result", "value", "build",  "test",  "error",
        "path", "change", "user", "read",   "list",   "with",  "before", "index", "string"};
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += kWords[(seed * 7 + i * i * 5 + i) % 18];
      text += i % 11 == 10 ? ".\n" : " ";
    }
    return text;
  }

  template <class T>
  void shuffle(std::vector<T>* items) {
    for (std::size_t i = items->size(); i > 1; --i)
      std::swap((*items)[i - 1], (*items)[rng_.next() % i]);
  }

  std::string member_list(std::vector<std::string> members) {
    if (habits_.shuffled_tools) shuffle(&members);
    std::string text = "{";
    for (const std::string& member : members) text += (text.size() > 1 ? ", " : "") + member;
    return text + "}";
  }

  std::string tool_json(const std::string& name, int seed) {
    std::vector<std::string> properties;
    std::vector<std::string> required;
    for (int i = 0; i < 6; ++i) {
      properties.push_back("\"" + letters(seed + i) + "_path\": " +
                           member_list({"\"type\": \"string\"",
                                        "\"description\": \"" + one_line(seed + i, 18) + "\"",
                                        "\"enum\": [\"b\", \"a\"]"}));
      if (i < 3) required.push_back("\"" + letters(seed + i) + "_path\"");
    }
    if (habits_.shuffled_tools) shuffle(&required);
    const std::string parameters = member_list(
        {"\"type\": \"object\"", "\"properties\": " + member_list(properties),
         "\"required\": [" + required[0] + ", " + required[1] + ", " + required[2] + "]"});
    return "{\"type\": \"function\", \"function\": {\"name\": \"" + name +
           "\", \"description\": \"" + one_line(seed, 90) + "\", \"parameters\": " + parameters +
           "}}";
  }

  static std::string one_line(int seed, int count) {
    std::string text = words(seed, count);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }

  std::string system_text(std::size_t number) const {
    const std::string n = std::to_string(10 + number);
    std::string text;
    if (habits_.billing_header) {
      text += "x-anthropic-billing-header: cc_version=2.1.36.a" + n +
              "; cc_entrypoint=cli; cch=ab" + n + "1;\n";
    }
    text += "You are a coding agent.\n" + words(3, 200);
    if (habits_.clock) {
      text += "\n## Current Date & Time\nCurrent time: Thursday, November 26th, 2026 - 01:" + n +
              " (UTC)\nRuntime: agent=main | os=Linux | time=2026-11-26T01:" + n + ":16Z\n";
    }
    return text + "\nToday's date: 2026-11-26\n" + words(5, 200);
  }

  // Three questions; three tool calls, then an answer, to each.
  void play() {
    int id = 10000;
    for (int question = 0; question < 3; ++question) {
      script_.push_back({"user", "Question " + std::to_string(question) + ": why?"});
      for (int call = 0; call < 3; ++call) {
        ends_.push_back(script_.size());
        ChatTurn asked{"assistant", call == 0 ? "I will look." : ""};
        asked.tool_calls.push_back({"call" + std::to_string(++id), "tool_aa",
                                    "{\"aa_path\": \"src/" + letters(id % 26) + "\"}"});
        ChatTurn result{"tool", words(id, result_words_)};
        result.tool_call_id = asked.tool_calls[0].id;
        result.name = "tool_aa";
        script_.push_back(std::move(asked));
        script_.push_back(std::move(result));
      }
      ends_.push_back(script_.size());
      script_.push_back({"assistant", "Because of reason " + std::to_string(question) + "."});
    }
  }

  std::size_t last_user_before(std::size_t end) const {
    while (end > 0 && script_[end - 1].role != "user") --end;
    return end;
  }

  void think(ChatTurn* turn, bool in_loop) const {
    const std::string thought = one_line(static_cast<int>(turn->text.size()), 30);
    if (habits_.thoughts == Thoughts::kInline) {
      turn->text = "<think>\n" + thought + "\n</think>\n\n" + turn->text;
    } else if (habits_.thoughts == Thoughts::kAlways ||
               (habits_.thoughts == Thoughts::kWithinLoop && in_loop)) {
      turn->reasoning = thought;
    }
  }

  const AgentHabits habits_;
  const int result_words_;
  Rng rng_;
  std::vector<std::pair<std::string, int>> tools_;
  std::vector<ChatTurn> script_;
  std::vector<std::size_t> ends_;  // of the script, for each request
};

}  // namespace weir::test
