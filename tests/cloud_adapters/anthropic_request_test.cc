// Requests of Anthropic's Messages: what is read of them, and that they go back as they came.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/anthropic_messages.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using nlohmann::json;

const Codec& codec() { return anthropic_messages_codec(); }

std::string wire_file(const std::string& name) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/data/wire/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string body_with(const std::string& members) {
  return R"({"model":"m","max_tokens":9000,"messages":[{"role":"user","content":"Hi"}],)" +
         members + "}";
}

std::string body_of(const std::string& message) {
  return R"({"model":"m","max_tokens":9,"messages":[)" + message + "]}";
}

json written_again(const ChatRequest& request) {
  const auto written = codec().write_request(request, {.model = request.model});
  REQUIRE(written.has_value());
  CHECK(written->lost.empty());
  return json::parse(written->body);
}

// A text alone is written as a string, which says the same.
json plain(json body) {
  const auto plain_content = [](json& content) {
    if (!content.is_array() || content.size() != 1) return;
    const json block = content[0];
    if (block["type"] == "text" && block.size() == 2) content = block["text"];
  };
  if (body.contains("system")) plain_content(body["system"]);
  for (json& message : body["messages"]) {
    plain_content(message["content"]);
    if (!message["content"].is_array()) continue;
    for (json& block : message["content"]) {
      if (block.contains("content")) plain_content(block["content"]);
      if (block.value("is_error", true) == false) block.erase("is_error");
    }
  }
  if (body.value("stream", true) == false) body.erase("stream");
  return body;
}

TEST_CASE("every captured Messages request is read and written with its meaning", "[anthropic]") {
  const auto folder = test::test_data();
  if (!folder) return test::skip("captured Messages requests");
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder + "/captures")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const json capture = json::parse(file, nullptr, false);
    if (!capture.is_object() || !capture.value("body", json()).is_object()) continue;
    const std::string url = capture["url"];
    const json& body = capture["body"];
    if (!url.starts_with("/v1/messages") || !body.contains("messages")) continue;
    CAPTURE(entry.path().string());
    const auto request = codec().parse_request(
        body.dump(), {.model = {}, .count_only = url.find("count_tokens") != std::string::npos});
    REQUIRE(request.has_value());
    ++read;
    if (!body.contains("max_tokens")) continue;
    CHECK(plain(written_again(*request)) == plain(body));
  }
  CHECK(read >= 30);
}

TEST_CASE("a request of every kind of block goes back as it came", "[anthropic]") {
  const std::string body = wire_file("anthropic_blocks.json");
  const auto request = codec().parse_request(body);
  REQUIRE(request.has_value());
  CHECK(written_again(*request) == json::parse(body));
}

TEST_CASE("unknown members of a request are kept and never refused", "[anthropic]") {
  const auto known = codec().parse_request(
      body_with(R"("thread":{"type":"create"},"speed":"fast","thinking":{"type":"novel"},
                   "tool_choice":{"type":"novel"},"output_config":{"budget":1})"));
  REQUIRE(known.has_value());
  CHECK(known->unknown_members == std::vector<std::string_view>{"thread", "speed", "thinking",
                                                                "tool_choice",
                                                                "output_config.budget"});
}

TEST_CASE("an attribution line stays a block of its own", "[anthropic]") {
  const auto request = codec().parse_request(
      body_with(R"("system":[{"type":"text","text":"x-anthropic-billing-header: cc=1"},
                             {"type":"text","text":"You code."}])"));
  REQUIRE(request.has_value());
  REQUIRE(request->messages.front().parts.size() == 2);
  CHECK(std::get<TextPart>(request->messages.front().parts[1].value).text == "You code.");
}

TEST_CASE("tools of a request are functions or hosted", "[anthropic]") {
  const auto request =
      codec().parse_request(body_with(R"("tools":[{"name":"f","description":"d","strict":true,
                             "input_schema":{"type":"object"}},
                            {"type":"custom","name":"g","input_schema":{"type":"object"}},
                            {"type":"web_search_20250305","name":"web_search"}],
                   "tool_choice":{"type":"any","disable_parallel_tool_use":true})"));
  REQUIRE(request.has_value());
  REQUIRE(request->tools.size() == 3);
  CHECK(request->tools[0].parameters_json == R"({"type":"object"})");
  CHECK(request->tools[0].strict);
  CHECK(request->tools[1].kind == ToolKind::kFunction);
  CHECK(request->tools[2].kind == ToolKind::kHosted);
  CHECK(request->tools[2].type == "web_search_20250305");
  CHECK(request->tool_choice == ToolChoice::kRequired);
  CHECK(request->parallel_tool_calls == false);
}

