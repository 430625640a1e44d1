// Bills that other gateways and clients got wrong, from the provider's own words to the amount.
// Every test says whose users reported it; the figures are theirs.
#include <nlohmann/json.hpp>

#include "metrics/prices.h"
#include "router/config.h"
#include "tests/router/config_texts.h"
#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr std::int64_t kMicro = 1'000;  // nano-dollars

// Dollars per million tokens.
struct ListPrice {
  double input = 0;
  double cached = 0;
  double output = 0;
  double written = 0;
};

Price price_of(const ListPrice& list) {
  const auto nano = [](double usd) { return NanoUsd{static_cast<std::int64_t>(usd * 1e9 + 0.5)}; };
  PriceOverride own;
  own.model = "m";
  own.usd_per_million_input = nano(list.input);
  own.usd_per_million_output = nano(list.output);
  own.usd_per_million_cached_input = nano(list.cached);
  if (list.written > 0) own.usd_per_million_cache_write_5m = nano(list.written);
  own.source = "report";
  own.as_of = "2026-01-01";
  const std::array<PriceOverride, 1> overrides = {own};
  return *PriceTable::create(overrides).value().find("any", "m");
}

// What a whole answer costs by what its provider says of it.
NanoUsd bill(Dialect dialect, const std::string& usage, const ListPrice& list) {
  const std::string member = dialect == Dialect::kGemini ? "usageMetadata" : "usage";
  const std::string answer =
      dialect == Dialect::kGemini      ? R"("candidates":[{"content":{},"finishReason":"STOP"}])"
      : dialect == Dialect::kAnthropic ? R"("content":[],"stop_reason":"end_turn")"
      : dialect == Dialect::kOpenAiResponses
          ? R"("object":"response","id":"r","status":"completed","output":[])"
          : R"("choices":[{"message":{"content":"a"},"finish_reason":"stop"}])";
  const auto parsed =
      codec_of(dialect).parse_response("{" + answer + ",\"" + member + "\":" + usage + "}");
  REQUIRE(parsed.has_value());
  REQUIRE(parsed->has_usage);
  return cost(parsed->whole.usage, price_of(list));
}

// litellm #14849: $0.7642.
TEST_CASE("a cached prompt of Gemini's costs $0.1849 and not four times as much", "[reported]") {
  CHECK(bill(Dialect::kGemini,
             R"({"promptTokenCount":262960,"cachedContentTokenCount":257955,
                 "candidatesTokenCount":1744,"totalTokenCount":264704})",
             {.input = 1.25, .cached = 0.625, .output = 10}) == NanoUsd{184'918'125});
}

// litellm #9812: $0.0913.
TEST_CASE("what is written to the cache is billed once, at its own price", "[reported]") {
  CHECK(bill(Dialect::kAnthropic,
             R"({"input_tokens":3,"cache_creation_input_tokens":12304,
                 "cache_read_input_tokens":0,"output_tokens":550})",
             {.input = 3, .cached = 0.3, .output = 15, .written = 3.75}) ==
        NanoUsd{54'399 * kMicro});
}

// litellm #11789: $0.002059, and only in streams.
TEST_CASE("a cached prompt costs the same in a stream as in one piece: $0.000292", "[reported]") {
  const Codec& codec = codec_of(Dialect::kAnthropic);
  const auto parser = codec.stream_parser(StreamDepth::kSkim);
  Usage usage;
  for (const std::string& data :
       {std::string(R"({"type":"message_start","message":{"id":"m","usage":{"input_tokens":4,
            "cache_read_input_tokens":2455,"cache_creation_input_tokens":0,"output_tokens":1}}})"),
        std::string(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},
            "usage":{"output_tokens":23}})")}) {
    std::vector<StreamEvent> events;
    REQUIRE(parser->parse_event("", data, data, &events).has_value());
    for (const StreamEvent& event : events) {
      if (event.kind == EventKind::kUsage) usage = event.usage;
    }
  }
  CHECK(cost(usage, price_of({.input = 0.8, .cached = 0.08, .output = 4, .written = 1})) ==
        NanoUsd{291'600});
}

// litellm #11364: $0.047 for what cost eight times as much.
TEST_CASE("a prompt that is partly read from and partly written to a cache costs both",
          "[reported]") {
  CHECK(bill(Dialect::kAnthropic,
             R"({"input_tokens":10,"cache_read_input_tokens":66360,
                 "cache_creation_input_tokens":32435,"output_tokens":5120})",
             {.input = 5, .cached = 0.5, .output = 25, .written = 6.25}) == NanoUsd{363'948'750});
}

