#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "local_backend/grammar/schema_check.h"
#include "local_backend/mini/embedded_model.h"
#include "tests/local_backend/local_run.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;
using test::request_of;
using test::Run;
using test::run_alone;

constexpr std::string_view kPerson =
    R"({"type":"object","properties":{"name":{"type":"string","maxLength":20},
        "age":{"type":"integer","minimum":0,"maximum":150},"city":{"enum":["Paris","Lisbon"]}},
        "required":["name","age","city"],"additionalProperties":false})";

ResponseFormat format_of(std::string_view schema) {
  ResponseFormat format;
  format.kind = ResponseFormatKind::kJsonSchema;
  format.schema_json = schema;
  format.strict = true;
  return format;
}

std::vector<std::unique_ptr<Run>> answers(Backend& backend,
                                          const std::vector<ChatRequest>& requests) {
  net::io_context io;
  std::vector<std::unique_ptr<Run>> runs;
  for (const ChatRequest& request : requests) {
    runs.push_back(std::make_unique<Run>());
    runs.back()->start(io, backend, request);
  }
  io.run();
  return runs;
}

bool satisfies(std::string_view schema, std::string_view text) {
  return grammar::SchemaCheck::create(schema, {}, grammar::Layout::kAny).value()->accepts(text);
}

// Random weights: what it says is noise, so only the schema makes it JSON.
TEST_CASE("A model of noise says what its schema asks", "[local][grammar]") {
  const auto backend = test::load(test::tiny_model({})).value();
  const std::array<std::string_view, 3> schemas = {
      kPerson, R"({"enum":[[1,2],{"a":null}]})",
      R"({"type":"array","items":{"type":"boolean"},"minItems":3,"maxItems":3})"};
  const std::string_view schema = schemas.at(GENERATE(0u, 1u, 2u));
  for (std::int64_t seed = 0; seed < 5; ++seed) {
    ChatRequest request = request_of({"Who?"}, 300);
    request.sampling.temperature = seed == 0 ? 0 : 1.5;
    request.sampling.seed = seed;
    request.response_format = format_of(schema);
    const auto run = run_alone(*backend, request);
    REQUIRE(run->result);
    REQUIRE(run->result->has_value());
    CAPTURE(run->sink.text);
    CHECK(run->sink.finish == FinishReason::kStop);
    CHECK(satisfies(schema, run->sink.text));
  }
}

TEST_CASE("Answers of one batch each keep to their own schema", "[local][grammar]") {
  const auto backend = test::load(test::tiny_model({})).value();
  const std::vector<std::string_view> schemas = {
      kPerson, R"({"type":"array","items":{"type":"null"},"minItems":8,"maxItems":8})",
      R"({"const":{"k":"a long text that takes some steps to say"}})"};
  std::vector<ChatRequest> requests;
  for (const std::string_view schema : schemas) {
    requests.push_back(request_of({"Who?"}, 300));
    requests.back().response_format = format_of(schema);
  }
  requests.push_back(request_of({"Who?"}, 40));
  const auto runs = answers(*backend, requests);
  for (std::size_t i = 0; i < schemas.size(); ++i) {
    CAPTURE(runs[i]->sink.text);
    CHECK(satisfies(schemas[i], runs[i]->sink.text));
  }
  CHECK(runs.back()->sink.finish == FinishReason::kLength);
}

TEST_CASE("A schema that cannot be kept to is refused by name", "[local][grammar]") {
  const auto backend = test::load(test::tiny_model({})).value();
  const auto [schema, code, what] = GENERATE(table<const char*, ErrorCode, const char*>(
      {{R"({"type":"array","uniqueItems":true})", ErrorCode::kUnsupportedParameter, "uniqueItems"},
       {R"({"type":"word"})", ErrorCode::kInvalidRequest, "type"},
       {R"({"allOf":[{"type":"null"},{"type":"string"}]})", ErrorCode::kInvalidRequest,
        "no value"}}));
  ChatRequest request = request_of({"Who?"}, 10);
  request.response_format = format_of(schema);
  const auto run = run_alone(*backend, request);
  REQUIRE(run->result->has_error());
  const Error& error = run->result->error();
  CHECK(error.code == code);
  CHECK(error.message.find(what) != std::string::npos);
  CHECK(error.param == "response_format.json_schema.schema");
}

TEST_CASE("A model of noise says what its grammar asks", "[local][grammar]") {
  const auto backend = test::load(test::tiny_model({})).value();
  for (std::int64_t seed = 0; seed < 5; ++seed) {
    ChatRequest request = request_of({"Which?"}, 200);
    request.sampling.temperature = 1.5;
    request.sampling.seed = seed;
    request.grammar = "root ::= \"(\" (root | [ab]) \")\" | word\nword ::= \"yes, \" [0-9]{2}";
    const auto run = run_alone(*backend, request);
    REQUIRE(run->result->has_value());
    CAPTURE(run->sink.text);
    CHECK(run->sink.finish == FinishReason::kStop);
    const std::string& text = run->sink.text;
    const auto open = static_cast<std::size_t>(std::count(text.begin(), text.end(), '('));
    CHECK(open == static_cast<std::size_t>(std::count(text.begin(), text.end(), ')')));
    CHECK(text.substr(0, open) == std::string(open, '('));
  }
  ChatRequest broken = request_of({"Which?"}, 10);
  broken.grammar = "root ::= \"a";
  const auto run = run_alone(*backend, broken);
  REQUIRE(run->result->has_error());
  CHECK(run->result->error().code == ErrorCode::kInvalidRequest);
  CHECK(run->result->error().param == "grammar");
  CHECK(run->result->error().message.find("line 1, column 12") != std::string::npos);
}

