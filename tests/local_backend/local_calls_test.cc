#include <boost/asio/io_context.hpp>

#include "local_backend/local_prompt.h"
#include "tests/local_backend/local_run.h"
#include "tests/local_backend/scripted_model.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::request_of;
using test::Run;
using test::Script;

// Hermes, with a question that ends with <|ask|>, or with <|tell|> behind a result.
constexpr std::string_view kTemplate =
    "{% for tool in tools or [] %}{{ tool | tojson }}\n{% endfor %}"
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + (m.content or '') }}"
    "{% for c in m.tool_calls or [] %}{{ '<tool_call>\n{\"name\": \"' + c.function.name + "
    "'\", \"arguments\": ' + (c.function.arguments | tojson) + '}\n</tool_call>' }}{% endfor %}"
    "{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{{ '<|tell|>' if messages[-1].role == 'tool' else '<|ask|>' }}{% endif %}"
    "{# <think></think> #}";

std::unique_ptr<LocalBackend> backend_that_says(std::vector<std::string> answer,
                                                std::vector<std::string> controls = {
                                                    "<|im_start|>", "<|im_end|>", "<tool_call>",
                                                    "</tool_call>", "<|noise|>"}) {
  Script script;
  script.chat_template = kTemplate;
  script.controls = std::move(controls);
  script.answers["<|ask|>"] = std::move(answer);
  script.answers["<|tell|>"] = {"It", "▁is", "▁sunny."};
  EngineConfig config;
  config.threads = 1;
  // Its answers are these tokens and no others.
  return std::move(test::load(test::scripted_model(script), config, false).value());
}

std::vector<std::string> call_pieces(const std::string& name) {
  return {"<tool_call>",
          "\n{\"name",
          "\":▁\"" + name,
          "\",▁\"arguments\":▁",
          "{\"city\":▁\"Zürich\"}",
          "}\n",
          "</tool_call>"};
}

Tool weather() {
  Tool tool;
  tool.name = "get_weather";
  tool.parameters_json = R"({"type": "object", "properties": {"city": {"type": "string"}}})";
  return tool;
}

ChatRequest asking() {
  ChatRequest request = request_of({"Weather?"}, 60);
  request.tools.push_back(weather());
  return request;
}

std::unique_ptr<Run> answered(Backend& backend, const ChatRequest& request) {
  auto run = test::run_alone(backend, request);
  REQUIRE(run->result);
  if (run->result->has_error()) FAIL(run->result->error().message);
  return run;
}

std::vector<std::string> thought_and_call() {
  std::vector<std::string> pieces = {"<think>", "\nhm",  "\n</th",    "ink>", "\n\n",
                                     "I",       "▁look", "<|noise|>", ".",    "\n"};
  for (std::string& piece : call_pieces("get_weather")) pieces.push_back(std::move(piece));
  return pieces;
}

Message said(Role role, std::string_view text) {
  Message message;
  message.role = role;
  message.parts.push_back({TextPart{text}, {}});
  return message;
}

std::string prompt_text(const LocalBackend& backend, const ChatRequest& request) {
  std::string text;
  const PromptHygiene hygiene(backend.chat_template(), true);
  const auto prompt = prompt_of(hygiene, backend.answer_format(), request, "id").value();
  for (const PromptSegment& segment : prompt.prompt.segments) text += segment.text;
  return text;
}

TEST_CASE("A last message of the assistant's is gone on with, but where a call is demanded",
          "[local][tool_calls]") {
  const auto backend = backend_that_says({"Yes"});
  ChatRequest request = asking();
  request.messages.push_back(said(Role::kAssistant, "It is"));
  CHECK(prompt_text(*backend, request).ends_with("<|im_start|>assistant\nIt is"));
  request.tool_choice = ToolChoice::kRequired;
  CHECK(prompt_text(*backend, request).find("It is<|im_end|>\n") != std::string::npos);
  request.tool_choice = ToolChoice::kAuto;
  request.messages.back() = said(Role::kAssistant, "");
  CHECK(prompt_text(*backend, request) == prompt_text(*backend, asking()));
  request.messages.back() = said(Role::kAssistant, "I look.");
  request.messages.back().parts.push_back({ToolUsePart{"call00001", "get_weather", "{}"}, {}});
  CHECK(prompt_text(*backend, request).ends_with("<|ask|>"));
}

