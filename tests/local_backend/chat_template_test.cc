#include "local_backend/chat_template/chat_template.h"

#include <algorithm>

#include "tests/local_backend/gguf_builder.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using Origin = PromptSegment::Origin;
using Turns = std::vector<ChatTurn>;

ChatTemplate read(std::string_view source) {
  return ChatTemplate::of_source(source, "<s>", "</s>");
}

std::string text_of(const Prompt& prompt) {
  std::string text;
  for (const PromptSegment& segment : prompt.segments) text += segment.text;
  return text;
}

// User text stands in ⟦ ⟧.
std::string marked(const Prompt& prompt) {
  std::string text;
  for (const PromptSegment& segment : prompt.segments) {
    text += segment.origin == Origin::kUser ? "⟦" + segment.text + "⟧" : segment.text;
  }
  return text;
}

std::string rendered(std::string_view source, const std::vector<ChatTurn>& turns,
                     const ChatOptions& options = {}) {
  const auto prompt = read(source).render(turns, options);
  return prompt ? marked(*prompt) : prompt.error().detail + ": " + prompt.error().message;
}

constexpr std::string_view kChatMl =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + "
    "message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

constexpr std::string_view kAlternating =
    "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != "
    "(loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
    "{% else %}{{ message['content'] + eos_token}}{% endif %}{% endfor %}";

TEST_CASE("A prompt keeps what people wrote apart from what the template wrote", "[chat]") {
  CHECK(rendered(kChatMl, {{"system", "S"}, {"user", "<|im_end|>"}}) ==
        "<|im_start|>system\n⟦S⟧<|im_end|>\n<|im_start|>user\n⟦<|im_end|>⟧<|im_end|>\n"
        "<|im_start|>assistant\n");
}

TEST_CASE("User text stays user text through every operation", "[chat]") {
  const std::string_view expression = GENERATE(
      "m.content", "m.content | trim", "m.content[0:]", "m.content[::-1][::-1]",
      "m.content | upper | lower", "m.content.split('x')[0]", "m.content.replace('y', 'z')",
      "'%s' % m.content", "'{}'.format(m.content)", "m.content | string", "[m.content] | join",
      "m.content | list | join", "'' ~ m.content", "(m.content | safe)", "m.content | indent",
      "m.get('content')", "m['content'].strip('y')", "(m.content | tojson)[1:-1]",
      "(m | items | list)[1][1]", "messages | map(attribute='content') | first",
      "({'k': m.content} | string)[7:-2]", "m.content | replace('y', 'z')", "f(m.content)");
  CAPTURE(expression);
  const std::string source = "{% macro f(x) %}{{ x }}{% endmacro %}{% set m = messages[0] %}<{{ " +
                             std::string(expression) + " }}>";
  CHECK(rendered(source, {{"user", "<|e|>"}}) == "<⟦<|e|>⟧>");
}

TEST_CASE("Names, arguments, tools and results of calls are user text", "[chat]") {
  ChatTurn call{"assistant", ""};
  call.tool_calls.push_back({"<|1|>", "<|2|>", "{\"<|3|>\": \"<|4|>\"}"});
  ChatTurn result{"tool", "<|5|>"};
  ChatOptions options;
  options.tools_json = {"{\"<|6|>\": 1}"};
  const auto prompt = read("{{ messages }}{{ tools | tojson }}").render({call, result}, options);
  REQUIRE(prompt.has_value());
  for (const PromptSegment& segment : prompt->segments) {
    CHECK((segment.origin == Origin::kUser || segment.text.find("<|") == std::string::npos));
  }
}

TEST_CASE("Arguments of calls reach the template as objects", "[chat]") {
  ChatTurn call{"assistant", ""};
  call.tool_calls.push_back({"c", "f", "{\"a\": 1}"});
  CHECK(rendered("{{ messages[0].tool_calls[0].function.arguments.a + 1 }}", {call}) == "2");
  call.tool_calls[0].arguments_json = "broken";
  CHECK(rendered("{{ messages[0].tool_calls[0].function.arguments }}", {call}) == "⟦broken⟧");
}

TEST_CASE("Thoughts have the names that the template reads", "[chat]") {
  const Turns turns{{"user", "U"}, {"assistant", "A", "T"}};
  const auto keys = [&](std::string_view read) {
    return rendered("{{ messages[1] | list | join(' ') }}{# #}{% if false %}" + std::string(read) +
                        "{% endif %}",
                    turns);
  };
  CHECK(keys("") == "role content reasoning_content");
  CHECK(keys("{{ thinking }}") == "role content reasoning_content");
  CHECK(keys("{{ m.thinking }}") == "role content reasoning_content thinking");
  CHECK(keys("{{ 'thinking' in m }}") == "role content reasoning_content thinking");
  CHECK(keys("{{ m.reasoning }}") == "role content reasoning_content reasoning");
}

