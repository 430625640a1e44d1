#include "local_backend/call_grammar.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <semaphore>
#include <set>

#include "core/rng.h"
#include "local_backend/answer_grammars.h"
#include "local_backend/grammar/schema_check.h"
#include "local_backend/tool_calls/answer_parser.h"
#include "tests/local_backend/byte_pair_vocabulary.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using Syntax = std::string_view;

// Of tools that ask for every kind of value.
const std::map<std::string, std::string, std::less<>>& schemas() {
  static const std::map<std::string, std::string, std::less<>> all = {
      {"get_weather",
       R"({"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["C","F"]},
           "days":{"type":"integer","minimum":1,"maximum":14},"live":{"type":"boolean"}},
           "required":["city","days"],"additionalProperties":false})"},
      {"search",
       R"({"type":"object","properties":{"q":{"type":"string","pattern":"^[a-z]{1,4}$"},
           "limit":{"type":["integer","null"]},"tags":{"type":"array","items":{"type":"string"},
           "maxItems":2},"where":{"type":"object","properties":{"a-b":{"type":"number"},
           "deep":{"type":"object","maxProperties":1}},"required":["a-b"],
           "additionalProperties":false},"mixed":{"anyOf":[{"type":"string"},{"type":"integer",
           "minimum":10},{"type":"null"}]}},"required":["mixed"],"additionalProperties":false})"},
      {"free.form", R"({"type":"object","required":["any"]})"},
      {"ping", R"({"type":"object","properties":{},"additionalProperties":false})"}};
  return all;
}

constexpr std::string_view kSyntaxes[] = {
    "harmony",  "dsml-v3.2",  "dsml-v4", "deepseek",     "kimi-k2", "kimi-k3", "gemma4",
    "mistral",  "minimax-m2", "seed",    "atem",         "solar",   "lfm2",    "glm",
    "qwen-xml", "minicpm",    "granite", "firefunction", "llama4"};

// Signs that end what is open, and marks, as tokens.
std::unique_ptr<Tokenizer> tokenizer() {
  test::BytePairVocabulary vocabulary;
  for (const std::string_view text :
       {"</parameter>", "\n</parameter>", "</arg_value>", "</tool_call>", "</param>", "ab", "12",
        "\", \"", "': '", "=\"", "</atem:parameter>", "</｜DSML｜parameter>", "True", "\xc3\xa9x",
        "</function>", "</", "<parameter=", "<arg_key>", "\n"}) {
    std::string spelled;
    for (const char byte : text) spelled += letter_of_byte(static_cast<std::uint8_t>(byte));
    if (text.size() > 1) vocabulary.tokens.push_back(spelled);
  }
  vocabulary.user_defined = {"<|\"|>", "<tool_call>"};
  vocabulary.controls = {"<|close|>",           "<|open|>",     "<|sep|>",
                         "<|message|>",         "<|channel|>",  "<|tool_call_end|>",
                         "<|tool_call_begin|>", "<|tool_call>", "[ARGS]",
                         "<｜tool▁sep｜>",      "｜DSML｜",     "[TOOL_CALLS]"};
  const auto file = test::byte_pair_tokenizer(vocabulary);
  return std::move(Tokenizer::create(*GgufFile::parse(file.bytes()).value()).value());
}

AnswerGrammars::Mask mask_of(AnswerGrammars& grammars, const ChatRequest& request,
                             const LocalPrompt& prompt) {
  if (auto ready = grammars.ready("team", request, prompt)) return *ready;
  std::binary_semaphore made{0};
  const auto pending = grammars.make("team", request, prompt, [&] { made.release(); });
  if (!pending) return pending.error();
  made.acquire();
  return *(*pending)->take();
}

// One syntax, the tools above, and what answers are held to.
struct Held {
  std::unique_ptr<Tokenizer> words = tokenizer();
  AnswerFormat format;
  OfferedTools tools;
  std::shared_ptr<TokenMask> mask;

