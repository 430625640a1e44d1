// Requests of Ollama's API, in and out.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "core/backend.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using nlohmann::json;

ChatRequest parsed(const std::string& body, const Codec& codec = ollama_chat_codec()) {
  Result<ChatRequest> request = codec.parse_request(body);
  CAPTURE(body);
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

ChatRequest generate(const std::string& body) { return parsed(body, ollama_generate_codec()); }

std::string with_members(const std::string& members) {
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + members + "}";
}

// The messages of a request, which they are views of.
class Turns {
 public:
  explicit Turns(const std::string& list)
      : request_(parsed(R"({"model":"m","messages":[)" + list + "]}")) {}
  std::size_t size() const { return request_.messages.size(); }
  const Message& operator[](std::size_t index) const { return request_.messages.at(index); }

 private:
  const ChatRequest request_;
};

const ToolUsePart& use_of(const Part& part) { return std::get<ToolUsePart>(part.value); }
const ToolResultPart& result_of(const Message& message) {
  return std::get<ToolResultPart>(message.parts.at(0).value);
}

TEST_CASE("A request of Ollama's streams unless it says otherwise", "[ollama]") {
  CHECK(parsed(with_members(R"("options":{})")).stream);
  CHECK(parsed(with_members(R"("stream":true)")).include_usage);
  CHECK_FALSE(parsed(with_members(R"("stream":false)")).stream);
  CHECK(generate(R"({"model":"m","prompt":"x"})").stream);
}

TEST_CASE("Options are read, and those without a field are kept by name", "[ollama]") {
  const ChatRequest request = parsed(with_members(
      R"("options":{"num_predict":7,"temperature":0.5,"top_k":40.0,"top_p":0.9,"min_p":0.1,
         "seed":3,"stop":["a","b"],"repeat_penalty":1.1,"presence_penalty":1,
         "frequency_penalty":0.5,"num_ctx":4096},"truncate":false,"keep_alive":"5m")"));
  const Sampling& sampling = request.sampling;
  CHECK(sampling.max_tokens == 7);
  CHECK(sampling.temperature == 0.5);
  CHECK(sampling.top_k == 40);
  CHECK(sampling.min_p == 0.1);
  CHECK(sampling.seed == 3);
  CHECK(sampling.stop == std::vector<std::string_view>{"a", "b"});
  CHECK(sampling.repetition_penalty == 1.1);
  CHECK(request.unknown_members ==
        std::vector<std::string_view>{"options.num_ctx", "truncate", "keep_alive"});
  CHECK(json::parse('{' + std::string(request.extras) + '}') ==
        json::parse(R"({"truncate":false,"keep_alive":"5m","options":{"num_ctx":4096}})"));
}

TEST_CASE("No limit of the answer is no limit", "[ollama]") {
  const std::string value = GENERATE("-1", "-2", "0", "null");
  CHECK_FALSE(parsed(with_members(R"("options":{"num_predict":)" + value + "}"))
                  .sampling.max_tokens.has_value());
}

TEST_CASE("What Ollama's clients always send does not keep a request from the local engine",
          "[ollama]") {
  Capabilities local;
  local.unknown_fields = false;
  CHECK(first_unsupported(local, parsed(with_members(
                                     R"("truncate":false,"shift":false,"keep_alive":0,
                                        "options":{"num_ctx":4096,"num_thread":2})")))
            .empty());
}

TEST_CASE("Thinking is a switch or an effort", "[ollama]") {
  CHECK(parsed(with_members(R"("think":false)")).thinking == Thinking::kOff);
  CHECK(parsed(with_members(R"("think":true)")).thinking == Thinking::kOn);
  const ChatRequest high = parsed(with_members(R"("think":"high")"));
  CHECK(high.thinking == Thinking::kOn);
  CHECK(high.reasoning_effort == "high");
}

TEST_CASE("The format of an answer is a word or a schema", "[ollama]") {
  CHECK(parsed(with_members(R"("format":"json")")).response_format.kind ==
        ResponseFormatKind::kJsonObject);
  CHECK(parsed(with_members(R"("format":"")")).response_format.kind == ResponseFormatKind::kText);
  const ChatRequest schema = parsed(with_members(R"("format":{ "type":"object"})"));
  CHECK(schema.response_format.kind == ResponseFormatKind::kJsonSchema);
  CHECK(schema.response_format.schema_json == R"({ "type":"object"})");
}

// hass-agent-llm #42: arguments are an object here, and text elsewhere.
TEST_CASE("Arguments of a call are an object, or the text of one", "[ollama]") {
  const std::string arguments = GENERATE(R"({"a":1})", R"("{\"a\":1}")");
  const Turns turns(R"({"role":"assistant","tool_calls":[{"function":{"name":"f",
      "arguments":)" +
                    arguments + "}}]}");
  CHECK(use_of(turns[0].parts.at(0)).arguments_json == R"({"a":1})");
}

// openai-agents-python #1935: each result stands with its call.
TEST_CASE("Results without an id belong to the calls of their tool, in order", "[ollama]") {
  const Turns turns(
      R"({"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{}}},
          {"function":{"name":"g","arguments":{}}},{"function":{"name":"f"}}]},
         {"role":"tool","tool_name":"f","content":"1"},
         {"role":"tool","tool_name":"f","content":"3"},
         {"role":"tool","content":"2"})");
  REQUIRE(turns[0].parts.size() == 3);
  CHECK(result_of(turns[1]).tool_use_id == use_of(turns[0].parts[0]).id);
  CHECK(result_of(turns[2]).tool_use_id == use_of(turns[0].parts[2]).id);
  CHECK(result_of(turns[3]).tool_use_id == use_of(turns[0].parts[1]).id);
  CHECK(use_of(turns[0].parts[0]).id != use_of(turns[0].parts[2]).id);
}

