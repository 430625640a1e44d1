#include "core/backend.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

// A backend that does text and nothing else.
Capabilities only_text() {
  Capabilities can;
  can.tools = can.reasoning = can.unknown_fields = false;
  return can;
}

std::string_view unsupported(const ChatRequest& request) {
  CHECK(first_unsupported(Capabilities(), request).empty());  // what can do all refuses nothing
  return first_unsupported(only_text(), request);
}

TEST_CASE("A field without which the answer is another one is named, the first of them", "[core]") {
  ChatRequest request;
  request.unknown_members = {"store", "anything", "mirostat", "functions"};
  CHECK(unsupported(request) == "mirostat");
}

TEST_CASE("A grammar is kept to where it can be, beside neither tools nor a response format",
          "[core]") {
  Capabilities can = only_text();
  ChatRequest request;
  request.grammar = "root ::= [a-z]+";
  request.unknown_members = {"grammar"};
  CHECK(first_unsupported(can, request).empty());
  CHECK(lost_fields(can, request).empty());
  SECTION("beside JSON") { request.response_format.kind = ResponseFormatKind::kJsonObject; }
  SECTION("beside a tool") {
    can.tools = true;
    request.tools.emplace_back().name = "get_weather";
  }
  SECTION("where none is kept to") { can.grammar = false; }
  CHECK(first_unsupported(can, request) == "grammar");
}

TEST_CASE("A field that nobody knows is left out and told", "[core]") {
  ChatRequest request;
  request.unknown_members = {"store", "thread", "include"};
  CHECK(unsupported(request).empty());
  CHECK(lost_fields(only_text(), request) == std::vector<std::string>{"thread", "include"});
  CHECK(lost_fields(Capabilities(), request).empty());
}

TEST_CASE("CVE-2026-21869 class: what to discard of a context is not the client's to say",
          "[core]") {
  ChatRequest request;
  const std::string_view name = GENERATE("n_discard", "n_keep", "id_slot");
  request.unknown_members = {name};
  CHECK(unsupported(request) == name);
}

TEST_CASE("Fields that do not change the answer need no support", "[core]") {
  ChatRequest request;
  request.unknown_members = {"metadata",         "store",
                             "service_tier",     "safety_identifier",
                             "prompt_cache_key", "prompt_cache_retention",
                             "keep_alive"};
  request.user = "somebody";
  request.parallel_tool_calls = true;
  CHECK(unsupported(request).empty());
}

// Claude Code asks every model for it.
TEST_CASE("An effort of reasoning is told as lost where nobody reasons", "[core]") {
  Capabilities can;
  can.unknown_fields = false;
  can.reasoning = GENERATE(true, false);
  const auto lost = [&](const ChatRequest& request) { return lost_fields(can, request).size(); };
  ChatRequest request;
  request.reasoning_effort = "none";
  CHECK(lost(request) == 0);
  request.reasoning_effort = "high";
  CHECK(first_unsupported(can, request).empty());
  CHECK(lost(request) == (can.reasoning ? 0U : 1U));
  ChatRequest thinking;
  thinking.thinking = Thinking::kOn;
  CHECK(lost(thinking) == (can.reasoning ? 0U : 1U));
}

TEST_CASE("A tool choice that asks for a tool needs a backend with tools", "[core]") {
  ChatRequest request;
  request.tool_choice = GENERATE(ToolChoice::kUnset, ToolChoice::kNone, ToolChoice::kAuto,
                                 ToolChoice::kRequired, ToolChoice::kNamed);
  const bool wants =
      request.tool_choice == ToolChoice::kRequired || request.tool_choice == ToolChoice::kNamed;
  CHECK(unsupported(request) == (wants ? "tool_choice" : ""));
}

TEST_CASE("A tool that only a provider can run is left out and told, unless one must be called",
          "[core]") {
  Capabilities can;
  can.unknown_fields = false;
  ChatRequest request;
  request.tools.emplace_back().kind = ToolKind::kHosted;
  CHECK(first_unsupported(can, request).empty());
  CHECK(lost_fields(can, request) == std::vector<std::string>{"tools[0]"});
  request.tool_choice = ToolChoice::kRequired;
  CHECK(first_unsupported(can, request) == "tool_choice");
  CHECK(first_unsupported(Capabilities(), request).empty());
  request.tools.emplace_back().name = "get_weather";
  CHECK(first_unsupported(can, request).empty());
}

}  // namespace
}  // namespace weir
