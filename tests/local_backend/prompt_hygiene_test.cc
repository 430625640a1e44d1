#include "local_backend/prompt_hygiene.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

using Turns = std::vector<ChatTurn>;

// Every text with its role; calls by name.
constexpr std::string_view kTurns =
    "{% for t in tools or [] %}({{ t.function.name }}){% endfor %}"
    "{% for m in messages %}[{{ m.role }}:{% if m.reasoning_content %}{{ m.reasoning_content }}!"
    "{% endif %}{{ m.content }}{% for c in m.tool_calls or [] %}@{{ c.function.name }}{% endfor %}]"
    "{% endfor %}{% if add_generation_prompt %}[assistant:{% endif %}";

// As Qwen3.5's: answers behind the last user message get a place for thoughts.
constexpr std::string_view kLeavesRoom =
    "{% set ns = namespace(last=-1) %}{% for m in messages %}{% if m.role == 'user' %}"
    "{% set ns.last = loop.index0 %}{% endif %}{% endfor %}"
    "{% for m in messages %}[{{ m.role }}:{% if m.role == 'assistant' and loop.index0 > ns.last %}"
    "<think>{{ m.reasoning_content or '' }}</think>{% endif %}{{ m.content }}"
    "{% for c in m.tool_calls or [] %}@{{ c.function.name }}{% endfor %}]{% endfor %}"
    "{% if add_generation_prompt %}[assistant:<think>{% endif %}";

struct Shown {
  std::string text;  // user text in ⟦ ⟧
  std::string rules;
  friend bool operator==(const Shown&, const Shown&) = default;
};

Shown shown(std::string_view source, const Turns& turns, std::vector<std::string> tools = {},
            bool on = true) {
  const PromptHygiene hygiene(ChatTemplate::of_source(source, "<s>", "</s>"), on);
  const auto prompt = hygiene.render(turns, std::move(tools), {});
  if (!prompt) return {prompt.error().detail, {}};
  std::string text;
  for (const PromptSegment& segment : prompt->prompt.segments) {
    const bool user = segment.origin == PromptSegment::Origin::kUser;
    text += user ? "⟦" + segment.text + "⟧" : segment.text;
  }
  return {text, prompt->rules};
}

std::string system_text(std::string text, bool (*rule)(Turns*)) {
  Turns turns{{"system", std::move(text)}, {"user", "U"}};
  rule(&turns);
  return turns[0].role == "system" ? turns[0].text : "(no system turn)";
}

ChatTurn call(std::string text = "", std::string reasoning = "") {
  ChatTurn turn{"assistant", std::move(text), std::move(reasoning)};
  turn.tool_calls.push_back({"call00001", "f", "{}"});
  return turn;
}

TEST_CASE("A billing header goes, with its line or its whole message", "[hygiene]") {
  const std::string header =
      "x-anthropic-billing-header: cc_version=2.1.36.a1b; cc_entrypoint=cli; cch=0f1e2;";
  const auto rest = [](const std::string& text) { return system_text(text, drop_billing_headers); };
  CHECK(rest(header + "\n\nYou are") == "You are");
  CHECK(rest(header + "You are") == "You are");  // the next block of the same message
  CHECK(rest("A\n" + header + "\nB") == "A\nB");
  CHECK(rest("A\n" + header) == "A\n");
  CHECK(rest(header) == "(no system turn)");
  CHECK(rest("x-anthropic-billing-header: cc_version=2.1; cch=0f\nB") == "B");
  CHECK(rest(header + "\n" + header + "\nB") == "B");
}

TEST_CASE("Who writes about the billing header keeps the text", "[hygiene]") {
  const std::string about = "The x-anthropic-billing-header: cch=1; rotates";
  CHECK(system_text(about, drop_billing_headers) == about);
  Turns user{{"user", "x-anthropic-billing-header: cch=1;"}};
  CHECK_FALSE(drop_billing_headers(&user));
}

TEST_CASE("A clock moves to the end of what was said last", "[hygiene]") {
  CHECK(shown(kTurns, {{"system", "A\nCurrent time: 14:03\nB"}, {"user", "U"}}) ==
        Shown{"[system:⟦A\nB⟧][user:⟦U\n\nCurrent time: 14:03⟧][assistant:", "clock"});
  CHECK(shown(kTurns, {{"system", "Current time: 14:03"}, {"user", "U"}, call(), {"tool", "R"}}) ==
        Shown{"[user:⟦U⟧][assistant:@⟦f⟧][tool:⟦R\n\nCurrent time: 14:03⟧][assistant:", "clock"});
}