TEST_CASE("Where a template refuses text beside thoughts and calls, it becomes a thought",
          "[chat]") {
  const std::string_view source =
      "{% for m in messages %}{% if m.tool_calls and m.content and m.thinking %}"
      "{{ raise_exception('not both') }}{% endif %}[{{ m.thinking }}|{{ m.content }}]{% endfor %}";
  ChatTurn call{"assistant", "A", "T"};
  CHECK(rendered(source, {call}) == "[⟦T⟧|⟦A⟧]");
  call.tool_calls.push_back({"c", "f", "{}"});
  CHECK(rendered(source, {{"user", "U"}, call}) == "[|⟦U⟧][⟦T\n\nA⟧|]");
}

TEST_CASE("System turns at the front become one", "[chat]") {
  CHECK(rendered("{% for m in messages %}[{{ m.content }}]{% endfor %}",
                 {{"system", "A"}, {"system", "B"}, {"user", "U"}}) == "[⟦A\n\nB⟧][⟦U⟧]");
}

TEST_CASE("What a template demands of the order of turns is done for it", "[chat]") {
  CHECK(rendered(kAlternating, {{"user", "U"}, {"user", "V"}}) == "<s>[INST] ⟦U\n\nV⟧ [/INST]");
  CHECK(rendered(kAlternating, {{"system", "S"}, {"user", "V"}}) == "<s>[INST] ⟦S\n\nV⟧ [/INST]");
  CHECK(
      rendered(kAlternating, {{"user", "U"}, {"assistant", "A"}, {"system", "S"}, {"user", "V"}}) ==
      "<s>[INST] ⟦S\n\nU⟧ [/INST]⟦A⟧</s>[INST] ⟦V⟧ [/INST]");
  CHECK(rendered(kAlternating, {{"assistant", "A"}}) == "<s>[INST]  [/INST]⟦A⟧</s>");
}

TEST_CASE("What a template refuses even so is the client's error, without the client's text",
          "[chat]") {
  CHECK(rendered("{{ raise_exception('no: ' + messages[0].content) }}", {{"user", "secret"}}) ==
        "chat_template_refused: the model's chat template refuses the conversation: no: ...");
}

TEST_CASE("A template that cannot be read or run says where", "[chat]") {
  CHECK(rendered("a\n {{ 'open }}", {}).find("line 2, column 5") != std::string::npos);
  CHECK(rendered("{{ messages }}\n{{ 1 + '' }}", {}).find("line 2, column 6") != std::string::npos);
  CHECK(read("{% if %}").problem()->code == ErrorCode::kInvalidModel);
}

TEST_CASE("What only some conversations do to a template is the client's to change", "[chat]") {
  const ChatTemplate chat = read("{% if messages[-1].tool_calls %}{{ 1 + 'a' }}{% endif %}");
  ChatTurn call{"assistant", "A"};
  call.tool_calls.push_back({"c", "f", "{}"});
  const auto prompt = chat.render({{"user", "U"}, call});
  REQUIRE(prompt.has_error());
  const Error error = prompt.error();
  CHECK(error.code == ErrorCode::kUnsupportedParameter);
  CHECK(error.param == "messages");
  CHECK(error.detail == "chat_template_refused");
  CHECK(error.message.find("TypeError") != std::string::npos);
  CHECK(error.message.find("line 1, column") != std::string::npos);
}

TEST_CASE("A client's effort switches thinking and names it in the template's words", "[chat]") {
  const auto said = [](std::string_view source, std::string_view effort) {
    ChatOptions options;
    options.reasoning_effort = effort;
    return rendered(source, {{"user", "U"}}, options);
  };
  const std::string_view flags = "{{ enable_thinking }} {{ thinking }}";
  CHECK(said(flags, "") == " ");
  CHECK(said(flags, "none") == "False False");
  CHECK(said(flags, "minimal") == "False False");
  CHECK(said(flags, "high") == "True True");
  const std::string_view effort = "{{ reasoning_effort }}";
  CHECK(said(effort, "medium") == "⟦medium⟧");
  CHECK(said(effort, "none") == "⟦low⟧");
  CHECK(said("{% if reasoning_effort in ['low', 'xhigh'] %}{{ reasoning_effort }}{% endif %}",
             "high") == "⟦xhigh⟧");
  CHECK(said("{{ enable_thinking }}{{ reasoning_effort }}", "none") == "False");
}

TEST_CASE("A template knows reasoning if it reads a switch of it", "[chat]") {
  CHECK(read("{{ enable_thinking }}").knows_reasoning());
  CHECK(read("{% if thinking %}{% endif %}").knows_reasoning());
  CHECK(read("{{ reasoning_effort or 'medium' }}").knows_reasoning());
  CHECK_FALSE(
      read("thinking {{ messages[0].thinking }} {{ 'reasoning_effort' }}").knows_reasoning());
}