// openclaw rewrites ids: they are opaque.
TEST_CASE("Ids that are given are kept", "[ollama]") {
  const Turns turns(
      R"({"role":"assistant","tool_calls":[{"id":"toolumock1","function":{"name":"f"}}]},
         {"role":"tool","tool_call_id":"other","tool_name":"f","content":"1"})");
  CHECK(use_of(turns[0].parts[0]).id == "toolumock1");
  CHECK(result_of(turns[1]).tool_use_id == "other");
}

TEST_CASE("An image's kind is read from its bytes", "[ollama]") {
  const auto [data, type] =
      GENERATE(table<std::string, std::string>({{"iVBORw0KGgoAAAA=", "image/png"},
                                                {"/9j/4AAQ", "image/jpeg"},
                                                {"R0lGODlh", "image/gif"},
                                                {"UklGRiQAAABXRUJQVlA4", "image/webp"},
                                                {"UklGR", "application/octet-stream"},
                                                {"AAAA", "application/octet-stream"}}));
  const Turns turns(R"({"role":"user","content":"?","images":[")" + data + R"("]})");
  const auto& image = std::get<ImagePart>(turns[0].parts.at(1).value);
  CHECK(image.media_type == type);
  CHECK(image.base64_data == data);
}

TEST_CASE("No messages ask for the model to be loaded or unloaded", "[ollama]") {
  const ChatRequest load = parsed(R"({"model":"m","messages":[]})");
  CHECK(load.messages.empty());
  CHECK(json::parse(write_ollama_load_answer(load, "m", 1))["done_reason"] == "load");
  const ChatRequest unload = generate(R"({"model":"m","keep_alive":0})");
  CHECK(unload.messages.empty());
  CHECK(wants_unload(unload));
  const json answer = json::parse(write_ollama_load_answer(unload, "m", 1));
  CHECK(answer["done_reason"] == "unload");
  CHECK(answer["response"] == "");
}

TEST_CASE("A prompt is a message of the user behind one of the system", "[ollama]") {
  const ChatRequest request =
      generate(R"({"model":"m","system":"S","prompt":"P","images":["/9j/"],"context":[1]})");
  REQUIRE(request.messages.size() == 2);
  CHECK(request.messages[0].role == Role::kSystem);
  CHECK(request.messages[1].parts.size() == 2);
  CHECK(request.unknown_members == std::vector<std::string_view>{"context"});
  const ChatRequest raw = generate(R"({"model":"m","prompt":"P","raw":true})");
  CHECK(raw.raw_prompt);
  CHECK(raw.messages.size() == 1);
}

TEST_CASE("An empty template is the model's own, another one is for Ollama alone", "[ollama]") {
  const ChatRequest own =
      generate(R"({"model":"m","prompt":"P","system":"","template":"","suffix":""})");
  CHECK(own.unknown_members.empty());
  CHECK(own.messages.size() == 1);
  const ChatRequest other = generate(R"({"model":"m","prompt":"P","template":"{{ .Prompt }}"})");
  CHECK(other.unknown_members == std::vector<std::string_view>{"template"});
  const auto wrong = ollama_generate_codec().parse_request(R"({"model":"m","template":1})");
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().param == "template");
}

