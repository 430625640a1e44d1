#include "local_backend/tool_calls/answer_parser.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

OfferedTools two_tools() {
  OfferedTools tools;
  tools.add("get_weather", R"({"type": "object", "properties": {"city": {"type": "string"},)"
                           R"( "days": {"type": "integer"}, "tags": {"type": "array"},)"
                           R"( "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},)"
                           R"( "inner": {"$ref": "#/$defs/Inner"}},)"
                           R"( "$defs": {"Inner": {"type": "object"}}})");
  tools.add("search", R"({"type": "object", "properties": {"q": {"type": "string"}}})");
  return tools;
}

AnswerFormat format_of(std::string_view syntax, std::string_view source = "<think></think>") {
  AnswerFormat format =
      detect_format(ChatTemplate::of_source(source, "", ""), [](auto) { return false; });
  format.calls = find_call_syntax(syntax);
  REQUIRE(format.calls != nullptr);
  return format;
}

// Neighbouring parts of one kind are one: "text", "(thought)", "{name arguments}", "!broken!".
std::string told(const std::vector<AnswerPart>& parts) {
  std::vector<AnswerPart> joined;
  for (const AnswerPart& part : parts) {
    const bool goes_on =
        !joined.empty() && joined.back().kind == part.kind && part.kind != AnswerPart::Kind::kCall;
    if (goes_on) {
      joined.back().text += part.text;
    } else {
      joined.push_back(part);
    }
  }
  std::string out;
  for (const AnswerPart& part : joined) {
    switch (part.kind) {
      case AnswerPart::Kind::kText: out += part.text; break;
      case AnswerPart::Kind::kReasoning: out += "(" + part.text + ")"; break;
      case AnswerPart::Kind::kBrokenCall: out += "!" + part.text + "!"; break;
      case AnswerPart::Kind::kCall:
        out += "{" + part.call.name + " " + part.call.arguments + "}";
        break;
    }
  }
  return out;
}

std::string read_in_pieces(const AnswerFormat& format, const std::string& answer, std::size_t size,
                           bool begins_thinking = false) {
  const OfferedTools tools = two_tools();
  AnswerParser parser(format, tools, begins_thinking);
  std::vector<AnswerPart> parts;
  for (std::size_t at = 0; at < answer.size(); at += size) {
    parser.push(std::string_view(answer).substr(at, size), &parts);
  }
  parser.finish(&parts);
  return told(parts);
}

// The same however it is cut.
std::string read(const AnswerFormat& format, const std::string& answer,
                 bool begins_thinking = false) {
  const std::string whole = read_in_pieces(format, answer, answer.size() + 1, begins_thinking);
  for (const std::size_t size : {1, 2, 3, 5, 7, 16}) {
    CAPTURE(size);
    CHECK(read_in_pieces(format, answer, size, begins_thinking) == whole);
  }
  return whole;
}

std::string read(std::string_view syntax, const std::string& answer) {
  return read(format_of(syntax), answer);
}