TEST_CASE("A template tells its text, if it can be read", "[chat]") {
  CHECK(read("{{ tools }}\r\n<tool_call>").source() == "{{ tools }}\n<tool_call>");
  CHECK(read("{% if %}").source().empty());
}

TEST_CASE("A template that would not end is stopped", "[chat]") {
  const std::string_view source = GENERATE(
      "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
      "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
      "{{ 'aaaaaaaaaa' * 1000000000 }}", "{{ [0] * 1000000000 }}",
      "{% set n = namespace(s='a') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
      "{% set n = namespace(s=[]) %}{% for i in range(999) %}{% set n.s = [n.s] %}{% endfor %}",
      "{% for i in range(99999) %}{{ '%1000d' % i }}{% endfor %}");
  CAPTURE(source);
  CHECK(rendered(source, {{"user", "U"}}).starts_with("chat_template_unusable: "));
}

TEST_CASE("Deep nesting is an error, not a crash", "[chat]") {
  const char part = GENERATE('(', '[', '-', '{');
  const std::string inside(100'000, part);
  CHECK(rendered("{{ " + inside + " }}", {}).starts_with("chat_template_unusable: "));
  std::string ifs;
  for (int i = 0; i < 10'000; ++i) ifs += "{% if 1 %}";
  CHECK(rendered(ifs, {}).starts_with("chat_template_unusable: "));
}

TEST_CASE("A namespace and a macro may hold themselves", "[chat]") {
  CHECK(rendered("{% set n = namespace() %}{% set n.n = n %}{% macro f() %}x{% endmacro %}"
                 "{% set n.f = f %}{{ n.f() }}",
                 {}) == "x");
}

TEST_CASE("An answer that has begun is gone on with where its text ends", "[chat]") {
  ChatOptions options;
  options.goes_on = true;
  const Turns begun{{"user", "U"}, {"assistant", "One, "}};
  CHECK(rendered(kChatMl, begun, options) ==
        "<|im_start|>user\n⟦U⟧<|im_end|>\n<|im_start|>assistant\n⟦One, ⟧");
  CHECK(rendered(kAlternating, begun, options) == "<s>[INST] ⟦U⟧ [/INST]⟦One, ⟧");
  const std::string trims = "{% for m in messages %}[{{ m.content | trim }}]{% endfor %}end";
  CHECK(rendered(trims, begun, options) == "[⟦U⟧][⟦One, ⟧");
  CHECK(rendered(trims, {{"user", "Zuvrend"}, {"assistant", "Zuvrendx"}}, options) ==
        "[⟦Zuvrend⟧][⟦Zuvrendx⟧");
  const std::string hides = "{{ messages[0].content }}{{ add_generation_prompt }}";
  CHECK(rendered(hides, begun, options) == "⟦U⟧True");
}

TEST_CASE("A file may have a template of its own for tools", "[chat]") {
  const std::string plain = "plain {{ reasoning_effort }}";
  const std::string with_tools = "tools {{ enable_thinking }}{{ tools | length }}";
  const auto chat_of = [](const std::string& source, const std::string& of_tools) {
    test::GgufBuilder file;
    file.strings("tokenizer.ggml.tokens", {"a"});
    if (!source.empty()) file.string("tokenizer.chat_template", source);
    file.string("tokenizer.chat_template.tool_use", of_tools);
    const auto parsed = GgufFile::parse(file.bytes()).value();
    return ChatTemplate::read(*parsed, *Vocabulary::read(*parsed, {})).value();
  };
  ChatOptions options;
  options.reasoning_effort = "low";
  ChatOptions offering = options;
  offering.tools_json = {"{}"};
  const Turns turns{{"user", "U"}};
  const ChatTemplate both = chat_of(plain, with_tools);
  CHECK(text_of(*both.render(turns, options)) == "plain low");
  CHECK(text_of(*both.render(turns, offering)) == "tools True1");
  CHECK(both.tool_source() == with_tools);
  CHECK(text_of(*chat_of("", with_tools).render(turns, offering)) == "tools True1");
  CHECK(text_of(*chat_of(plain, "{% if %}").render(turns, offering)) == "plain low");
}

TEST_CASE("A file without a template completes the plain texts", "[chat]") {
  test::GgufBuilder file;
  file.strings("tokenizer.ggml.tokens", {"a"});
  const auto parsed = GgufFile::parse(file.bytes()).value();
  const auto chat = ChatTemplate::read(*parsed, *Vocabulary::read(*parsed, {}));
  CHECK(chat->is_plain());
  CHECK(text_of(*chat->render({{"system", "S"}, {"user", "U"}})) == "S\nU");
}

}  // namespace
}  // namespace weir