Tool weather() {
  Tool tool;
  tool.name = "get_weather";
  tool.parameters_json =
      R"({"type":"object","properties":{"city":{"type":"string"},"day":{"enum":["today","friday"]}},
          "required":["city","day"],"additionalProperties":false})";
  tool.strict = true;
  return tool;
}

std::unique_ptr<LocalBackend> mini() {
  return test::load_file(std::string(kEmbeddedModel)).value();
}

TEST_CASE("A demanded call has arguments of its schema", "[local][grammar]") {
  const auto backend = mini();
  ChatRequest request = request_of({"Tell me a joke."}, 120);
  request.tools.push_back(weather());
  request.tool_choice = GENERATE(ToolChoice::kRequired, ToolChoice::kNamed);
  if (request.tool_choice == ToolChoice::kNamed) request.tool_choice_name = "get_weather";
  request.sampling.temperature = GENERATE(0.0, 1.5);
  request.sampling.seed = 3;
  const auto run = run_alone(*backend, request);
  REQUIRE(run->sink.calls.size() >= 1);
  for (const ToolCall& call : run->sink.calls) {
    CAPTURE(call.arguments);
    CHECK(call.name == "get_weather");
    CHECK(satisfies(weather().parameters_json, call.arguments));
  }
}

TEST_CASE("A call that the model begins itself keeps to the schema of its tool",
          "[local][grammar]") {
  const auto backend = mini();
  ChatRequest request = request_of({"What is the weather in Oslo on friday?"}, 120);
  request.tools.push_back(weather());
  const auto run = run_alone(*backend, request);
  REQUIRE(run->sink.calls.size() == 1);
  CHECK(satisfies(weather().parameters_json, run->sink.calls[0].arguments));
  CHECK(json::parse(run->sink.calls[0].arguments)["city"] == "Oslo");
}

TEST_CASE("A strict tool whose schema is not supported is refused, another one is not",
          "[local][grammar]") {
  const auto backend = mini();
  ChatRequest request = request_of({"What is the weather in Oslo on friday?"}, 60);
  Tool tool = weather();
  tool.parameters_json = R"({"type":"object","properties":{"a":{"uniqueItems":true}}})";
  tool.strict = GENERATE(true, false);
  request.tools.push_back(tool);
  const auto run = run_alone(*backend, request);
  CHECK(run->result->has_error() == tool.strict);
  if (!tool.strict) return;
  CHECK(run->result->error().code == ErrorCode::kUnsupportedParameter);
  CHECK(run->result->error().param == "tools[0].function.parameters");
}

// Calls with a tag for every argument.
constexpr std::string_view kTagged =
    "{% for tool in tools or [] %}{{ tool | tojson }}\n{% endfor %}"
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + (m.content or '') }}"
    "{% for c in m.tool_calls or [] %}{{ '<tool_call>\n<function=' + c.function.name + '>\n' }}"
    "{% for k, v in c.function.arguments | items %}{{ '<parameter=' + k + '>\n' }}"
    "{{ v if v is string else v | tojson }}{{ '\n</parameter>\n' }}{% endfor %}"
    "{{ '</function>\n</tool_call>' }}{% endfor %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

TEST_CASE("A model of noise that calls with tags keeps to the schema of its tool",
          "[local][grammar]") {
  test::GgufBuilder file = test::tiny_model({});
  file.string("tokenizer.chat_template", std::string(kTagged));
  const auto backend = test::load(file).value();
  REQUIRE(backend->answer_format().calls->name == "qwen-xml");
  Tool tool = weather();
  tool.parameters_json =
      R"({"type":"object","properties":{"city":{"type":"string","maxLength":9},
          "days":{"type":"integer","minimum":1,"maximum":9}},"required":["city","days"],
          "additionalProperties":false})";
  ChatRequest request = request_of({"Who?"}, 400);
  request.tools.push_back(tool);
  request.parallel_tool_calls = false;
  request.sampling.temperature = 1.5;
  request.sampling.seed = GENERATE(range(0, 5));
  request.tool_choice = GENERATE(ToolChoice::kRequired, ToolChoice::kNamed);
  if (request.tool_choice == ToolChoice::kNamed) request.tool_choice_name = "get_weather";
  const auto run = run_alone(*backend, request);
  REQUIRE(run->result->has_value());
  REQUIRE(run->sink.calls.size() == 1);
  CAPTURE(run->sink.calls[0].arguments);
  CHECK(satisfies(tool.parameters_json, run->sink.calls[0].arguments));
}

}  // namespace
}  // namespace weir
