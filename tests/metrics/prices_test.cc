#include "metrics/prices.h"

#include <array>
#include <limits>

#include "metrics/savings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kDollar = 1'000'000'000;  // a price of one dollar per million

Price price(std::int64_t input, std::int64_t output) {
  Price p;
  p.model = "m";
  p.base = {input, input / 10, input * 5 / 4, input * 2, output};
  p.source = "test";
  p.as_of = "2026-05-01";
  return p;
}

Price opus() { return price(5 * kDollar, 25 * kDollar); }

Usage usage(std::int64_t input, std::int64_t output) {
  Usage u;
  u.input_tokens = input;
  u.output_tokens = output;
  return u;
}

std::string one_entry(const std::string& model, const std::string& as_of) {
  return R"({"entries":[{"provider":"anthropic","models":[")" + model +
         R"("],"prices":[1,1,1,1,1],"tiers":[],"source":"s","max_output":1,"context":1,"as_of":")" +
         as_of + R"("}]})";
}

TEST_CASE("T1: a bill is the provider's usage in disjoint buckets, exactly", "[prices]") {
  Usage u = usage(20'102, 1'584'049);
  u.cache_write_5m_tokens = 4'020'328;
  u.cache_read_tokens = 54'477'156;
  CHECK(cost(u, opus()) == NanoUsd{92'067'363'000});
  u.output_tokens += 1'140'000;  // thinking that nobody sees is billed all the same
  CHECK(cost(u, opus()) == NanoUsd{92'067'363'000 + 1'140'000 * 25'000LL});
}

TEST_CASE("T3: prices and token counts are apart, so their effects can be told apart", "[prices]") {
  const Price large = price(2'500'000'000, 10 * kDollar);
  const Price small = price(150'000'000, 600'000'000);
  const Usage same = usage(1'000'000, 1'000'000);
  CHECK(cost(same, small).value * 100 / cost(same, large).value == 6);
  CHECK(cost(usage(250'000, 250'000), small).value * 4 == cost(same, small).value);
}

TEST_CASE("T4: a long review costs what its list price says", "[prices]") {
  CHECK(cost(usage(5'000'000, 333'334), price(3 * kDollar, 15 * kDollar)) ==
        NanoUsd{20'000'010'000});
}

TEST_CASE("T6 and T7: a prompt found in the cache costs a tenth", "[prices]") {
  Usage cached;
  cached.cache_read_tokens = 180'000;
  CHECK(cost(usage(180'000, 0), opus()).value == 10 * cost(cached, opus()).value);
}

TEST_CASE("T9: local energy becomes a cost by the hour", "[prices]") {
  // 40 W at 0.30 a kWh is 0.012 an hour; a million tokens at 10 a second take 27.8 hours.
  CHECK(local_cost(100'000'000'000, NanoUsd{12'000'000}) == NanoUsd{333'333'334});
  CHECK(local_cost(0, NanoUsd{12'000'000}) == NanoUsd{0});
}

TEST_CASE("T10: a price without a date is refused, and the built-in Opus 4.5 is dated",
          "[prices]") {
  CHECK(PriceTable::parse(one_entry("m", "2026-05-01")).has_value());
  const std::string bad = GENERATE("", "soon", "2026-5-1", "01.05.2026", "2026-02-31");
  CAPTURE(bad);
  CHECK(PriceTable::parse(one_entry("m", bad)).error().code == ErrorCode::kInvalidConfig);
  const PriceTable table = PriceTable::create().value();
  const Price* listed = table.find("anthropic", "claude-opus-4-5");
  REQUIRE(listed != nullptr);
  CHECK(listed->base.input == 5 * kDollar);
  CHECK(listed->base.output == 25 * kDollar);
  CHECK_FALSE(listed->as_of.empty());
}

TEST_CASE("T11: a saving assumes the same token counts, and without a price it is unknown",
          "[prices]") {
  const Price paid = price(150'000'000, 600'000'000);
  const Price baseline = opus();
  LedgerRow row;
  row.route = Route::kCloud;
  row.usage = usage(1'000, 500);
  apply_prices(row, {&paid, &baseline, {}});
  CHECK(*row.baseline_cost == cost(row.usage, baseline));
  CHECK(*row.saved == *row.baseline_cost - *row.cost);
  apply_prices(row, {&paid, nullptr, {}});
  CHECK_FALSE(row.saved.has_value());
  apply_prices(row, {nullptr, &baseline, {}});
  CHECK_FALSE(row.cost.has_value());
  CHECK_FALSE(row.saved.has_value());
}

TEST_CASE("A local answer costs nothing but its busy time", "[prices]") {
  const Price baseline = opus();
  LedgerRow row;
  row.route = Route::kLocal;
  row.usage = usage(1'000, 500);
  row.local_busy_us = 3'600'000'000;
  apply_prices(row, {nullptr, &baseline, NanoUsd{1'000}});
  CHECK(row.cost == NanoUsd{0});
  CHECK(row.local_cost == NanoUsd{1'000});
  CHECK(row.saved == NanoUsd{5'000'000 + 12'500'000 - 1'000});
}

TEST_CASE("A refused request saves nothing", "[prices]") {
  const Price cloud = opus();
  LedgerRow refused;
  refused.http_status = 403;
  apply_prices(refused, {nullptr, &cloud, NanoUsd{1'000}});
  CHECK(refused.cost == NanoUsd{0});
  CHECK(refused.saved == NanoUsd{0});
}

TEST_CASE("An escalated request saves minus its local cost, however cheap the cloud was",
          "[prices]") {
  const Price cheap = price(1, 1);
  const Price dear = opus();
  const int which = GENERATE(0, 1, 2);
  const std::array<const Price*, 3> prices = {&cheap, &dear, nullptr};
  const Price* const paid = prices[static_cast<std::size_t>(which)];
  LedgerRow escalated;
  escalated.route = Route::kCloud;
  escalated.escalated = true;
  escalated.http_status = 200;
  escalated.usage = usage(1'000, 500);
  escalated.local_busy_us = 3'600'000'000;
  apply_prices(escalated, {paid, &dear, NanoUsd{1'000}});
  CHECK(escalated.cost.has_value() == (paid != nullptr));
  CHECK(escalated.saved == NanoUsd{-1'000});
  CHECK(escalated.baseline_cost == cost(escalated.usage, dear));
}

TEST_CASE("A repaired answer saves minus its local cost and costs what was paid", "[prices]") {
  const Price cheap = price(1, 1);
  const Price dear = opus();
  LedgerRow repaired;
  repaired.route = Route::kCloud;
  repaired.reason = Reason::kRepaired;
  repaired.http_status = 200;
  repaired.usage = usage(1'000, 500);
  repaired.local_busy_us = 3'600'000'000;
  apply_prices(repaired, {&cheap, &dear, NanoUsd{1'000}});
  CHECK(repaired.cost == cost(repaired.usage, cheap));
  CHECK(repaired.saved == NanoUsd{-1'000});
}

TEST_CASE("A failed request saves minus what it cost, here and there", "[prices]") {
  const Price cloud = opus();
  LedgerRow failed;
  failed.route = Route::kCloud;
  failed.escalated = GENERATE(true, false);
  failed.http_status = GENERATE(499, 502);
  failed.usage = usage(1'000, 0);
  failed.local_busy_us = 3'600'000'000;
  apply_prices(failed, {&cloud, &cloud, NanoUsd{1'000}});
  CHECK(failed.saved == NanoUsd{-5'000'000 - 1'000});
  CHECK(failed.baseline_cost == NanoUsd{0});
  apply_prices(failed, {nullptr, &cloud, NanoUsd{1'000}});
  CHECK_FALSE(failed.saved.has_value());
  failed.route = Route::kLocal;
  apply_prices(failed, {nullptr, &cloud, NanoUsd{1'000}});
  CHECK(failed.saved == NanoUsd{-1'000});
}

TEST_CASE("A sum is rounded up once, to the next nano-dollar", "[prices]") {
  CHECK(cost(usage(1, 1), price(1, 1)) == NanoUsd{1});
  CHECK(cost(usage(999'999, 1), price(1, 1)) == NanoUsd{1});
  CHECK(cost(usage(1'000'000, 1), price(1, 1)) == NanoUsd{2});
  CHECK(cost(Usage{}, price(kDollar, kDollar)) == NanoUsd{0});
}

TEST_CASE("Absurd counts saturate instead of wrapping", "[prices]") {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  CHECK(cost(usage(kMax, kMax), price(kDollar, kDollar)) == kMaxRequestCost);
  CHECK(cost(usage(-5, -7), opus()) == NanoUsd{0});
  CHECK(upper_bound(opus(), {kMax, kMax, kMax, kMax}) == kMaxRequestCost);
}

TEST_CASE("A tier prices the whole request once the prompt is longer than its size", "[prices]") {
  Price p = price(kDollar, kDollar);
  p.tiers.push_back({200'000, {2 * kDollar, kDollar, 3 * kDollar, 3 * kDollar, 4 * kDollar}});
  CHECK(cost(usage(200'000, 1'000), p) == NanoUsd{201'000'000});
  Usage above = usage(199'000, 1'000);
  above.cache_read_tokens = 1'001;
  CHECK(cost(above, p) == NanoUsd{398'000'000 + 1'001'000 + 4'000'000});
}

TEST_CASE("A bound covers every usage that fits the body and max_tokens", "[prices]") {
  Price p = opus();
  p.max_output_tokens = 64'000;
  p.tiers.push_back({1'000, {10 * kDollar, kDollar, 12 * kDollar, 20 * kDollar, 40 * kDollar}});
  const auto written = GENERATE(0, 1, 2, 3);
  Usage u = usage(0, 3 * 50);
  std::array<std::int64_t*, 4> places = {&u.input_tokens, &u.cache_read_tokens,
                                         &u.cache_write_5m_tokens, &u.cache_write_1h_tokens};
  *places[static_cast<std::size_t>(written)] = 2'000;
  CHECK(upper_bound(p, {2'000, 0, 50, 3}) >= cost(u, p));
}

TEST_CASE("A bound takes the model's maximum when the client named none", "[prices]") {
  Price p = opus();
  CHECK_FALSE(upper_bound(p, {1'000, 0, std::nullopt, 1}).has_value());
  p.context_tokens = 200'000;
  CHECK(upper_bound(p, {0, 0, std::nullopt, 1}) == NanoUsd{5'000'000'000});
  p.max_output_tokens = 64'000;
  CHECK(upper_bound(p, {0, 0, std::nullopt, 1}) == NanoUsd{1'600'000'000});
  CHECK(upper_bound(p, {0, 0, 0, 1}) == NanoUsd{0});
}

TEST_CASE("An unknown model is unpriced, never guessed", "[prices]") {
  const PriceTable table = PriceTable::create().value();
  const std::string name = GENERATE("gpt-5.4-turbo", "gpt-5.4-2031-01-01", "GPT-5.4", "gpt-5.4 ",
                                    "", "openai/gpt-5.4", "claude");
  CAPTURE(name);
  CHECK(table.find("openai", name) == nullptr);
  CHECK(table.find("", name) == nullptr);
  CHECK(table.find("nobody", "gpt-5.4") == nullptr);
}

TEST_CASE("A dated name has its own price", "[prices]") {
  const PriceTable table = PriceTable::create().value();
  CHECK(table.find("openai", "gpt-4o-2024-05-13")->base.input == 5 * kDollar);
  CHECK(table.find("openai", "gpt-4o")->base.input == 2'500'000'000);
  CHECK(table.find("openai", "gpt-5.4")->tiers.size() == 1);
  CHECK(table.find("google", "gemini-2.5-pro") == table.find("gcp.gemini", "gemini-2.5-pro"));
}

TEST_CASE("The built-in Claude Sonnet 4 writes an hour's cache at twice its input in every tier",
          "[prices]") {
  const PriceTable table = PriceTable::create().value();
  const std::string name = GENERATE("claude-sonnet-4-20250514", "claude-sonnet-4-5");
  CAPTURE(name);
  const Price* sonnet = table.find("anthropic", name);
  REQUIRE(sonnet != nullptr);
  Usage u;
  u.cache_write_1h_tokens = 200'000;
  CHECK(cost(u, *sonnet) == NanoUsd{200'000 * 6'000});
  u.cache_write_1h_tokens = 200'001;
  CHECK(cost(u, *sonnet) == NanoUsd{200'001 * 12'000LL});
}

TEST_CASE("A name that two providers price differently needs its provider", "[prices]") {
  const char* const text = R"({"entries":[
    {"provider":"a","models":["m","same"],"prices":[1,1,1,1,1],"tiers":[],"source":"s",
     "max_output":1,"context":1,"as_of":"2026-05-01"},
    {"provider":"b","models":["m"],"prices":[2,2,2,2,2],"tiers":[],"source":"s",
     "max_output":1,"context":1,"as_of":"2026-05-01"}]})";
  const PriceTable table = PriceTable::parse(text).value();
  CHECK(table.find("", "m") == nullptr);
  CHECK(table.find("b", "m")->base.input == 2);
  CHECK(table.find("", "same") != nullptr);
}

TEST_CASE("The config's price wins and keeps the listed limits", "[prices]") {
  const std::array overrides = {
      PriceOverride{"gpt-5.4", {7}, {9}, NanoUsd{1}, std::nullopt, std::nullopt, "", "2026-05-02"},
      PriceOverride{"ours", {0}, {0}, std::nullopt, std::nullopt, std::nullopt, "", "2026-05-02"}};
  const PriceTable table = PriceTable::create(overrides).value();
  const Price* p = table.find("openai", "gpt-5.4");
  CHECK(p->base == TokenPrices{7, 1, 7, 7, 9});
  CHECK(p->max_output_tokens == 128'000);
  CHECK(p->version() == "2026-05-02 config");
  CHECK(table.find("anyone", "ours")->base.input == 0);  // free because someone said so
}

TEST_CASE("The config's price of a model keeps its dearer tiers in proportion", "[prices]") {
  const std::array overrides = {PriceOverride{"gpt-5.4",
                                              {5'000'000'000},
                                              {15'000'000'000},
                                              NanoUsd{250'000'000},
                                              std::nullopt,
                                              std::nullopt,
                                              "",
                                              "2026-05-02"}};
  const PriceTable table = PriceTable::create(overrides).value();
  const Price* p = table.find("openai", "gpt-5.4");
  CHECK(p->at(272'000) == p->base);
  CHECK(p->at(272'001) ==
        TokenPrices{10'000'000'000, 500'000'000, 10'000'000'000, 10'000'000'000, 22'500'000'000});
}

TEST_CASE("A bad [[price]] is refused", "[prices]") {
  PriceOverride entry{"m", {1}, {1}, std::nullopt, std::nullopt, std::nullopt, "", "2026-05-02"};
  SECTION("undated") { entry.as_of.clear(); }
  SECTION("negative") { entry.usd_per_million_input = {-1}; }
  SECTION("nameless") { entry.model.clear(); }
  const std::array overrides = {entry};
  CHECK(PriceTable::create(overrides).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("A price file of a wrong shape is refused", "[prices]") {
  const std::string text = GENERATE("", "[]", "{}", R"({"entries":[{}]})", R"({"entries":[1]})",
                                    R"({"entries":[{"provider":1}]})");
  CAPTURE(text);
  CHECK(PriceTable::parse(text).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace weir
