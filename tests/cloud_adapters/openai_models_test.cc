// What OpenAI's own models are asked otherwise than other servers of OpenAI's dialects.
#include <nlohmann/json.hpp>

#include "cloud_adapters/providers/provider.h"
#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

TEST_CASE("OpenAI's own models are known by the provider or by the address", "[openai]") {
  const auto [name, host, path, own] = GENERATE(table<std::string, std::string, std::string, bool>({
      {"openai", "127.0.0.1", "/v1", true},
      {"azure.ai.openai", "127.0.0.1", "", true},
      {"mine", "api.openai.com", "/v1", true},
      {"mine", "eu.api.openai.com", "/v1", true},
      {"mine", "a.openai.azure.com", "/openai/v1", true},
      {"mine", "a.services.ai.azure.com", "/models", false},
      {"mine", "notapi.openai.com.example", "/v1", false},
      {"openrouter", "openrouter.ai", "/api/v1", false},
  }));
  CAPTURE(name, host, path);
  const Provider* known = find_provider(name);
  const Provider& provider = known ? *known : compatible_provider(Dialect::kOpenAiChat);
  CHECK(has_openai_models(provider, host, path) == own);
}

// A request of each other dialect, with a limit and without.
struct Ask {
  Dialect dialect;
  std::string limited;
  std::string open;
};

const std::vector<Ask>& asks() {
  static const std::vector<Ask> all = {
      {Dialect::kAnthropic,
       R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}]})", ""},
      {Dialect::kOpenAiResponses, R"({"model":"m","max_output_tokens":9,"input":"a"})",
       R"({"model":"m","input":"a"})"},
      {Dialect::kGemini,
       R"({"generationConfig":{"maxOutputTokens":9},"contents":[{"parts":[{"text":"a"}]}]})",
       R"({"contents":[{"parts":[{"text":"a"}]}]})"},
      {Dialect::kOllama,
       R"({"model":"m","options":{"num_predict":9},"messages":[{"role":"user","content":"a"}]})",
       R"({"model":"m","messages":[{"role":"user","content":"a"}]})"},
  };
  return all;
}

json written(Dialect from, const std::string& body, const RequestOptions& options) {
  const auto request = codec_of(from).parse_request(body, {.model = "m"});
  REQUIRE(request.has_value());
  const auto out = openai_chat_codec().write_request(*request, options);
  REQUIRE(out.has_value());
  return json::parse(out->body);
}

TEST_CASE("A limit has its newer name for OpenAI's models and its older one for others",
          "[openai]") {
  const bool own = GENERATE(true, false);
  const std::string name = own ? "max_completion_tokens" : "max_tokens";
  const std::string other = own ? "max_tokens" : "max_completion_tokens";
  for (const Ask& ask : asks()) {
    CAPTURE(ask.limited, own);
    const json limited = written(ask.dialect, ask.limited, {.model = "m", .openai_models = own});
    CHECK(limited.value(name, 0) == 9);
    CHECK_FALSE(limited.contains(other));
    if (ask.open.empty()) continue;
    const json open =
        written(ask.dialect, ask.open, {.model = "m", .answer_tokens = 7, .openai_models = own});
    CHECK(open.value(name, 0) == 7);
    CHECK_FALSE(open.contains(other));
  }
}

TEST_CASE("A budget's limit is put into a chat body under the name that the server knows",
          "[openai]") {
  const auto [limit, own, expected] = GENERATE(table<std::string, bool, std::string>({
      {"", true, R"("max_completion_tokens":7,)"},
      {"", false, R"("max_tokens":7,)"},
      {R"("max_tokens":null,)", true, R"("max_tokens":7,)"},
      {R"("max_completion_tokens":null,)", false, R"("max_completion_tokens":7,)"},
  }));
  CAPTURE(limit, own);
  const auto body = [](const std::string& member) {
    return "{" + member + R"("model":"m","messages":[{"role":"user","content":"a"}]})";
  };
  const auto request = openai_chat_codec().parse_request(body(limit));
  REQUIRE(request.has_value());
  const auto forwarded = openai_chat_codec().rewrite_request(
      *request, request->original, {.model = "m", .answer_tokens = 7, .openai_models = own});
  CHECK(forwarded.value() == body(expected));
}

TEST_CASE("A budget of thought is the same effort for both dialects of OpenAI", "[openai]") {
  const auto [budget, effort] = GENERATE(table<int, std::string>(
      {{1024, "low"}, {1025, "medium"}, {4000, "medium"}, {8192, "medium"}, {8193, "high"}}));
  const auto request =
      codec_of(Dialect::kAnthropic)
          .parse_request(
              R"({"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":)" +
              std::to_string(budget) + R"(},"messages":[{"role":"user","content":"a"}]})");
  REQUIRE(request.has_value());
  const auto chat = openai_chat_codec().write_request(*request, {.model = "m"});
  CHECK(json::parse(chat->body)["reasoning_effort"] == effort);
  const auto responses =
      codec_of(Dialect::kOpenAiResponses).write_request(*request, {.model = "m"});
  CHECK(json::parse(responses->body)["reasoning"]["effort"] == effort);
}

TEST_CASE("No thinking at all is told to the models of OpenAI that know it", "[openai]") {
  const auto [model, own, word, lost] =
      GENERATE(table<std::string, bool, std::string, std::string>({
          {"gpt-4.1-mini", true, "", ""},  // does not think anyway
          {"ft:gpt-4o-2024-08-06:us::x", true, "", ""},
          {"gpt-5", true, "", "thinking"},
          {"gpt-5-mini", true, "", "thinking"},
          {"o4-mini", true, "", "thinking"},
          {"gpt-5.1", true, "none", ""},
          {"gpt-5.4-2026-03-05", true, "none", ""},
          {"gpt-5.2-pro", true, "", "thinking"},
          {"gpt-5.1-codex-max", true, "", "thinking"},
          {"our-deployment", true, "", "thinking"},
          {"gpt-5", false, "none", ""},
          {"qwen3", false, "none", ""},
      }));
  CAPTURE(model, own);
  const auto request =
      codec_of(Dialect::kAnthropic)
          .parse_request(R"({"model":"m","max_tokens":9,"thinking":{"type":)"
                         R"("disabled"},"messages":[{"role":"user","content":"a"}]})");
  REQUIRE(request.has_value());
  const RequestOptions options{.model = model, .openai_models = own};
  const auto chat = openai_chat_codec().write_request(*request, options);
  CHECK(json::parse(chat->body).value("reasoning_effort", "") == word);
  CHECK(chat->lost.text() == lost);
  const auto responses = codec_of(Dialect::kOpenAiResponses).write_request(*request, options);
  const json body = json::parse(responses->body);
  CHECK((body.contains("reasoning") ? body["reasoning"].value("effort", "") : "") == word);
  CHECK(responses->lost.text() == lost);
}

TEST_CASE("A model of OpenAI that does not think is asked without an effort", "[openai]") {
  const auto request =
      codec_of(Dialect::kOpenAiResponses)
          .parse_request(R"({"model":"m","input":"a","reasoning":{"effort":"low"}})");
  REQUIRE(request.has_value());
  const auto chat =
      openai_chat_codec().write_request(*request, {.model = "gpt-4o", .openai_models = true});
  CHECK_FALSE(json::parse(chat->body).contains("reasoning_effort"));
  CHECK(chat->lost.text() == "reasoning.effort");
}

}  // namespace
}  // namespace weir