TEST_CASE("Calls of every syntax are read", "[tool_calls]") {
  using Case = std::pair<std::string_view, std::string>;
  const auto& [syntax, answer] = GENERATE(values<Case>({
      {"hermes",
       "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"A\", "
       "\"days\": 2}}\n</tool_call>"},
      {"hermes",
       "<tool_call>{\"arguments\": {\"city\": \"A\", \"days\": 2}, \"name\": "
       "\"get_weather\"}</tool_call>"},
      {"hermes", "{\"name\": \"get_weather\", \"arguments\": {\"city\": \"A\", \"days\": 2}}"},
      {"hermes",
       "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": "
       "\"{\\\"city\\\": \\\"A\\\", \\\"days\\\": 2}\"}\n</tool_call>"},
      {"hermes",
       "```json\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"A\", \"days\": 2}}\n```"},
      {"lfm2",
       "<|tool_call_start|>[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"A\", "
       "\"days\": 2}}]<|tool_call_end|>"},
      {"kimi-k2",
       "<|tool_call_begin|>get_weather<|tool_call_argument_begin|>{\"city\": \"A\", \"days\": 2}"
       "<|tool_call_end|>"},
      {"deepseek",
       "<｜tool▁calls｜>function<｜tool▁sep｜>get_weather\n```json\n{\"city\": \"A\", \"days\": "
       "2}\n"
       "```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"},
      {"qwen-xml",
       "<tool_call>\n<function=get_weather>\n<parameter=city>\nA\n</parameter>\n"
       "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>"},
      {"qwen-xml",
       "<function=get_weather>\n<parameter=city>\nA\n</parameter>\n"
       "<parameter=days>\n2\n</parameter>\n</function>"},
      {"llama3", "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"A\", \"days\": 2}}"},
      {"llama3", "<|python_tag|>get_weather.call(city=\"A\", days=2)"},
      {"llama3",
       "<|python_tag|>{\"name\": \"get_weather\", \"parameters\": {\"city\": \"A\", "
       "\"days\": 2}}"},
      {"llama4", "[get_weather(city=\"A\", days=2)]"},
      {"lfm2", "<|tool_call_start|>[get_weather(city='A', days=2)]<|tool_call_end|>"},
      {"mistral", "[TOOL_CALLS]get_weather[ARGS]{\"city\": \"A\", \"days\": 2}"},
      {"mistral", "[TOOL_CALLS]get_weather[CALL_ID]abcdefghi[ARGS]{\"city\": \"A\", \"days\": 2}"},
      {"mistral",
       "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"A\", "
       "\"days\": 2}, \"id\": \"abcdefghi\"}]"},
      {"harmony",
       "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>"
       "{\"city\": \"A\", \"days\": 2}<|call|>"},
      {"harmony",
       " to=functions.get_weather<|channel|>commentary json<|message|>"
       "{\"city\": \"A\", \"days\": 2}"},
      {"deepseek",
       "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n"
       "```json\n{\"city\": \"A\", \"days\": 2}\n```<｜tool▁call▁end｜>"
       "<｜tool▁calls▁end｜>"},
      {"deepseek",
       "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>"
       "{\"city\": \"A\", \"days\": 2}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"},
      {"dsml-v3.2",
       "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_weather\">\n"
       "<｜DSML｜parameter name=\"city\" string=\"true\">A</｜DSML｜parameter>\n"
       "<｜DSML｜parameter name=\"days\" string=\"false\">2</｜DSML｜parameter>\n"
       "</｜DSML｜invoke>\n</｜DSML｜function_calls>"},
      {"dsml-v4",
       "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"get_weather\">\n"
       "<｜DSML｜parameter name=\"city\" string=\"true\">A</｜DSML｜parameter>\n"
       "<｜DSML｜parameter name=\"days\" string=\"false\">2</｜DSML｜parameter>\n"
       "</｜DSML｜invoke>\n</｜DSML｜tool_calls>"},
      {"kimi-k2",
       "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0"
       "<|tool_call_argument_begin|>{\"city\": \"A\", \"days\": 2}<|tool_call_end|>"
       "<|tool_calls_section_end|>"},
      {"glm",
       "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>A</arg_value>\n"
       "<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>"},
      {"gemma4", "<|tool_call>call:get_weather{city:<|\"|>A<|\"|>,days:2}<tool_call|>"},
      {"minimax-m2",
       "<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"city\">"
       "A</parameter>\n<parameter name=\"days\">2</parameter>\n</invoke>\n"
       "</minimax:tool_call>"},
      {"kimi-k3",
       "<|open|>tools<|sep|><|open|>call tool=\"get_weather\" index=\"1\"<|sep|>"
       "<|open|>argument key=\"city\" type=\"string\"<|sep|>A<|close|>argument<|sep|>"
       "<|open|>argument key=\"days\" type=\"integer\"<|sep|>2<|close|>argument<|sep|>"
       "<|close|>call<|sep|><|close|>tools<|sep|>"},
      {"granite",
       "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"A\", "
       "\"days\": 2}}]"},
      {"command",
       "<|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": "
       "\"get_weather\", \"parameters\": {\"city\": \"A\", \"days\": 2}}\n]"
       "<|END_ACTION|>"},
      {"apertus",
       "<|tools_prefix|>[{\"get_weather\": {\"city\": \"A\", \"days\": 2}}]"
       "<|tools_suffix|>"},
      {"functionary-v3.1", "<function=get_weather>{\"city\": \"A\", \"days\": 2}</function>"},
  }));
  CAPTURE(syntax, answer);
  CHECK(read(syntax, answer) == "{get_weather {\"city\": \"A\", \"days\": 2}}");
  CHECK(read(syntax, "  \n" + answer) == "{get_weather {\"city\": \"A\", \"days\": 2}}");
}