// litellm #6215: cached tokens are part of OpenAI's prompt_tokens.
TEST_CASE("OpenAI's cached tokens are taken off the prompt before it is billed", "[reported]") {
  CHECK(bill(Dialect::kOpenAiChat,
             R"({"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
                 "prompt_tokens_details":{"cached_tokens":1920},
                 "completion_tokens_details":{"reasoning_tokens":0}})",
             {.input = 2.5, .cached = 1.25, .output = 10}) == NanoUsd{5'615 * kMicro});
}

// litellm PR #40016: once at the cache's price and once more at the usual one.
TEST_CASE("a price of one's own bills what was cached once", "[reported]") {
  const ListPrice own = {.input = 10, .cached = 1, .output = 50};
  CHECK(bill(Dialect::kAnthropic,
             R"({"input_tokens":0,"cache_read_input_tokens":1000,"output_tokens":0})",
             own) == NanoUsd{1'000 * kMicro});
}

// bifrost #904: $1.68.
TEST_CASE("more than a million cached tokens of OpenAI's cost $0.34", "[reported]") {
  CHECK(bill(Dialect::kOpenAiResponses,
             R"({"input_tokens":1239328,"input_tokens_details":{"cached_tokens":1188096},
                 "output_tokens":12909,"output_tokens_details":{"reasoning_tokens":0},
                 "total_tokens":1252237})",
             {.input = 1.25, .cached = 0.125, .output = 10}) == NanoUsd{341'642 * kMicro});
}

// aider #5516: 10.9 times as much.
TEST_CASE("a prompt that is cached but for nine tokens costs a tenth", "[reported]") {
  const ListPrice haiku = {.input = 1, .cached = 0.1, .output = 5};
  const NanoUsd cached =
      bill(Dialect::kAnthropic,
           R"({"input_tokens":9,"cache_read_input_tokens":17102,"output_tokens":0})", haiku);
  CHECK(cached == NanoUsd{1'719'200});
  CHECK(bill(Dialect::kAnthropic, R"({"input_tokens":17111,"output_tokens":0})", haiku).value >
        9 * cached.value);
}

// earendil-works/pi #2148: $0.0137.
TEST_CASE("a cached prompt of Gemini's flash costs $0.0056", "[reported]") {
  CHECK(bill(Dialect::kGemini,
             R"({"promptTokenCount":20212,"cachedContentTokenCount":16298,
                 "candidatesTokenCount":931,"totalTokenCount":21143})",
             {.input = 0.5, .cached = 0.05, .output = 3}) == NanoUsd{5'564'900});
}