  explicit Held(Syntax syntax) : Held(format_of(syntax)) {}
  explicit Held(AnswerFormat of, std::string begun = {}) : format(std::move(of)) {
    REQUIRE(format.calls != nullptr);
    ChatRequest request;
    LocalPrompt prompt;
    prompt.begun = std::move(begun);
    for (const auto& [name, schema] : schemas()) {
      Tool tool;
      tool.name = name;
      tool.parameters_json = schema;
      tool.strict = true;
      request.tools.push_back(std::move(tool));
      prompt.tools.add(name, schema);
    }
    tools = prompt.tools;
    AnswerGrammars grammars(*words, format, true);
    const auto made = mask_of(grammars, request, prompt);
    if (made.has_error()) FAIL(made.error().message);
    mask = *made;
    REQUIRE(mask != nullptr);
  }

  static AnswerFormat format_of(Syntax syntax) {
    AnswerFormat format;
    format.calls = find_call_syntax(syntax);
    return format;
  }
  // Controls by their names, else bytes.
  std::vector<TokenId> tokens_of(std::string_view text) const {
    const Vocabulary& vocabulary = words->vocabulary();
    std::vector<TokenId> tokens;
    while (!text.empty()) {
      std::size_t size = std::min(text.size(), Vocabulary::kMaxSpecialBytes);
      for (; size > 1; --size) {
        const auto token = vocabulary.find(text.substr(0, size));
        if (!token || vocabulary.is_normal(*token)) continue;
        tokens.push_back(*token);
        break;
      }
      if (size <= 1) tokens.push_back(static_cast<std::uint8_t>(text.front()));
      text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return tokens;
  }
  std::string text_of(TokenId token) const {
    const Vocabulary& vocabulary = words->vocabulary();
    if (vocabulary.is_control(token)) return std::string(vocabulary.text(token));
    std::string text;
    words->decode(token, &text);
    return text;
  }
  bool takes(std::string_view text) {
    for (const TokenId token : tokens_of(text)) {
      if (!mask->allows(token)) return false;
      mask->accept(token);
    }
    return true;
  }
  bool left() { return mask->allowed().all; }
  std::string mark() const {
    const auto& marks = format.calls->marks;
    return std::string(marks.back());
  }
  std::vector<ToolCall> calls_in(std::string_view text) const {
    AnswerParser parser(format, tools, false);
    std::vector<AnswerPart> parts;
    parser.push(text, &parts);
    parser.finish(&parts);
    std::vector<ToolCall> calls;
    for (AnswerPart& part : parts) {
      CAPTURE(part.text);
      CHECK(part.kind != AnswerPart::Kind::kBrokenCall);
      if (part.kind == AnswerPart::Kind::kCall) calls.push_back(std::move(part.call));
    }
    return calls;
  }
};

std::vector<TokenId> members(const AllowedTokens& allowed, std::size_t tokens) {
  std::vector<TokenId> all = allowed.few;
  for (std::size_t i = 0; i < tokens && all.empty(); ++i) {
    for (; i < tokens; ++i) {
      if (allowed.set.has(static_cast<TokenId>(i))) all.push_back(static_cast<TokenId>(i));
    }
  }
  return all;
}

std::vector<TokenId> one_by_one(Held& held) {
  std::vector<TokenId> all;
  for (std::size_t i = 0; i < held.words->vocabulary().size(); ++i) {
    if (held.mask->allows(static_cast<TokenId>(i))) all.push_back(static_cast<TokenId>(i));
  }
  return all;
}

// What a model of random logits writes behind the mark; some luck ends what is open.
std::string random_calls(Held& held, std::string text, Rng& rng) {
  REQUIRE(held.takes(text));
  REQUIRE_FALSE(held.left());
  for (int i = 0; i < 3000 && !held.left(); ++i) {
    std::vector<TokenId> may = members(held.mask->allowed(), held.words->vocabulary().size());
    if (i % 8 == 0 && i < 80) REQUIRE(may == one_by_one(held));
    REQUIRE_FALSE(may.empty());
    std::vector<TokenId> liked;
    for (const TokenId token : may) {
      const std::string bytes = held.text_of(token);
      const bool closes = i > 60 && bytes.find_first_of("}])") != std::string::npos;
      if (closes || bytes.find_first_of("<>\"'|/") != std::string::npos) liked.push_back(token);
    }
    if (liked.empty() || rng.next() % 4 == 0) liked = may;
    std::vector<TokenId> said{liked[rng.next() % liked.size()]};
    held.mask->accept(said.front());
    for (const TokenId token : held.mask->must_follow()) {
      REQUIRE(held.mask->allows(token));
      held.mask->accept(token);
      said.push_back(token);
    }
    for (const TokenId token : said) text += held.text_of(token);
  }
  return held.left() ? text : std::string();
}

TEST_CASE("Calls of random logits read back as calls whose arguments satisfy the schema",
          "[grammar][tool_calls]") {
  const Syntax syntax = GENERATE(from_range(std::begin(kSyntaxes), std::end(kSyntaxes)));
  CAPTURE(syntax);
  std::map<std::string, std::unique_ptr<grammar::SchemaCheck>> checks;
  for (const auto& [name, schema] : schemas()) {
    checks[name] = grammar::SchemaCheck::create(schema, {}, grammar::Layout::kAny).value();
  }
  Rng rng(7);
  std::set<std::string> called;
  int read = 0;
  for (int i = 0; i < 25; ++i) {
    Held held(syntax);
    const std::string text = random_calls(held, held.mark(), rng);
    if (text.empty()) continue;
    CAPTURE(text);
    const auto calls = held.calls_in(text);
    ++read;
    CHECK_FALSE(calls.empty());
    for (const ToolCall& call : calls) {
      CAPTURE(call.arguments);
      called.insert(call.name);
      REQUIRE(checks.contains(call.name));
      CHECK(checks[call.name]->accepts(call.arguments));
    }
  }
  CAPTURE(called.size(), read);
  CHECK(called.size() >= 2);
  CHECK(read >= 5);
}

struct Told {
  std::string_view syntax;
  std::string text;
  bool right;
};

TEST_CASE("A call that its schema does not allow cannot be written in any words",
          "[grammar][tool_calls]") {
  const auto& [syntax, text, right] = GENERATE(values<Told>(
      {{"qwen-xml",
        "<tool_call>\n<function=get_weather>\n<parameter=city>\nA <b>\n</parameter>\n"
        "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>",
        true},
       {"qwen-xml", "<function=ping>\n</function>", true},
       {"qwen-xml", "<function=pong", false},
       {"qwen-xml", "<function=get_weather>\n</function", false},
       {"qwen-xml", "<function=get_weather>\n<parameter=days>", false},
       {"qwen-xml", "<function=get_weather><parameter=city>\nA\n</parameter>\n</function>", false},
       {"qwen-xml", "<function=get_weather><parameter=city>\nA\n</parameter><parameter=unit>\nK",
        false},
       {"qwen-xml",
        "<function=get_weather><parameter=city>\nA\n</parameter><parameter=days>\n15\n</p", false},
       {"qwen-xml", "<function=search><parameter=mixed>\n9\n</parameter>", false},
       {"qwen-xml", "<function=search><parameter=mixed>\n9 a\n</parameter>", true},
       {"qwen-xml", "<function=search><parameter=mixed>\n12\n</parameter>", true},
       {"qwen-xml", "<function=search><parameter=tags>\n[\"</parameter>", false},
       {"qwen-xml", "<function=search><parameter=q>\nab1", false},
       {"qwen-xml", "<function=ping>\n<parameter", false},
       {"glm",
        "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>A</arg_value>\n"
        "<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>",
        true},
       {"glm", "<tool_call>get_weather\n<arg_key>town", false},
       {"dsml-v4",
        "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"get_weather\">\n<｜DSML｜parameter "
        "name=\"city\" "
        "string=\"false\">",
        false},
       {"kimi-k3",
        "<|open|>tools<|sep|><|open|>call tool=\"get_weather\" index=\"1\"<|sep|><|open|>argument "
        "key=\"city\" type=\"number\"",
        false},
       {"lfm2", "<|tool_call_start|>[get_weather(city='A', days=2, live=True), ping()]", true},
       {"lfm2", "<|tool_call_start|>[get_weather(city='A', days=2, live=true", false},
       {"lfm2", "<|tool_call_start|>[get_weather(city=A", false},
       {"lfm2", "<|tool_call_start|>[get_weather()", false},
       {"lfm2", "<|tool_call_start|>[search(mixed=None, where={'a-b': 1", false},
       {"lfm2", "<|tool_call_start|>[search(where={'a-b': 1}, mixed=None)]", true},
       {"gemma4", "<|tool_call>call:get_weather{days:2,city:<|\"|>A \"B\"<|\"|>}", true},
       {"gemma4", "<|tool_call>call:get_weather{city:\"A", false},
       {"gemma4", "<|tool_call>call:search{mixed:null,where:{a-b:1.5}}", true},
       {"gemma4", "<|tool_call>call:search{mixed:null,where:{b", false},
       {"kimi-k2",
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.ping:7"
        "<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
        true},
       {"kimi-k2", "<|tool_call_begin|>functions.get_weather:x", false},
       {"mistral", "[TOOL_CALLS]ping[CALL_ID]abcdEF123[ARGS]{}", true},
       {"mistral", "[TOOL_CALLS]ping[CALL_ID]abcd[", false},
       {"mistral", "[TOOL_CALLS]get_weather[ARGS]{\"city\": 1", false},
       {"harmony", "<|channel|>commentary to=functions.ping <|constrain|>json<|message|>{}", true},
       {"harmony", "<|channel|>commentary to=functions.none", false},
       {"deepseek",
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>ping\n```json\n{}\n```"
        "<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        true},
       {"llama4", "[ping()]", true},
       {"llama4", "[get_weather(city=\"A\")", false}}));
  CAPTURE(syntax, text);
  Held held(syntax);
  CHECK(held.takes(text) == right);
}

TEST_CASE("Before a call, and behind it, an answer says what it likes", "[grammar][tool_calls]") {
  Held held("llama4");
  CHECK(held.takes("See [get_weather(city=A)] "));
  CHECK(held.left());
  Held other("qwen-xml");
  CHECK(other.takes("I look.\n<function=ping>\n</function>\nDone. "));
  CHECK(other.left());
  CHECK_FALSE(other.takes("<function=pong"));
}

std::string told_by(const ChatTemplate& chat) {
  const std::string tool =
      R"({"type":"function","function":{"name":"get_weather","description":"","parameters":)" +
      schemas().at("get_weather") + "}}";
  ChatOptions options;
  options.tools_json = {tool};
  options.add_generation_prompt = false;
  options.unix_seconds = 0;
  ChatTurn answer{"assistant", ""};
  answer.tool_calls.push_back({"call00001", "get_weather", R"({"city": "Zürich", "days": 2})"});
  const auto prompt = chat.render({{"user", "Weather?"}, answer}, options);
  std::string text;
  if (!prompt) return text;
  for (const PromptSegment& segment : prompt->segments) text += segment.text;
  return text.substr(text.rfind("Weather?"));
}

TEST_CASE("A call as a real template writes it can be written", "[grammar][tool_calls]") {
  const auto folder = test::test_data();
  if (!folder) {
    test::skip("templates");
    return;
  }
  std::size_t held_to = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder + "/templates/jinja")) {
    std::ifstream file(entry.path());
    const std::string source(std::istreambuf_iterator<char>(file), {});
    const auto chat = ChatTemplate::of_source(source, "<s>", "</s>");
    const AnswerFormat format = detect_format(chat, [](auto) { return false; });
    CAPTURE(entry.path().filename().string());
    if (format.calls == nullptr) continue;
    if (format.call_form() == nullptr && format.call_head("get_weather").empty()) {
      std::cerr << "calls held to nothing: " << entry.path().filename() << "\n";
      continue;
    }
    ++held_to;
    const std::string told = told_by(chat);
    std::size_t begins = std::string::npos;
    for (const std::string_view mark : format.calls->marks) {
      begins = std::min(begins, told.find(mark));
    }
    if (begins == std::string::npos) continue;
    Held held(format);
    const std::string text = told.substr(begins);
    CAPTURE(text);
    bool was_held = false;
    for (const TokenId token : held.tokens_of(text)) {
      if (held.words->vocabulary().ends_answer(token)) break;
      REQUIRE(held.mask->allows(token));
      held.mask->accept(token);
      was_held = was_held || !held.left();
    }
    CHECK(was_held);
    CHECK(held.left());
  }
  CHECK(held_to >= 50);
}

