// What models cost: a dated table, compiled in from metrics/prices.json, with the
// config's own entries on top.
//
// Immutable after create(), so any number of threads may share one. A model that
// is not in the table is unpriced (nullptr), never free and never guessed: a name
// is found exactly as listed or not at all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"
#include "core/result.h"

namespace weir {

// Nano-dollars per MILLION tokens, for the disjoint buckets of core/usage.h.
struct TokenPrices {
  std::int64_t input = 0;
  std::int64_t cache_read = 0;
  std::int64_t cache_write_5m = 0;
  std::int64_t cache_write_1h = 0;
  std::int64_t output = 0;  // reasoning included
  friend bool operator==(const TokenPrices&, const TokenPrices&) = default;
};

// Prices of the whole request once its prompt is longer than this.
struct PriceTier {
  std::int64_t above_prompt_tokens = 0;
  TokenPrices prices;
  friend bool operator==(const PriceTier&, const PriceTier&) = default;
};

struct Price {
  std::string provider;  // gen_ai.provider.name; empty = any (an override)
  std::string model;
  TokenPrices base;
  std::vector<PriceTier> tiers;        // rising
  std::int64_t max_output_tokens = 0;  // 0 = not listed
  std::int64_t context_tokens = 0;     // 0 = not listed
  std::string source;
  std::string as_of;  // YYYY-MM-DD

  // The prices for a prompt of this many tokens.
  const TokenPrices& at(std::int64_t prompt_tokens) const;

  // "2026-05-01 litellm": what the ledger stores beside a cost.
  std::string version() const { return as_of + " " + source; }
};

// One [[price]] of the config. Per million tokens; holds for every provider.
struct PriceOverride {
  std::string model;
  NanoUsd usd_per_million_input;
  NanoUsd usd_per_million_output;
  std::optional<NanoUsd> usd_per_million_cached_input;    // unset = as input
  std::optional<NanoUsd> usd_per_million_cache_write_5m;  // unset = as input
  std::optional<NanoUsd> usd_per_million_cache_write_1h;  // unset = as input
  std::string source;
  std::string as_of;  // YYYY-MM-DD
};

class PriceTable {
 public:
  // The built-in table with `overrides` on top. kInvalidConfig for an override
  // that is negative, undated or names no model.
  static Result<PriceTable> create(std::span<const PriceOverride> overrides = {});

  // A table from the text of a file shaped like metrics/prices.json.
  static Result<PriceTable> parse(std::string_view json,
                                  std::span<const PriceOverride> overrides = {});

  // An override of that name, else the entry of that provider. Without a provider
  // the name must have one price in the whole table. nullptr = unpriced. Lives as
  // long as the table. O(log entries), no allocation. Besides OpenTelemetry's names
  // the short ones (google, mistral, xai, moonshot, zhipu) are known.
  const Price* find(std::string_view provider, std::string_view model) const;

  std::size_t size() const { return prices_.size(); }

 private:
  PriceTable() = default;
  Result<void> add(Price price);
  Result<void> add_override(Price price);

  std::vector<std::unique_ptr<const Price>> prices_;
  std::map<std::string, const Price*, std::less<>> overrides_;
  // By model, then provider. Under "" stands what all agree on, or nullptr.
  std::map<std::string, std::map<std::string, const Price*, std::less<>>, std::less<>> by_model_;
};

}  // namespace weir