TEST_CASE("Several calls of one answer are told one by one", "[tool_calls]") {
  using Case = std::pair<std::string_view, std::string>;
  const auto& [syntax, answer] = GENERATE(values<Case>({
      {"hermes",
       "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"a\"}}\n</tool_call>\n"
       "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"b\"}}\n</tool_call>"},
      {"hermes",
       "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"a\"}}\n"
       "{\"name\": \"search\", \"arguments\": {\"q\": \"b\"}}\n</tool_call>"},
      {"llama4", "[search(q=\"a\"), search(q=\"b\")]"},
      {"llama3",
       "{\"name\": \"search\", \"parameters\": {\"q\": \"a\"}}; "
       "{\"name\": \"search\", \"parameters\": {\"q\": \"b\"}}"},
      {"mistral", "[TOOL_CALLS]search[ARGS]{\"q\": \"a\"}[TOOL_CALLS]search[ARGS]{\"q\": \"b\"}"},
      {"gemma4",
       "<|tool_call>call:search{q:<|\"|>a<|\"|>}<tool_call|>"
       "<|tool_call>call:search{q:<|\"|>b<|\"|>}<tool_call|>"},
      {"json-section",
       "<tool_calls>\n{\"name\": \"search\", \"arguments\": {\"q\": \"a\"}}\n"
       "{\"name\": \"search\", \"arguments\": {\"q\": \"b\"}}\n</tool_calls>"},
      {"minimax-m2",
       "<minimax:tool_call>\n<invoke name=\"search\"><parameter name=\"q\">a"
       "</parameter></invoke><invoke name=\"search\"><parameter name=\"q\">b"
       "</parameter></invoke></minimax:tool_call>"},
      {"harmony",
       "<|channel|>commentary to=functions.search<|message|>{\"q\": \"a\"}<|end|>"
       "<|start|>assistant to=functions.search<|channel|>commentary<|message|>"
       "{\"q\": \"b\"}<|call|>"},
  }));
  CAPTURE(syntax, answer);
  CHECK(read(syntax, answer) == "{search {\"q\": \"a\"}}{search {\"q\": \"b\"}}");
}

TEST_CASE("Text around calls is told, the blanks before them are not", "[tool_calls]") {
  const std::string call =
      "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"a\"}}\n</tool_call>";
  CHECK(read("hermes", "I look.\n\n" + call) == "I look.{search {\"q\": \"a\"}}");
  CHECK(read("hermes", call + "\n\nDone.\n") == "{search {\"q\": \"a\"}}Done.");
  CHECK(read("hermes", "no call \n") == "no call \n");
  CHECK(read("hermes", "  a < b, <tool, <<tool_") == "  a < b, <tool, <<tool_");
}

TEST_CASE("Thinking is told apart from what is said", "[tool_calls]") {
  const AnswerFormat format = format_of("hermes");
  CHECK(read(format, "<think>\nhm\n</think>\n\nYes.") == "(hm)Yes.");
  CHECK(read(format, "hm, hm\n</think>\n\nYes.", true) == "(hm, hm)Yes.");
  CHECK(read(format, "<think>\n\n</think>\n\nYes.") == "Yes.");
  CHECK(read(format, "</think>\n\nYes.") == "Yes.");
  CHECK(read(format, "never ends", true) == "(never ends)");
  CHECK(read(format, "The tag <think> opens.") == "The tag <think> opens.");
  CHECK(read(format, "Write </think> then.") == "Write </think> then.");
  CHECK(read(format, "<think>I could <tool_call>{}</tool_call></think>No.") ==
        "(I could <tool_call>{}</tool_call>)No.");
}