TEST_CASE("A call that the prompt begins goes on in the words of the template",
          "[grammar][tool_calls]") {
  const bool named = GENERATE(false, true);
  const auto folder = test::test_data();
  if (!folder) {
    test::skip("templates");
    return;
  }
  std::size_t begun_calls = 0;
  std::size_t held_to = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder + "/templates/jinja")) {
    std::ifstream file(entry.path());
    const std::string source(std::istreambuf_iterator<char>(file), {});
    const AnswerFormat format =
        detect_format(ChatTemplate::of_source(source, "<s>", "</s>"), [](auto) { return false; });
    if (format.call_opening.empty()) continue;
    CAPTURE(entry.path().filename().string());
    Prompt prompt;
    prompt.add_template(format.replaced);
    const auto begun = format.begin_call(named ? "get_weather" : "", "abcdefghi", &prompt);
    REQUIRE(begun.has_value());
    Held held(format, *begun);
    ++begun_calls;
    held_to += !held.left();
  }
  // Two name the tool before their mark.
  CHECK(held_to + (named ? 0 : 2) == begun_calls);
  CHECK(begun_calls >= 49);
}

TEST_CASE("A strict tool that the words of a syntax cannot call is refused, another one is not",
          "[grammar][tool_calls]") {
  const std::unique_ptr<Tokenizer> words = tokenizer();
  const AnswerFormat format = Held::format_of("llama4");
  Tool tool;
  tool.name = "f";
  tool.parameters_json = R"({"type":"object","required":["a name"]})";
  tool.strict = GENERATE(false, true);
  ChatRequest request;
  LocalPrompt prompt;
  prompt.tools.add(tool.name, tool.parameters_json);
  request.tools.push_back(tool);
  AnswerGrammars grammars(*words, format, true);
  const auto mask = mask_of(grammars, request, prompt);
  CHECK(mask.has_error() == tool.strict);
  if (!tool.strict) return;
  CHECK(mask.error().code == ErrorCode::kUnsupportedParameter);
  CHECK(mask.error().param == "tools[0].function.parameters");
}

TEST_CASE("An argument is of all kinds that its schema may allow", "[tool_calls]") {
  constexpr std::string_view kSchema =
      R"({"properties":{"a":{"type":["string","null"]},"b":{"enum":["x",{"k":1},[2]]},"c":{}},
          "patternProperties":{"^n":{"type":"number"}},"additionalProperties":{"type":"boolean"}})";
  const JsonKinds a = argument_kinds(kSchema, "a");
  CHECK((a.text && a.null && !a.number));
  const JsonKinds b = argument_kinds(kSchema, "b");
  CHECK((b.text && b.object && b.array && !b.boolean));
  CHECK(argument_kinds(kSchema, "c").number);
  CHECK(argument_kinds(kSchema, "n").number);
  const JsonKinds other = argument_kinds(R"({"additionalProperties":{"type":"boolean"}})", "z");
  CHECK((other.boolean && !other.text));
}

}  // namespace
}  // namespace weir