TEST_CASE("Text behind the answer is for Ollama alone", "[ollama]") {
  const ChatRequest request = generate(R"({"model":"m","prompt":"P","suffix":"S"})");
  CHECK(json::parse(ollama_generate_codec().write_request(request, {.model = "x"})->body) ==
        json::parse(R"({"model":"x","prompt":"P","suffix":"S","stream":true})"));
  const auto other = openai_chat_codec().write_request(request, {.model = "x"});
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().code == ErrorCode::kUnsupportedParameter);
}

TEST_CASE("What cannot be meant is refused by its path", "[ollama]") {
  const auto [body, param] = GENERATE(table<std::string, std::string>(
      {{"[]", ""},
       {R"({"model":7})", "model"},
       {R"({"messages":{}})", "messages"},
       {R"({"messages":[1]})", "messages[0]"},
       {R"({"messages":[{"role":"king"}]})", "messages[0].role"},
       {R"({"messages":[{"role":"user","content":[]}]})", "messages[0].content"},
       {R"({"messages":[{"role":"user","images":[1]}]})", "messages[0].images[0]"},
       {R"({"messages":[{"role":"assistant","tool_calls":[{}]}]})",
        "messages[0].tool_calls[0].function"},
       {R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f",
            "arguments":1}}]}]})",
        "messages[0].tool_calls[0].function.arguments"},
       {R"({"tools":[{"type":"function"}]})", "tools[0].function"},
       {R"({"think":"much"})", "think"},
       {R"({"format":"xml"})", "format"},
       {R"({"keep_alive":"soon"})", "keep_alive"},
       {R"({"options":{"temperature":"hot"}})", "options.temperature"},
       {R"({"options":{"num_predict":1.5}})", "options.num_predict"},
       {R"({"options":{"stop":[1]}})", "options.stop[0]"},
       {R"({"stream":"yes"})", "stream"}}));
  CAPTURE(body);
  const auto request = ollama_chat_codec().parse_request(body);
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().code == ErrorCode::kInvalidRequest);
  CHECK(request.error().param == param);
}

json written(const ChatRequest& request, const Codec& codec = ollama_chat_codec()) {
  const auto out = codec.write_request(request, {.model = "x"});
  if (!out) FAIL(out.error().message);
  return json::parse(out->body);
}

// litellm #25321: the input of a call is not dropped.
TEST_CASE("A conversation of OpenAI's with tools is written for Ollama", "[ollama]") {
  const ChatRequest request = parsed(
      R"({"model":"m","stream":false,"max_tokens":9,"keep_alive":60,"messages":[
       {"role":"developer","content":"S"},
       {"role":"user","content":[{"type":"text","text":"Wien?"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
       {"role":"assistant","content":null,"reasoning_content":"Hm.","tool_calls":[
        {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
        {"id":"c2","type":"function","function":{"name":"g","arguments":"broken"}}]},
       {"role":"tool","tool_call_id":"c1","content":"warm"}],
       "tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"low"})",
      openai_chat_codec());
  CHECK(written(request) == json::parse(R"({"model":"x","stream":false,"keep_alive":60,
       "options":{"num_predict":9},"think":"low","messages":[
       {"role":"system","content":"S"},
       {"role":"user","content":"Wien?","images":["AAAA"]},
       {"role":"assistant","content":"","thinking":"Hm.","tool_calls":[
        {"id":"c1","function":{"name":"f","arguments":{"a":1}}},
        {"id":"c2","function":{"name":"g","arguments":{"INVALID_JSON":"broken"}}}]},
       {"role":"tool","content":"warm","tool_name":"f","tool_call_id":"c1"}],
       "tools":[{"type":"function","function":{"name":"f",
        "parameters":{"type":"object","properties":{}}}}]})"));
}

TEST_CASE("What Ollama cannot say is listed, or refused where the answer needs it", "[ollama]") {
  const auto body = [](const std::string& members) {
    return R"({"model":"m","messages":[{"role":"user","content":"a"}],)" + members + "}";
  };
  const ChatRequest knobs =
      parsed(body(R"("user":"u","logit_bias":{"1":2},"store":true,"parallel_tool_calls":false)"),
             openai_chat_codec());
  CHECK(ollama_chat_codec().write_request(knobs, {.model = "x"})->lost.text() ==
        "parallel_tool_calls, store, logit_bias, user");
  const auto [members, param] = GENERATE(table<std::string, std::string>(
      {{R"("n":2)", "n"},
       {R"("tool_choice":"required","tools":[{"type":"function","function":{"name":"f"}}])",
        "tool_choice"}}));
  const auto refused =
      ollama_chat_codec().write_request(parsed(body(members), openai_chat_codec()), {.model = "x"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().param == param);
}

TEST_CASE("An image that must be fetched is refused", "[ollama]") {
  const ChatRequest request = parsed(
      R"({"model":"m","messages":[{"role":"user","content":[
          {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]})",
      openai_chat_codec());
  const auto refused = ollama_chat_codec().write_request(request, {.model = "x"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().param == "messages[0].content[0]");
}

TEST_CASE("Generate takes one question and no conversation", "[ollama]") {
  const ChatRequest one = parsed(R"({"messages":[{"role":"system","content":"S"},
      {"role":"user","content":"U"}],"stream":false})");
  CHECK(written(one, ollama_generate_codec()) ==
        json::parse(R"({"model":"x","prompt":"U","system":"S","stream":false})"));
  const ChatRequest more = parsed(R"({"messages":[{"role":"user","content":"U"},
      {"role":"assistant","content":"A"},{"role":"user","content":"U"}]})");
  const auto refused = ollama_generate_codec().write_request(more, {.model = "x"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().param == "messages[0]");
}