TEST_CASE("Models that call while they think have stopped thinking", "[tool_calls]") {
  const std::string call = "<function=search>\n<parameter=q>\na\n</parameter>\n</function>";
  CHECK(read(format_of("qwen-xml"), "hm\n<tool_call>\n" + call + "\n</tool_call>", true) ==
        "(hm){search {\"q\": \"a\"}}");
  CHECK(read(format_of("qwen-xml"), "hm <tool_call> is a tag", true) ==
        "(hm <tool_call> is a tag)");
}

TEST_CASE("Channels are thinking, talk and calls", "[tool_calls]") {
  const AnswerFormat format =
      format_of("harmony", "<|channel|>analysis<|message|> <|end|> to=functions.");
  CHECK(read(format,
             "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>"
             "Yes.<|return|>") == "(hm)Yes.");
  CHECK(read(format,
             "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary "
             "to=functions.search <|constrain|>json<|message|>{\"q\": \"a\"}<|call|>") ==
        "(hm){search {\"q\": \"a\"}}");
}

TEST_CASE("Messages of one answer are paragraphs of it", "[tool_calls]") {
  const AnswerFormat format =
      format_of("harmony", "<|channel|>analysis<|message|> <|end|> to=functions.");
  CHECK(read(format,
             "<|channel|>commentary<|message|>I look.<|end|><|start|>assistant<|channel|>final"
             "<|message|>It is so.<|return|>") == "I look.\n\nIt is so.");
}

TEST_CASE("Thinking is known by its end, or by the tokens of the model", "[tool_calls]") {
  const auto format = [](std::string_view source, bool has_tokens) {
    return detect_format(ChatTemplate::of_source(source, "", ""),
                         [&](std::string_view text) { return has_tokens && text != "[THINK]"; });
  };
  CHECK(format("{{ messages[0].content.split('</think>')[-1] }}", false).reasoning != nullptr);
  CHECK(format("{{ messages[0].content }}", false).reasoning == nullptr);
  CHECK(format("{{ messages[0].content }}", true).reasoning != nullptr);
}

TEST_CASE("Stray empty thoughts of Gemma are nothing", "[tool_calls]") {
  const AnswerFormat format = format_of("gemma4", "<|channel>thought <channel|>");
  CHECK(read(format, "<|channel>thought\n<channel|>Yes.") == "Yes.");
  CHECK(read(format, "<|channel>thought\nhm<channel|>Yes.<|channel>thought\n<channel|>") ==
        "(hm)Yes.");
}

TEST_CASE("What was meant to be a call and is none comes back as text", "[tool_calls]") {
  using Case = std::pair<std::string_view, std::string>;
  const auto& [syntax, answer] = GENERATE(values<Case>({
      {"hermes", "<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"a\""},
      {"hermes", "<tool_call>\n{\"name\": \"unknown\", \"arguments\": {}}\n</tool_call>"},
      {"hermes", "<tool_call>\n{\"name\": \"search\", \"arguments\": [1]}\n</tool_call>"},
      {"hermes", "<tool_call>\n{\"name\": 'search'}\n</tool_call>"},
      {"hermes", "<tool_call>\n{\"arguments\": {\"q\": \"a\"}}\n</tool_call>"},
      {"qwen-xml", "<tool_call>\n<function=search>\n<parameter=q>\na\n</parameter>\n"},
      {"mistral", "[TOOL_CALLS]search[ARGS]{\"q\": a}"},
      {"gemma4", "<|tool_call>call:search{q:<|\"|>a}<tool_call|>"},
      {"lfm2", "<|tool_call_start|>[search('a')]<|tool_call_end|>"},
      {"harmony", "<|channel|>commentary to=browser.open<|message|>{\"id\": 1}<|call|>"},
  }));
  CAPTURE(syntax, answer);
  const std::string got = read(syntax, answer);
  CHECK(got.starts_with("!"));
  std::string text;
  for (const char c : got) {
    if (c != '!') text += c;
  }
  // A mark that stands alone is dropped, all else is there.
  CHECK((text == answer || text + "<|call|>" == answer));
}