TEST_CASE("who must call a hosted tool may choose where there is none", "[anthropic]") {
  const auto request = codec().parse_request(
      body_with(R"("tools":[{"type":"web_search_20250305","name":"web_search"}],
                   "tool_choice":{"type":"tool","name":"web_search"})"));
  REQUIRE(request.has_value());
  CHECK(request->tool_choice == ToolChoice::kUnset);
  CHECK(request->unknown_members == std::vector<std::string_view>{"tool_choice"});
}

TEST_CASE("a request says how to think", "[anthropic]") {
  const auto [text, thinking] = GENERATE(table<std::string, Thinking>({
      {R"({"type":"enabled","budget_tokens":2048})", Thinking::kOn},
      {R"({"type":"adaptive"})", Thinking::kAdaptive},
      {R"({"type":"between_tools"})", Thinking::kAdaptive},
      {R"({"type":"disabled"})", Thinking::kOff},
  }));
  const auto request = codec().parse_request(body_with("\"thinking\":" + text));
  REQUIRE(request.has_value());
  CHECK(request->thinking == thinking);
  CHECK(request->thinking_budget.value_or(0) == (thinking == Thinking::kOn ? 2048 : 0));
}

TEST_CASE("the form of an answer has an old and a new name", "[anthropic]") {
  const std::string format = R"({"type":"json_schema","schema":{"type":"object"}})";
  const std::string members =
      GENERATE_COPY("\"output_format\":" + format, "\"output_config\":{\"format\":" + format + "}");
  const auto request = codec().parse_request(body_with(members));
  REQUIRE(request.has_value());
  CHECK(request->response_format.kind == ResponseFormatKind::kJsonSchema);
  CHECK(request->response_format.schema_json == R"({"type":"object"})");
}

TEST_CASE("a mark for the cache stays on the result of a tool", "[anthropic]") {  // litellm #41954
  const auto request = codec().parse_request(body_of(
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x",
          "cache_control":{"type":"ephemeral"}}]})"));
  REQUIRE(request.has_value());
  const Part& part = request->messages[0].parts[0];
  CHECK(part.extras == R"("cache_control":{"type":"ephemeral"})");
  CHECK(std::get<ToolResultPart>(part.value).parts[0].extras.empty());
}

TEST_CASE("a forwarded body may get the limit that it lacks", "[anthropic]") {
  const auto [members, expected] = GENERATE(table<std::string, std::string>({
      {R"("model":"a",)", R"({"max_tokens":7,"model":"b",)"},
      {R"("max_tokens":null,"model":"a",)", R"({"max_tokens":7,"model":"b",)"},
      {R"("model":"a","max_tokens":null,)", R"({"model":"b","max_tokens":7,)"},
      {R"("mod\u0065l":"a","max_tokens":3,)", R"({"mod\u0065l":"b","max_tokens":3,)"},
  }));
  const std::string rest = R"("messages":[{"role":"user","content":"x"}]})";
  const auto request =
      codec().parse_request("{" + members + rest, {.model = {}, .count_only = true});
  REQUIRE(request.has_value());
  const auto body =
      codec().rewrite_request(*request, request->original, {.model = "b", .answer_tokens = 7});
  REQUIRE(body.has_value());
  CHECK(*body == expected + rest);
}

}  // namespace
}  // namespace weir