TEST_CASE("Rewriting replaces the model and keeps every other byte", "[ollama]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {R"({ "messages":[], "model" : "a" , "x":1e2})",
       R"({ "messages":[], "model" : "b" , "x":1e2})"},
      {R"({"prompt":"x"})", R"({"model":"b","prompt":"x"})"},
      {"{}", R"({"model":"b"})"},
  }));
  const ChatRequest request = parsed(before);
  CHECK(ollama_chat_codec().rewrite_request(request, request.original, {.model = "b"}).value() ==
        after);
}

TEST_CASE("A prompt without a template is asked in a chat as a message, and told as lost",
          "[ollama]") {
  const ChatRequest request = generate(R"({"model":"m","prompt":"P","raw":true})");
  const Result<WrittenRequest> chat = ollama_chat_codec().write_request(request, {.model = "x"});
  REQUIRE(chat.has_value());
  CHECK(json::parse(chat->body)["messages"][0]["content"] == "P");
  CHECK(chat->lost.text() == "raw");
}

TEST_CASE("Rewriting limits an answer that the client did not limit", "[ollama]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {R"({"model":"a"})", R"({"options":{"num_predict":9},"model":"b"})"},
      {R"({"model":"a","options":{}})", R"({"model":"b","options":{"num_predict":9}})"},
      {R"({"model":"a","options":null})", R"({"model":"b","options":{"num_predict":9}})"},
      {R"({"model":"a","options":{"seed":1}})",
       R"({"model":"b","options":{"num_predict":9,"seed":1}})"},
      {R"({"model":"a","options":{"num_predict":-1}})",
       R"({"model":"b","options":{"num_predict":9}})"},
      {R"({"model":"a","options":{"num_predict":5}})",
       R"({"model":"b","options":{"num_predict":5}})"},
  }));
  const ChatRequest request = parsed(before);
  const RequestOptions options{.model = "b", .answer_tokens = 9};
  CHECK(ollama_chat_codec().rewrite_request(request, request.original, options).value() == after);
}

std::vector<json> captured(const std::string& client) {
  std::vector<json> bodies;
  const auto folder = test::test_data();
  if (!folder) {
    std::cerr << "skipped without WEIR_TEST_DATA: captures of " << client << "\n";
    return bodies;
  }
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(*folder) + "/captures/" + client)) {
    std::ifstream file(entry.path());
    const json capture = json::parse(file);
    const std::string url = capture["url"];
    if (url == "/api/chat" || url == "/api/generate") bodies.push_back(capture);
  }
  return bodies;
}

TEST_CASE("What real clients sent keeps its meaning when it is written anew", "[ollama]") {
  const std::string client = GENERATE("ollama", "openclaw-ollama", "promptfoo");
  const std::vector<json> captures = captured(client);
  CHECK((!captures.empty() || !test::test_data()));
  for (const json& capture : captures) {
    const Codec& codec =
        capture["url"] == "/api/chat" ? ollama_chat_codec() : ollama_generate_codec();
    json expected = capture["body"];
    const auto out = codec.write_request(parsed(expected.dump(), codec),
                                         {.model = expected["model"].get_ref<std::string&>()});
    REQUIRE(out.has_value());
    CHECK(out->lost.empty());
    if (!expected.contains("stream")) expected["stream"] = true;
    if (expected.contains("options") && expected["options"].empty()) expected.erase("options");
    CHECK(json::parse(out->body) == expected);
  }
}

}  // namespace
}  // namespace weir