TEST_CASE("A clock stays where there is nowhere to go, and in what is no system message",
          "[hygiene]") {
  CHECK(shown(kTurns, {{"system", "Current time: 14:03"}}).rules.empty());
  CHECK(shown(kTurns, {{"user", "Current time: 14:03"}, {"user", "V"}}).rules.empty());
}

TEST_CASE("Tools come in one order", "[hygiene]") {
  const std::string a = R"({"type": "function", "function": {"name": "a"}})";
  const std::string b = R"({"type": "function", "function": {"name": "b"}})";
  const Shown sorted{"(⟦a⟧)(⟦b⟧)[user:⟦U⟧][assistant:", ""};
  CHECK(shown(kTurns, {{"user", "U"}}, {a, b}) == sorted);
  CHECK(shown(kTurns, {{"user", "U"}}, {b, a}) == Shown{sorted.text, "tool-order"});
}

TEST_CASE("Thoughts of earlier answers are not repeated", "[hygiene]") {
  const Shown silent{"[user:⟦U⟧][assistant:⟦A⟧][user:⟦V⟧][assistant:", "reasoning"};
  CHECK(shown(kTurns, {{"user", "U"}, {"assistant", "A", "T"}, {"user", "V"}}) == silent);
  CHECK(shown(kTurns, {{"user", "U"}, {"assistant", "<think>\nT\n</think>\n\nA"}, {"user", "V"}}) ==
        silent);
  CHECK(shown(kTurns, {{"user", "U"}, {"assistant", "A"}, {"user", "V"}}) ==
        Shown{silent.text, ""});
}

TEST_CASE("A template's own marks of thoughts are known, other people's are text", "[hygiene]") {
  const std::string own = std::string(kTurns) + "{# [THINK] [/THINK] #}";
  const Turns turns{{"user", "U"}, {"assistant", "[THINK]T[/THINK]A"}, {"user", "V"}};
  CHECK(shown(own, turns).rules == "reasoning");
  CHECK(shown(kTurns, turns).rules.empty());
}

TEST_CASE("Thoughts that do not end, or that are quoted, are text", "[hygiene]") {
  const std::string text =
      GENERATE(as<std::string>{}, "<think>T", "See <think>T</think>", "</think>A");
  CHECK(shown(kTurns, {{"user", "U"}, {"assistant", text}, {"user", "V"}}).rules.empty());
}

TEST_CASE("A running tool loop stands as later prompts will repeat it", "[hygiene]") {
  const Turns loop{{"user", "U"}, call(), {"tool", "R"}};
  CHECK(shown(kLeavesRoom, loop, {}, false) ==
        Shown{"[user:⟦U⟧][assistant:<think></think>@⟦f⟧][tool:⟦R⟧][assistant:<think>", ""});
  CHECK(shown(kLeavesRoom, loop) ==
        Shown{"[user:⟦U⟧][assistant:@⟦f⟧][tool:⟦R⟧][assistant:<think>", "reasoning"});
  Turns later = loop;
  later.push_back({"assistant", "A"});
  later.push_back({"user", "V"});
  CHECK(shown(kLeavesRoom, later).text.starts_with("[user:⟦U⟧][assistant:@⟦f⟧][tool:⟦R⟧]["));
}

TEST_CASE("What a model thought in the tool loop that still runs stays", "[hygiene]") {
  const Turns loop{
      {"user", "U"}, {"assistant", "A", "old"}, {"user", "V"}, call("", "T"), {"tool", "R"}};
  CHECK(shown(kLeavesRoom, loop) ==
        Shown{"[user:⟦U⟧][assistant:⟦A⟧][user:⟦V⟧][assistant:<think>⟦T⟧</think>@⟦f⟧][tool:⟦R⟧]"
              "[assistant:<think>",
              ""});
  CHECK(shown(kTurns, loop) ==
        Shown{"[user:⟦U⟧][assistant:⟦A⟧][user:⟦V⟧][assistant:⟦T⟧!@⟦f⟧][tool:⟦R⟧][assistant:",
              "reasoning"});
  Turns within{{"user", "U"}, call("<think>T</think>"), {"tool", "R"}};
  CHECK(shown(kTurns, within) ==
        Shown{"[user:⟦U⟧][assistant:⟦<think>T</think>⟧@⟦f⟧][tool:⟦R⟧][assistant:", ""});
  within.push_back({"assistant", "A"});
  within.push_back({"user", "V"});
  CHECK(shown(kTurns, within).rules == "reasoning");
}