TEST_CASE("JSON that answers is no call", "[tool_calls]") {
  const std::string answer = GENERATE(
      "{\"city\": \"A\"}", "{\"name\": \"Ada\", \"age\": 3}", "[1, 2, 3]", "{\"name\": \"Ada\"",
      "{", "[", "[f(1)]", "{}", "[{\"id\": 1}, {\"id\": 2}]", "```json\n{\"name\": \"Ada\"}\n```");
  CAPTURE(answer);
  CHECK(read("hermes", answer) == answer);
  CHECK(read("llama4", answer) == answer);
}

TEST_CASE("The schema says what a written value is", "[tool_calls]") {
  const OfferedTools tools = two_tools();
  const auto json = [&](std::string_view argument, std::string_view text) {
    return tools.argument_json("get_weather", argument, text);
  };
  CHECK(json("city", "5") == "\"5\"");
  CHECK(json("city", "[1]") == "\"[1]\"");
  CHECK(json("days", "5") == "5");
  CHECK(json("days", " 5\n") == "5");
  CHECK(json("days", "five") == "\"five\"");
  CHECK(json("tags", "['x', 'y']") == "[\"x\", \"y\"]");
  CHECK(json("note", "null") == "null");
  CHECK(json("note", "5") == "\"5\"");
  CHECK(json("inner", "{'a': True}") == "{\"a\": true}");
  CHECK(json("unknown", "5") == "5");
  CHECK(json("unknown", "so") == "\"so\"");
  CHECK(json("city", "a \"b\"\n\x01") == R"("a \"b\"\n\u0001")");
}

TEST_CASE("Without tools nothing is a call", "[tool_calls]") {
  const OfferedTools none;
  const AnswerFormat format = format_of("hermes");
  AnswerParser parser(format, none, false);
  std::vector<AnswerPart> parts;
  parser.push("<think>hm</think><tool_call>{\"name\": \"search\"}</tool_call>", &parts);
  parser.finish(&parts);
  CHECK(told(parts) == "(hm)<tool_call>{\"name\": \"search\"}</tool_call>");
}

TEST_CASE("Control tokens that mean nothing here are not shown", "[tool_calls]") {
  const OfferedTools tools = two_tools();
  const AnswerFormat format = format_of("mistral");
  AnswerParser parser(format, tools, false);
  std::vector<AnswerPart> parts;
  parser.push("a", &parts);
  parser.push_control("[IMG]", &parts);
  parser.push_control("[TOOL_CALLS]", &parts);
  parser.push("search", &parts);
  parser.push_control("[ARGS]", &parts);
  parser.push("{\"q\": \"b\"}", &parts);
  parser.finish(&parts);
  CHECK(told(parts) == "a{search {\"q\": \"b\"}}");
}

TEST_CASE("What a real template writes of a call reads back as the call", "[tool_calls]") {
  const auto folder = test::test_data();
  if (!folder) {
    test::skip("templates");
    return;
  }
  std::size_t known = 0;
  std::size_t opened = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder + "/templates/jinja")) {
    std::ifstream file(entry.path());
    const std::string source(std::istreambuf_iterator<char>(file), {});
    const auto chat = ChatTemplate::of_source(source, "<s>", "</s>");
    const AnswerFormat format = detect_format(chat, [](auto) { return false; });
    if (format.calls == nullptr) std::cerr << "no calls: " << entry.path().filename() << "\n";
    known += format.calls != nullptr;
    opened += !format.call_opening.empty();
  }
  CHECK(known >= 53);
  CHECK(opened >= 49);
}

}  // namespace
}  // namespace weir
