// Every key of the configuration file as one table: name, place in the struct,
// unit, range, and one line of why.
//
// The reader, the checker of unknown keys and config.example.toml come from
// here, so a key exists in all of them or in none. Defaults are not repeated:
// they are what config.h initialises.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "router/config.h"

namespace weir {

// A key whose value is one of a few words; true and false may stand without quotes.
template <class Section>
struct WordMember {
  std::span<const std::string_view> words;
  void (*assign)(Section&, std::size_t word);
  std::size_t default_word = 0;
  std::string_view refusal = {};  // said in addition when the word is none of these
};

template <class Section>
using Member = std::variant<
    bool Section::*, std::int64_t Section::*, double Section::*, std::optional<double> Section::*,
    std::string Section::*, std::vector<std::string> Section::*, NanoUsd Section::*,
    std::optional<NanoUsd> Section::*, std::vector<ModelAlias> Section::*,
    std::vector<TeamKey> Section::*, Secret Section::*, KvTypes Section::*,
    std::optional<KvTypes> Section::*, std::vector<LayerKvTypes> Section::*, WordMember<Section>>;

template <class Section>
struct Key {
  std::string_view name;
  Member<Section> member;
  std::string_view why;
  std::string_view unit = {};     // "ms", "bytes", ...
  std::int64_t min = 0;           // numbers only
  std::int64_t max = 0;           // numbers only
  std::string_view example = {};  // TOML value, for a key without a default
  bool required = false;
  bool off = false;  // left out of the example although it has a default
};

struct ConfigSchema {
  std::span<const Key<Config>> top;
  std::span<const Key<ServerConfig>> server;
  std::span<const Key<TlsConfig>> tls;
  std::span<const Key<LocalConfig>> local;
  std::span<const Key<LocalModelConfig>> local_models;
  std::span<const Key<BackendConfig>> backend;
  std::span<const Key<Team>> team;
  std::span<const Key<Rule>> rule;
  std::span<const Key<PatternConfig>> pattern;
  std::span<const Key<LimitRule>> limit;
  std::span<const Key<RoutingConfig>> routing;
  std::span<const Key<DelegationConfig>> delegation;
  std::span<const Key<ConfidenceWeights>> confidence;
  std::span<const Key<PriceConfig>> price;
  std::span<const Key<LedgerConfig>> ledger;
  std::span<const Key<ReceiptsConfig>> receipts;
  std::span<const Key<BodiesConfig>> bodies;
  std::span<const Key<LogConfig>> log;
  std::span<const Key<MetricsConfig>> metrics;
};
const ConfigSchema& config_schema();

// The text of config.example.toml: every key with its default, unit and reason.
// A test keeps the committed file equal to it.
std::string example_config();

}  // namespace weir
