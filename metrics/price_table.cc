#include "metrics/price_table.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/timestamp.h"
#include "metrics/price_table_data.h"

namespace weir {
namespace {

using nlohmann::json;

// A price above this (a thousand dollars a token) is a unit mistake.
constexpr std::int64_t kMaxPrice = 1'000'000'000'000'000'000;

// Other spellings of OpenTelemetry's gen_ai.provider.name.
constexpr std::pair<std::string_view, std::string_view> kProviderAliases[] = {
    {"google", "gcp.gemini"},      {"gemini", "gcp.gemini"}, {"gcp.gen_ai", "gcp.gemini"},
    {"mistral", "mistral_ai"},     {"xai", "x_ai"},          {"moonshot", "moonshot_ai"},
    {"moonshotai", "moonshot_ai"}, {"zhipu", "zai"},         {"zhipuai", "zai"},
};

std::string_view canonical(std::string_view provider) {
  for (const auto& [alias, name] : kProviderAliases) {
    if (alias == provider) return name;
  }
  return provider;
}

Error invalid(const std::string& text) { return {ErrorCode::kInvalidConfig, "prices: " + text}; }

bool in_range(const TokenPrices& p) {
  const std::array all = {p.input, p.cache_read, p.cache_write_5m, p.cache_write_1h, p.output};
  return std::all_of(all.begin(), all.end(),
                     [](std::int64_t price) { return price >= 0 && price <= kMaxPrice; });
}

TokenPrices read_buckets(const json& list) {
  return {list.at(0).get<std::int64_t>(), list.at(1).get<std::int64_t>(),
          list.at(2).get<std::int64_t>(), list.at(3).get<std::int64_t>(),
          list.at(4).get<std::int64_t>()};
}

// Throws json::exception on a wrong shape; parse() turns that into an error.
Price read_entry(const json& entry) {
  Price price;
  price.provider = entry.at("provider").get<std::string>();
  price.base = read_buckets(entry.at("prices"));
  for (const json& tier : entry.at("tiers")) {
    price.tiers.push_back({tier.at(0).get<std::int64_t>(), read_buckets(tier.at(1))});
  }
  price.max_output_tokens = entry.at("max_output").get<std::int64_t>();
  price.context_tokens = entry.at("context").get<std::int64_t>();
  price.source = entry.at("source").get<std::string>();
  price.as_of = entry.at("as_of").get<std::string>();
  return price;
}

Result<void> check(const Price& price) {
  const std::string where = price.model + ": ";
  if (price.model.empty()) return invalid("an entry names no model");
  if (!day_ms(price.as_of)) return invalid(where + "as_of is not a day, YYYY-MM-DD");
  if (price.source.empty()) return invalid(where + "no source");
  const bool sane = in_range(price.base) && price.max_output_tokens >= 0 &&
                    price.context_tokens >= 0 &&
                    std::all_of(price.tiers.begin(), price.tiers.end(),
                                [](const PriceTier& tier) { return in_range(tier.prices); });
  if (!sane) return invalid(where + "a number is out of range");
  const bool rising = std::is_sorted(price.tiers.begin(), price.tiers.end(),
                                     [](const PriceTier& a, const PriceTier& b) {
                                       return a.above_prompt_tokens < b.above_prompt_tokens;
                                     });
  if (!rising) return invalid(where + "tiers do not rise");
  return {};
}

Price from_override(const PriceOverride& o) {
  const std::int64_t input = o.usd_per_million_input.value;
  Price price;
  price.model = o.model;
  price.base.input = input;
  price.base.output = o.usd_per_million_output.value;
  price.base.cache_read = o.usd_per_million_cached_input.value_or(NanoUsd{input}).value;
  price.base.cache_write_5m = o.usd_per_million_cache_write_5m.value_or(NanoUsd{input}).value;
  price.base.cache_write_1h = o.usd_per_million_cache_write_1h.value_or(NanoUsd{input}).value;
  price.source = o.source.empty() ? "config" : o.source;
  price.as_of = o.as_of;
  return price;
}

// As many times a price as the listed tier is of the listed base, rounded up.
std::int64_t in_proportion(std::int64_t price, std::int64_t tier, std::int64_t base) {
  __extension__ using Wide = __int128;
  if (base <= 0) return std::max(price, tier);
  return static_cast<std::int64_t>((Wide{price} * tier + base - 1) / base);
}

// The tiers of a listed model, on other base prices.
std::vector<PriceTier> tiers_like(const Price& listed, const TokenPrices& base) {
  std::vector<PriceTier> tiers = listed.tiers;
  for (PriceTier& tier : tiers) {
    for (const auto bucket :
         {&TokenPrices::input, &TokenPrices::cache_read, &TokenPrices::cache_write_5m,
          &TokenPrices::cache_write_1h, &TokenPrices::output}) {
      tier.prices.*bucket = in_proportion(base.*bucket, tier.prices.*bucket, listed.base.*bucket);
    }
  }
  return tiers;
}

}  // namespace

const TokenPrices& Price::at(std::int64_t prompt_tokens) const {
  const TokenPrices* prices = &base;
  for (const PriceTier& tier : tiers) {
    if (prompt_tokens > tier.above_prompt_tokens) prices = &tier.prices;
  }
  return *prices;
}

Result<PriceTable> PriceTable::create(std::span<const PriceOverride> overrides) {
  return parse(kBuiltInPrices, overrides);
}

Result<PriceTable> PriceTable::parse(std::string_view text,
                                     std::span<const PriceOverride> overrides) {
  PriceTable table;
  try {
    const json document = json::parse(text);
    for (const json& entry : document.at("entries")) {
      Price price = read_entry(entry);
      for (const json& model : entry.at("models")) {
        price.model = model.get<std::string>();
        if (Result<void> added = table.add(price); !added) return added.error();
      }
    }
  } catch (const json::exception& error) {
    return invalid(error.what());
  }
  for (const PriceOverride& entry : overrides) {
    if (Result<void> added = table.add_override(from_override(entry)); !added) return added.error();
  }
  return table;
}

Result<void> PriceTable::add(Price price) {
  if (Result<void> good = check(price); !good) return good;
  prices_.push_back(std::make_unique<const Price>(std::move(price)));
  const Price* added = prices_.back().get();
  auto& by_provider = by_model_[added->model];
  if (!by_provider.try_emplace(added->provider, added).second) {
    return invalid(added->model + " has two prices of one provider");
  }
  const auto [any, first] = by_provider.try_emplace("", added);
  const bool agree = first || (any->second != nullptr && any->second->base == added->base &&
                               any->second->tiers == added->tiers);
  if (!agree) any->second = nullptr;
  return {};
}

// The limits of the listed model stay known: a reservation needs them. So do its tiers.
Result<void> PriceTable::add_override(Price price) {
  if (const auto listed = by_model_.find(price.model); listed != by_model_.end()) {
    for (const auto& [provider, entry] : listed->second) {
      if (entry == nullptr) continue;
      price.max_output_tokens = std::max(price.max_output_tokens, entry->max_output_tokens);
      price.context_tokens = std::max(price.context_tokens, entry->context_tokens);
      if (price.tiers.size() < entry->tiers.size()) price.tiers = tiers_like(*entry, price.base);
    }
  }
  if (Result<void> good = check(price); !good) return good;
  prices_.push_back(std::make_unique<const Price>(std::move(price)));
  if (!overrides_.try_emplace(prices_.back()->model, prices_.back().get()).second) {
    return invalid(prices_.back()->model + " has two [[price]] entries");
  }
  return {};
}

const Price* PriceTable::find(std::string_view provider, std::string_view model) const {
  if (const auto found = overrides_.find(model); found != overrides_.end()) return found->second;
  const auto entries = by_model_.find(model);
  if (entries == by_model_.end()) return nullptr;
  const auto found = entries->second.find(canonical(provider));
  return found == entries->second.end() ? nullptr : found->second;
}

}  // namespace weir