TEST_CASE("What the model adds to an answer that was begun is all that is told", "[local]") {
  const auto backend = backend_that_says({"!", "▁here", "▁and", "▁now."});
  ChatRequest request = request_of({"Weather?"}, 60);
  request.messages.push_back(said(Role::kAssistant, "Look!"));
  const auto run = answered(*backend, request);
  CHECK(run->sink.text == " here and now.");
  CHECK(run->sink.finish == FinishReason::kStop);
}

TEST_CASE("A tool without a description has an empty one where the template asks for it",
          "[local][tool_calls]") {
  const auto text_of = [](std::string_view source) {
    const PromptHygiene hygiene(ChatTemplate::of_source(source, "<s>", "</s>"), true);
    std::string text;
    const auto prompt = prompt_of(hygiene, {}, asking(), "id").value();
    for (const PromptSegment& segment : prompt.prompt.segments) text += segment.text;
    return text;
  };
  CHECK(text_of("{{ '// ' + tools[0].function.description + '.' }}") == "// .");
  CHECK(text_of("{{ tools[0] | tojson }}").find("description") == std::string::npos);
}

TEST_CASE("An answer that was begun behind an open mark goes on thinking", "[local]") {
  const auto backend = backend_that_says({"Yes"});
  const auto begins_thinking = [&](std::string before) {
    Prompt prompt;
    prompt.add_user("<think>");
    prompt.add_template(std::move(before));
    prompt.add_user("One, ");
    return backend->answer_format().begins_thinking(prompt);
  };
  CHECK(begins_thinking("<|im_start|>assistant\n<think>\n"));
  CHECK_FALSE(begins_thinking("<|im_start|>assistant\n"));
}

TEST_CASE("A local answer has thinking, text and calls", "[local][tool_calls]") {
  const auto backend = backend_that_says(thought_and_call());
  const auto run = answered(*backend, asking());
  CHECK(run->sink.reasoning == "hm");
  CHECK(run->sink.text == "I look.");
  REQUIRE(run->sink.calls.size() == 1);
  CHECK(run->sink.calls[0].name == "get_weather");
  CHECK(run->sink.calls[0].arguments == R"({"city": "Zürich"})");
  CHECK(run->sink.calls[0].id.starts_with("call_"));
  CHECK(run->sink.finish == FinishReason::kToolCalls);
  CHECK(run->sink.broken.empty());
}

TEST_CASE("One event of every token has its signals", "[local][tool_calls]") {
  const auto backend = backend_that_says(thought_and_call());
  const auto run = answered(*backend, asking());
  CHECK(run->sink.signals.size() == static_cast<std::size_t>(run->result->value().output_tokens));
  CHECK(run->result->value().reasoning_tokens == 4);
}

TEST_CASE("Probabilities are those of the text alone", "[local][tool_calls]") {
  const auto backend = backend_that_says(thought_and_call());
  ChatRequest request = asking();
  request.sampling.logprobs = true;
  const auto run = answered(*backend, request);
  CHECK(run->sink.reported == "\n\nI look.");
}

TEST_CASE("Nothing is told of the tokens of a call, however it is written", "[local][tool_calls]") {
  std::vector<std::string> pieces = {"I▁look", "."};
  const bool speaks = GENERATE(true, false);
  if (!speaks) pieces.clear();
  for (std::string& piece : call_pieces("get_weather")) pieces.push_back(std::move(piece));
  pieces.emplace_back("\n");
  const auto backend = backend_that_says(pieces, {"<|im_start|>", "<|im_end|>"});
  ChatRequest request = asking();
  request.sampling.logprobs = true;
  const auto run = answered(*backend, request);
  CHECK(run->sink.calls.size() == 1);
  CHECK(run->sink.reported == (speaks ? "I look." : ""));
}

TEST_CASE("The answer to a raw prompt is told as it is", "[local][tool_calls]") {
  std::vector<std::string> pieces = {"<think>", "hm", "</think>"};
  for (std::string& piece : call_pieces("get_weather")) pieces.push_back(std::move(piece));
  const auto backend = backend_that_says(pieces, {"<|im_start|>", "<|im_end|>"});
  ChatRequest request = request_of({"Weather?<|ask|>"}, 60);
  request.raw_prompt = true;
  const auto run = answered(*backend, request);
  CHECK(run->sink.text.starts_with("<think>hm</think><tool_call>\n{\"name\": \"get_weather\""));
  CHECK(run->sink.text.ends_with("</tool_call>"));
  CHECK(run->sink.reasoning.empty());
  CHECK(run->sink.calls.empty());
  CHECK(run->result->value().reasoning_tokens == 0);
}

