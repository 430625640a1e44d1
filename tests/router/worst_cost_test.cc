#include "router/worst_cost.h"

#include "cloud_adapters/remote_backend.h"
#include "cloud_adapters/wire/codec.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kAReference = 65'536;
constexpr std::int64_t kAnImage = 16'384;

// In tokens of the prompt, each a nano-dollar; those of the answer are a thousand times as dear.
std::int64_t bound_of(Dialect dialect, const std::string& body, const std::string& model = "m",
                      const BackendConfig& config = {}) {
  std::array<PriceOverride, 1> prices;
  prices[0].model = model;
  prices[0].usd_per_million_input = {1'000'000};
  prices[0].usd_per_million_output = {1'000'000'000};
  prices[0].source = "test";
  prices[0].as_of = "2026-01-01";
  const Snapshot snapshot{
      {}, Teams::create({}).value(), PriceTable::create(prices).value(), {}, {}, {}, {}, {}};
  ServedBackend served;
  served.config = &config;
  served.provider = "any";
  const RequestPath path{model, false};
  const Result<ChatRequest> request = codec_of(dialect).parse_request(body, path);
  REQUIRE(request.has_value());
  return cost_bounds(snapshot, served, *request, model).most.value().value;
}

// What a member costs beside its bytes.
std::int64_t cost_of_member(Dialect dialect, const std::string& member) {
  const std::string rest =
      dialect == Dialect::kGemini
          ? R"("generationConfig":{"maxOutputTokens":1},"contents":[{"parts":[{"text":"a"}]}]})"
      : dialect == Dialect::kOpenAiResponses
          ? R"("model":"m","max_output_tokens":1,"input":"a"})"
          : R"("model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}]})";
  const std::string with = "{" + member + "," + rest;
  return bound_of(dialect, with) - bound_of(dialect, "{" + rest) -
         static_cast<std::int64_t>(member.size() + 1);
}

TEST_CASE("What a request only names counts as much as a file", "[router]") {
  const auto [dialect, member] = GENERATE(table<Dialect, std::string>(
      {{Dialect::kGemini, R"("cachedContent":"cachedContents/1")"},
       {Dialect::kGemini, R"("cached_content":"cachedContents/1")"},
       {Dialect::kGemini, R"("tools":[{"googleSearch":{}}])"},
       {Dialect::kOpenAiResponses, R"("tools":[{"type":"web_search"}])"},
       {Dialect::kOpenAiChat, R"("web_search_options":{})"},
       {Dialect::kAnthropic, R"("mcp_servers":[{"type":"url","url":"https://x","name":"x"}])"},
       {Dialect::kAnthropic, R"("tools":[{"type":"web_search_20250305","name":"web_search"}])"}}));
  CAPTURE(member);
  CHECK(cost_of_member(dialect, member) == kAReference);
}

TEST_CASE("Each server of tools counts as much as a file", "[router]") {
  const std::string server = R"({"type":"url","url":"https://x","name":"x"})";
  const std::string member = R"("mcp_servers":[)" + server + "," + server + "," + server + "]";
  CHECK(cost_of_member(Dialect::kAnthropic, member) == 3 * kAReference);
}

// What a part of a user's message costs beside its bytes.
std::int64_t cost_of_part(Dialect dialect, const std::string& part) {
  const bool responses = dialect == Dialect::kOpenAiResponses;
  const std::string begin = responses ? R"({"model":"m","max_output_tokens":1,"input":[{"role":)"
                                      : R"({"model":"m","max_tokens":1,"messages":[{"role":)";
  const std::string said =
      responses ? R"({"type":"input_text","text":"a"})" : R"({"type":"text","text":"a"})";
  const std::string content = begin + R"("user","content":[)" + said;
  return bound_of(dialect, content + "," + part + "]}]}") - bound_of(dialect, content + "]}]}") -
         static_cast<std::int64_t>(part.size() + 1);
}

TEST_CASE("A part that only names its content counts as much as a file", "[router]") {
  const auto [dialect, part] = GENERATE(table<Dialect, std::string>(
      {{Dialect::kOpenAiChat, R"({"type":"video_url","video_url":{"url":"https://x/a.mp4"}})"},
       {Dialect::kOpenAiResponses, R"({"type":"input_image","file_id":"file-abc"})"},
       {Dialect::kOpenAiResponses, R"({"type":"input_file","file_id":"file-abc"})"},
       {Dialect::kAnthropic, R"({"type":"image","source":{"type":"file","file_id":"f"}})"},
       {Dialect::kAnthropic, R"({"type":"container_upload","file_id":"f"})"},
       {Dialect::kAnthropic,
        R"({"type":"document","source":{"type":"content","content":[)"
        R"({"type":"image","source":{"type":"url","url" : "https://x"}}]}})"}}));
  CAPTURE(part);
  CHECK(cost_of_part(dialect, part) == kAReference);
}

TEST_CASE("An image counts by what providers make of one, not by its bytes", "[router]") {
  const auto [dialect, part] = GENERATE(table<Dialect, std::string>(
      {{Dialect::kOpenAiChat,
        R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})"},
       {Dialect::kOpenAiResponses,
        R"({"type":"input_image","image_url":"data:image/png;base64,AAAA"})"},
       {Dialect::kAnthropic,
        R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}})"},
       {Dialect::kAnthropic,
        R"({"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":)"
        R"({"type":"base64","media_type":"image/png","data":"AAAA"}}]})"}}));
  CAPTURE(part);
  CHECK(cost_of_part(dialect, part) == kAnImage - 4);
}

TEST_CASE("An image elsewhere counts as one here", "[router]") {
  const std::string part = R"({"type":"image_url","image_url":{"url":"https://x/a.png"}})";
  CHECK(cost_of_part(Dialect::kOpenAiChat, part) == kAnImage);
}

TEST_CASE("A file counts its bytes and what may come out of them", "[router]") {
  const auto [dialect, part] = GENERATE(table<Dialect, std::string>(
      {{Dialect::kOpenAiChat, R"({"type":"file","file":{"filename":"a",)"
                              R"("file_data":"data:application/pdf;base64,AA=="}})"},
       {Dialect::kAnthropic, R"({"type":"document","source":{"type":"base64",)"
                             R"("media_type":"application/pdf","data":"AA=="}})"},
       {Dialect::kAnthropic,
        R"({"type":"document","source":{"type":"content","content":[{"type":"image",)"
        R"("source":{"type":"base64","media_type":"image/png","data":"AA=="}}]}})"}}));
  CAPTURE(part);
  CHECK(cost_of_part(dialect, part) == kAReference);
}

TEST_CASE("A document of plain text costs its bytes", "[router]") {
  const std::string part =
      R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}})";
  CHECK(cost_of_part(Dialect::kAnthropic, part) == 0);
}