// stakgraph #1688: $0.184 a call, and a cap of $100 was met at $23.
TEST_CASE("a cap is met by what calls cost and not by what they would without a cache",
          "[reported]") {
  const NanoUsd turn = bill(Dialect::kAnthropic,
                            R"({"input_tokens":2000,"cache_read_input_tokens":80000,
                                "cache_creation_input_tokens":5000,"output_tokens":1000})",
                            {.input = 2, .cached = 0.2, .output = 10, .written = 2.5});
  CHECK(turn == NanoUsd{42'500 * kMicro});
  CHECK(100'000'000'000 / turn.value > 2'000);  // calls
}

Price configured(const std::string& prices) {
  const Config config =
      test::load("[[price]]\nmodel='m'\nsource='s'\nas_of='2026-07-24'\n" + prices).value();
  const PriceConfig& price = config.prices.front();
  const std::array<PriceOverride, 1> overrides = {
      {{price.model, price.usd_per_million_input, price.usd_per_million_output,
        price.usd_per_million_cached_input, price.usd_per_million_cache_write_5m,
        price.usd_per_million_cache_write_1h, price.source, price.as_of}}};
  return *PriceTable::create(overrides).value().find("any", "m");
}

// bifrost #5243: $0.0004 for what the documented unit made $0.0476.
TEST_CASE("5.5 dollars a million make $0.047575 of 8650 tokens", "[reported]") {
  Usage usage;
  usage.input_tokens = 8'650;
  const Price price = configured("usd_per_million_input=5.5\nusd_per_million_output=33\n");
  CHECK(cost(usage, price) == NanoUsd{47'575 * kMicro});
}

// bifrost #3559: the prices that providers list were taken for those of a single token.
TEST_CASE("the unit of a price stands in its key, and a key without it is refused", "[reported]") {
  Usage usage;
  usage.input_tokens = 1'000;
  usage.cache_read_tokens = 1'000;
  usage.output_tokens = 1'000;
  CHECK(cost(usage, configured("usd_per_million_input=8\nusd_per_million_output=28\n"
                               "usd_per_million_cached_input=2\n")) == NanoUsd{38'000 * kMicro});
  const Result<Config> without = test::load(
      "[[price]]\nmodel='m'\nsource='s'\nas_of='2026-07-24'\ninput_cost_per_token=8\n"
      "usd_per_million_input=8\nusd_per_million_output=28\n");
  REQUIRE_FALSE(without.has_value());
  CHECK(without.error().message.find("input_cost_per_token") != std::string::npos);
}

// litellm #20615: a price a million times too high closed the gateway to who had no budget at all.
TEST_CASE("who has no budget is not refused, whatever the last answer seems to cost",
          "[reported]") {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  const auto dear = [] {
    Usage usage;
    usage.input_tokens = 900'000'000;
    usage.output_tokens = 900'000'000;
    return Result<Usage>(usage);
  };
  House house(succeed, dear, {team});
  for (int i = 0; i < 3; ++i) CHECK(house.ask(asking("big")).status == 200);
  CHECK(house.cloud_.runs == 3);
}

// --- clients that leave -------------------------------------------------------

Team on_a_dollar() {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.monthly_budget = NanoUsd{1'000'000'000};
  return team;
}

// A client that leaves when it has the first bytes, and what was used by then.
void leave_early(House* house) {
  house->client_leaves_at = 1;
  house->cloud_.tokens = {"Once ", "upon ", "a time."};
  house->cloud_.used_by_then.input_tokens = 20;
  house->cloud_.used_by_then.cache_read_tokens = 1'000;
  house->cloud_.used_by_then.output_tokens = 296;
}

constexpr std::int64_t kLeftAt = 1'020 * 2'000 + 296 * 10'000;  // nano-dollars

// litellm PR #33736: whoever closed a stream early paid nothing.
TEST_CASE("a stream that its client leaves is charged to the budget", "[reported]") {
  House house(succeed, succeed, {on_a_dollar()});
  leave_early(&house);
  house.ask(asking("big", true));
  CHECK(house.left("red") == NanoUsd{1'000'000'000 - kLeftAt});
}

// litellm #35958: interrupted streams of /v1/messages had no row.
TEST_CASE("a message that its client leaves has a row, which says so", "[reported]") {
  House house(succeed, succeed);
  leave_early(&house);
  house.post("/v1/messages", R"({"model":"big","max_tokens":64,"stream":true,
                                 "messages":[{"role":"user","content":"Go on."}]})");
  const json row = json::parse(house.row());
  CAPTURE(row.dump(1));
  CHECK(row["dialect"] == "anthropic");
  CHECK(row["http_status"] == 499);
}

// litellm PR #37734: the row of a broken stream had no price, no model and no cache.
TEST_CASE("the row of a stream that was left has the real model, its cache and its cost",
          "[reported]") {
  House house(succeed, succeed);
  leave_early(&house);
  house.ask(asking("big", true));
  const json row = json::parse(house.row());
  CAPTURE(row.dump(1));
  CHECK(row["model"] == "big-2026");
  CHECK(row["cache_read_tokens"] == 1'000);
  CHECK(row["output_tokens"] == 296);
  CHECK(row["cost_nanousd"] == kLeftAt);
}

}  // namespace
}  // namespace weir