TEST_CASE("The answer to a raw prompt keeps to its grammar from its first byte on",
          "[local][tool_calls][grammar]") {
  const auto backend = backend_that_says({"<think>", "hm", "</think>", "No"});
  ChatRequest request = request_of({"Weather?<|ask|>"}, 60);
  request.raw_prompt = true;
  request.grammar = "root ::= \"It\"";
  const auto run = answered(*backend, request);
  CHECK(run->sink.text == "It");
  CHECK(run->sink.reasoning.empty());
}

TEST_CASE("A call of a tool that was not offered is text that was meant as a call",
          "[local][tool_calls]") {
  const auto backend = backend_that_says(call_pieces("get_time"));
  const auto run = answered(*backend, asking());
  CHECK(run->sink.calls.empty());
  CHECK(run->sink.broken.starts_with("<tool_call>\n{\"name\": \"get_time\""));
  CHECK(run->sink.finish == FinishReason::kStop);
}

TEST_CASE("Without tools, or when they are forbidden, nothing is a call", "[local][tool_calls]") {
  const auto backend = backend_that_says(call_pieces("get_weather"));
  ChatRequest request = asking();
  const bool forbidden = GENERATE(false, true);
  if (forbidden) request.tool_choice = ToolChoice::kNone;
  if (!forbidden) request.tools.clear();
  const auto run = answered(*backend, request);
  CHECK(run->sink.calls.empty());
  CHECK(run->sink.broken.empty());
  CHECK(run->sink.finish == FinishReason::kStop);
}

TEST_CASE("Results of tools go back into the prompt", "[local][tool_calls]") {
  const auto backend = backend_that_says(call_pieces("get_weather"));
  ChatRequest request = asking();
  Message call;
  call.role = Role::kAssistant;
  call.parts.push_back({ToolUsePart{"call_1", "get_weather", R"({"city": "Z"})"}, {}});
  request.messages.push_back(std::move(call));
  Message result;
  result.role = Role::kTool;
  ToolResultPart said;
  said.tool_use_id = "call_1";
  said.parts.push_back({TextPart{"sun"}, {}});
  said.is_error = GENERATE(false, true);
  result.parts.push_back({std::move(said), {}});
  request.messages.push_back(std::move(result));
  const auto run = answered(*backend, request);
  CHECK(run->sink.text == "It is sunny.");
  CHECK(run->sink.finish == FinishReason::kStop);
}

TEST_CASE("Who wants one call at a time gets one", "[local][tool_calls]") {
  std::vector<std::string> pieces = call_pieces("get_weather");
  for (const char* piece : {"\n<tool_call>\n", "{\"name\":▁\"get_weather", "\",▁\"arguments\":▁{}",
                            "}}", "\n</tool_call>"}) {
    pieces.push_back(piece);
  }
  pieces[pieces.size() - 2] = "}";
  const auto backend = backend_that_says(pieces);
  ChatRequest request = asking();
  CHECK(answered(*backend, request)->sink.calls.size() == 2);
  request.parallel_tool_calls = false;
  const auto run = answered(*backend, request);
  CHECK(run->sink.calls.size() == 1);
  CHECK(run->sink.finish == FinishReason::kToolCalls);
}

TEST_CASE("An answer that must be a call is begun as one", "[local][tool_calls]") {
  const auto backend = backend_that_says({"unused"});
  ChatRequest request = asking();
  request.tool_choice = GENERATE(ToolChoice::kRequired, ToolChoice::kNamed);
  const bool named = request.tool_choice == ToolChoice::kNamed;
  if (named) request.tool_choice_name = "get_weather";
  const auto prompt = prompt_of(PromptHygiene(backend->chat_template(), true),
                                backend->answer_format(), request, "id");
  REQUIRE(prompt.has_value());
  const std::string opening = "<tool_call>\n{\"name\": \"";
  CHECK(prompt->begun == opening + (named ? "get_weather\", \"arguments\": {" : ""));
  std::string text;
  for (const PromptSegment& segment : prompt->prompt.segments) text += segment.text;
  CHECK(text.ends_with("<|im_start|>assistant\n" + prompt->begun));
}

}  // namespace
}  // namespace weir