TEST_CASE("A tool that the client runs costs its bytes", "[router]") {
  CHECK(cost_of_member(Dialect::kOpenAiResponses,
                       R"("tools":[{"type":"function","name":"f","parameters":{}}])") == 0);
}

TEST_CASE("Each item that a Responses client only refers to counts as much as a file", "[router]") {
  const std::string begin = R"({"model":"m","max_output_tokens":1,"input":[)";
  const std::string said = R"({"role":"user","content":"a"})";
  const std::string kept = GENERATE(R"(,{"type":"item_reference","id":"msg_1"})",
                                    R"(,{"type":"item_reference","id":"rs_1"})");
  const auto bound = [&](const std::string& items) {
    return bound_of(Dialect::kOpenAiResponses, begin + items + "]}");
  };
  const auto bytes = static_cast<std::int64_t>(2 * kept.size());
  CHECK(bound(said + kept + kept) - bound(said) == 2 * kAReference + bytes);
}

TEST_CASE("A backend of Anthropic's is held to the limit that it is told", "[router]") {
  const auto [model, configured, bound] = GENERATE(
      table<std::string, std::int64_t, std::int64_t>({{"claude-sonnet-4-0", 16'000, 16'000},
                                                      {"claude-sonnet-4-0", 0, 64'000},
                                                      {"m", 0, kUsualMaxTokens}}));
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"a"}]})";
  BackendConfig config;
  config.dialect = Dialect::kAnthropic;
  config.max_output_tokens = configured;
  CHECK(bound_of(Dialect::kOpenAiChat, body, model, config) ==
        bound * 1'000 + static_cast<std::int64_t>(body.size()));
}

TEST_CASE("Of two limits of an answer the larger one counts, whichever is named first",
          "[router]") {
  const std::string limits = GENERATE(R"("max_tokens":500,"max_completion_tokens":1)",
                                      R"("max_completion_tokens":1,"max_tokens":500)");
  const std::string body =
      "{" + limits + R"(,"model":"m","messages":[{"role":"user","content":"a"}]})";
  CHECK(bound_of(Dialect::kOpenAiChat, body) ==
        500 * 1'000 + static_cast<std::int64_t>(body.size()));
}

}  // namespace
}  // namespace weir
