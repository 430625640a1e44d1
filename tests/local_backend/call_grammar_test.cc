#include "local_backend/call_grammar.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/rng.h"
#include "local_backend/answer_grammars.h"
#include "local_backend/grammar/schema_check.h"
#include "local_backend/tool_calls/answer_parser.h"
#include "tests/local_backend/byte_pair_vocabulary.h"
#include "tests/support/catch.h"

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
        "</function>", "<parameter=", "<arg_key>", "\n"}) {
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

// One syntax, the tools above, and what answers are held to.
struct Held {
  std::unique_ptr<Tokenizer> words = tokenizer();
  AnswerFormat format;
  OfferedTools tools;
  std::shared_ptr<TokenMask> mask;

  explicit Held(Syntax syntax) {
    format.calls = find_call_syntax(syntax);
    REQUIRE(format.calls != nullptr);
    ChatRequest request;
    LocalPrompt prompt;
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
    const auto made = grammars.mask_for("team", request, prompt);
    if (made.has_error()) FAIL(made.error().message);
    mask = *made;
    REQUIRE(mask != nullptr);
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
    if (i < 40) REQUIRE(may == one_by_one(held));
    REQUIRE_FALSE(may.empty());
    std::vector<TokenId> liked;
    for (const TokenId token : may) {
      const std::string bytes = held.text_of(token);
      if (bytes.find_first_of("<>\"')}]") != std::string::npos) liked.push_back(token);
    }
    if (liked.empty() || rng.next() % 3 == 0) liked = may;
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
  for (int i = 0; i < 60; ++i) {
    Held held(syntax);
    const std::string text = random_calls(held, held.mark(), rng);
    if (text.empty()) continue;
    CAPTURE(text);
    const auto calls = held.calls_in(text);
    CHECK_FALSE(calls.empty());
    for (const ToolCall& call : calls) {
      CAPTURE(call.arguments);
      called.insert(call.name);
      REQUIRE(checks.contains(call.name));
      CHECK(checks[call.name]->accepts(call.arguments));
    }
  }
  CHECK(called.size() == schemas().size());
}

}  // namespace
}  // namespace weir