TEST_CASE("Results that share one turn are cut behind the last of them", "[hygiene]") {
  std::string folds(kLeavesRoom);
  const std::string_view opens = "[{{ m.role }}:";
  folds.replace(
      folds.find(opens), opens.size(),
      "{% if m.role != 'tool' or loop.previtem.role != 'tool' %}[{{ m.role }}:{% endif %}");
  const std::string_view closes = "{% endfor %}]";
  folds.replace(
      folds.find(closes), closes.size(),
      "{% endfor %}{% if m.role != 'tool' or loop.last or loop.nextitem.role != 'tool' %}]"
      "{% endif %}");
  ChatTurn two = call("A");
  two.tool_calls.push_back({"call00002", "g", "{}"});
  CHECK(shown(folds, {{"user", "U"}, two, {"tool", "R"}, {"tool", "S"}}) ==
        Shown{"[user:⟦U⟧][assistant:⟦A⟧@⟦f⟧@⟦g⟧][tool:⟦RS⟧][assistant:<think>", "reasoning"});
}

TEST_CASE("Who speaks the words that the cut looks for is not cut", "[hygiene]") {
  for (const char* word : {"Vyrtog", "Jubkan", "Well."}) {
    const std::string text = std::string(word) + "][assistant:" + word;
    CHECK(shown(kLeavesRoom, {{"user", text}, call(text), {"tool", text}}) ==
          Shown{"[user:⟦" + text + "⟧][assistant:⟦" + text + "⟧@⟦f⟧][tool:⟦" + text +
                    "⟧][assistant:<think>",
                "reasoning"});
  }
}

TEST_CASE("A template that moves tools to the last user message is rendered as it is",
          "[hygiene]") {
  const std::string moves =
      "{% for m in messages %}{% if m.role == 'user' and not (messages[loop.index:] | "
      "selectattr('role', 'equalto', 'user') | list) %}{{ tools | map(attribute='function') | "
      "map(attribute='name') | join }}{% endif %}[{{ m.role }}:{% if loop.last %}(last){% endif %}"
      "{{ m.content }}]{% endfor %}";
  const Turns turns{{"user", "U"}, call(), {"tool", "R"}};
  const std::string tool = R"({"type": "function", "function": {"name": "f"}})";
  CHECK(shown(moves, turns, {tool}) == shown(moves, turns, {tool}, false));
  CHECK(shown(moves, turns, {tool}).text.ends_with("[tool:(last)⟦R⟧]"));
}

TEST_CASE("What a template takes only as it came is rendered as it came", "[hygiene]") {
  const std::string wants_system =
      "{% if messages[0].role != 'system' %}{{ raise_exception('no') }}"
      "{% endif %}{{ messages[0].content }}";
  CHECK(shown(wants_system, {{"system", "Current time: 14:03"}, {"user", "U"}}) ==
        Shown{"⟦Current time: 14:03⟧", ""});
}

TEST_CASE("Without hygiene the prompt is exactly what the template writes", "[hygiene]") {
  const Turns turns{{"system", "x-anthropic-billing-header: cch=1;\nCurrent time: 14:03"},
                    {"user", "U"}};
  CHECK(shown(kTurns, turns, {}, false) ==
        Shown{"[system:⟦" + turns[0].text + "⟧][user:⟦U⟧][assistant:", ""});
}

TEST_CASE("All rules that changed something are told, in one order", "[hygiene]") {
  const Turns turns{{"system", "x-anthropic-billing-header: cch=1;\nCurrent time: 14:03\nS"},
                    {"user", "U"},
                    {"assistant", "A", "T"},
                    {"user", "V"}};
  CHECK(
      shown(kTurns, turns, {R"({"type": "function", "function": {"parameters": {}, "name": "a"}})"})
          .rules == "billing-header, clock, tool-order, reasoning");
}

}  // namespace
}  // namespace weir
