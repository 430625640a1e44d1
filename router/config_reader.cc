#include "router/config_reader.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

#include "router/config_schema.h"
#include "router/config_secret.h"

namespace weir {
namespace {

long line_of(const toml::node& node) { return static_cast<long>(node.source().begin.line); }

// Exact for every decimal a person writes: the shortest text that reads back as
// the same double is the one in the file.
std::optional<NanoUsd> money_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return parse_usd(*text);
  if (const auto whole = node.value_exact<std::int64_t>()) {
    return parse_usd(std::to_string(*whole));
  }
  const auto number = node.value_exact<double>();
  if (!number || !std::isfinite(*number) || std::abs(*number) > 1e9) return std::nullopt;
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, *number, std::chars_format::fixed);
  return parse_usd(std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)));
}

std::string range_of(std::int64_t min, std::int64_t max) {
  return "from " + std::to_string(min) + " to " + std::to_string(max);
}

std::string in_range(std::int64_t min, std::int64_t max) { return "must be " + range_of(min, max); }

// Reads one value into the member of `section` that `key` names. Each overload
// returns what is wrong, or nothing.
template <class Section>
class ValueReader {
 public:
  ValueReader(const toml::node& node, const Key<Section>& key, Section& section,
              const EnvLookup& environment, Disk& disk)
      : at_{line_of(node), ""},
        node_(node),
        key_(key),
        section_(section),
        environment_(environment),
        disk_(disk) {}

  // Of what is wrong: its line, and the key within the value where it has keys.
  struct Place {
    long line = 0;
    std::string inner;
  };
  const Place& at() const { return at_; }
  // What is wrong is that a secret cannot be read.
  bool lacks_secret() const { return lacks_secret_; }

  std::string operator()(bool Section::* member) {
    const auto value = node_.value_exact<bool>();
    if (!value) return "must be true or false";
    section_.*member = *value;
    return {};
  }

  std::string operator()(std::int64_t Section::* member) {
    const auto value = node_.value_exact<std::int64_t>();
    if (!value) return "must be a whole number";
    if (*value < key_.min || *value > key_.max) return in_range(key_.min, key_.max);
    section_.*member = *value;
    return {};
  }

  std::string operator()(double Section::* member) {
    return number([&](double value) { section_.*member = value; });
  }

  std::string operator()(std::optional<double> Section::* member) {
    return number([&](double value) { section_.*member = value; });
  }

  std::string operator()(std::string Section::* member) {
    auto value = node_.value_exact<std::string>();
    if (!value) return "must be a string";
    if (value->empty()) return "must not be empty; leave the key out instead";
    section_.*member = *std::move(value);
    return {};
  }

  std::string operator()(std::vector<std::string> Section::* member) {
    std::vector<std::string> values;
    if (!strings(&values)) return "must be a list of strings";
    section_.*member = std::move(values);
    return {};
  }

  std::string operator()(std::vector<TeamKey> Section::* member) {
    std::vector<std::string> lines;
    if (!strings(&lines)) return "must be a list of strings";
    for (const std::string& line : lines) {
      std::optional<TeamKey> parsed = parse_key_line(line);
      if (!parsed) return "each must be ID:sha256:HEX with 8 letters or digits and 64 hex digits";
      (section_.*member).push_back(*std::move(parsed));
    }
    return {};
  }

  std::string operator()(NanoUsd Section::* member) {
    const std::optional<NanoUsd> amount = money_of(node_);
    if (!amount || amount->value < 0) return kMoneyProblem;
    section_.*member = *amount;
    return {};
  }

  std::string operator()(std::optional<NanoUsd> Section::* member) {
    const std::optional<NanoUsd> amount = money_of(node_);
    if (!amount || amount->value < 0) return kMoneyProblem;
    section_.*member = amount;
    return {};
  }

  std::string operator()(std::vector<ModelAlias> Section::* member) {
    const toml::array* list = node_.as_array();
    if (list == nullptr) return kModelsProblem;
    for (const toml::node& item : *list) {
      std::optional<ModelAlias> alias = model_of(item);
      if (!alias) return kModelsProblem;
      (section_.*member).push_back(*std::move(alias));
    }
    return {};
  }

  std::string operator()(Secret Section::* member) {
    const auto source = node_.value_exact<std::string>();
    if (!source) return "must be \"env:NAME\" or \"file:PATH\"";
    Result<Secret> secret = read_secret(*source, environment_, disk_);
    lacks_secret_ = !secret && secret.error().detail == kUnreadableSecret;
    if (!secret) return secret.error().message;
    section_.*member = std::move(*secret);
    return {};
  }

  std::string operator()(KvTypes Section::* member) {
    const std::optional<KvTypes> types = kv_types_of(node_);
    if (!types) return kv_types_expected();
    section_.*member = *types;
    return {};
  }

  std::string operator()(std::optional<KvTypes> Section::* member) {
    section_.*member = kv_types_of(node_);
    return section_.*member ? "" : kv_types_expected();
  }

  std::string operator()(std::vector<LayerKvTypes> Section::* member) {
    const toml::table* entries = node_.as_table();
    if (entries == nullptr) return "must be a table of layers, like " + std::string(key_.example);
    for (const auto& [name, types] : *entries) {
      at_ = {line_of(types), "." + std::string(name.str())};
      if (std::string problem = layers(name.str(), types, section_.*member); !problem.empty()) {
        return problem;
      }
    }
    return {};
  }

  std::string operator()(const WordMember<Section>& member) {
    auto value = node_.value_exact<std::string>();
    if (const auto flag = node_.value_exact<bool>()) value = *flag ? "true" : "false";
    const auto word = std::find(member.words.begin(), member.words.end(), value.value_or(""));
    if (word != member.words.end()) {
      member.assign(section_, static_cast<std::size_t>(word - member.words.begin()));
      return {};
    }
    std::string problem = "must be ";
    for (std::size_t i = 0; i < member.words.size(); ++i) {
      if (i > 0) problem += i + 1 == member.words.size() ? " or " : ", ";
      problem.append("\"").append(member.words[i]).append("\"");
    }
    if (!member.refusal.empty()) problem.append("; ").append(member.refusal);
    return problem;
  }

 private:
  static constexpr const char* kMoneyProblem =
      "must be an amount in US dollars, not negative, with at most nine decimals";
  static constexpr const char* kModelsProblem =
      "must be a list of names or of { name = \"...\", upstream = \"...\" }";

  template <class Assign>
  std::string number(Assign assign) const {
    const auto value = node_.value<double>();
    if (!node_.is_number() || !value) return "must be a number";
    const double min = static_cast<double>(key_.min);
    const double max = static_cast<double>(key_.max);
    if (!(*value >= min && *value <= max)) return in_range(key_.min, key_.max);
    assign(*value);
    return {};
  }

  bool strings(std::vector<std::string>* values) const {
    const toml::array* list = node_.as_array();
    if (list == nullptr) return false;
    for (const toml::node& item : *list) {
      auto text = item.value_exact<std::string>();
      if (!text || text->empty()) return false;
      values->push_back(*std::move(text));
    }
    return true;
  }

  static std::optional<KvTypes> kv_types_of(const toml::node& node) {
    return parse_kv_types(node.value_exact<std::string>().value_or(""));
  }

  // "3" and "3-5" stand for layers.
  std::string layers(std::string_view name, const toml::node& node,
                     std::vector<LayerKvTypes>& all) const {
    const std::size_t dash = name.find('-');
    const auto first = layer_of(name.substr(0, dash));
    const auto last = dash == name.npos ? first : layer_of(name.substr(dash + 1));
    if (!first || !last || *first > *last) {
      return "layers are a number or a range like 0-3, " + range_of(key_.min, key_.max);
    }
    const std::optional<KvTypes> types = kv_types_of(node);
    if (!types) return kv_types_expected();
    for (std::size_t layer = *first; layer <= *last; ++layer) {
      const auto is_layer = [&](const LayerKvTypes& own) { return own.layer == layer; };
      if (std::any_of(all.begin(), all.end(), is_layer)) return "names a layer twice";
      all.push_back({layer, *types});
    }
    return {};
  }

  std::optional<std::size_t> layer_of(std::string_view text) const {
    std::size_t layer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || layer > static_cast<std::size_t>(key_.max)) return std::nullopt;
    return layer;
  }

  static std::optional<ModelAlias> model_of(const toml::node& item) {
    if (auto name = item.value_exact<std::string>()) {
      if (name->empty()) return std::nullopt;
      return ModelAlias{*name, *name};
    }
    const toml::table* pair = item.as_table();
    if (pair == nullptr || pair->size() != 2) return std::nullopt;
    auto name = (*pair)["name"].value_exact<std::string>();
    auto upstream = (*pair)["upstream"].value_exact<std::string>();
    if (!name || !upstream || name->empty() || upstream->empty()) return std::nullopt;
    return ModelAlias{*std::move(name), *std::move(upstream)};
  }

  Place at_;
  bool lacks_secret_ = false;
  const toml::node& node_;
  const Key<Section>& key_;
  Section& section_;
  const EnvLookup& environment_;
  Disk& disk_;
};

class ConfigReader {
 public:
  ConfigReader(const EnvLookup& environment, Disk& disk, ConfigFindings& findings,
               SecretUse secrets)
      : environment_(environment), disk_(disk), findings_(findings), secrets_(secrets) {}

  Config read(const toml::table& root) {
    const ConfigSchema& schema = config_schema();
    Config config;
    section(
        root, "", schema.top, config,
        {"server", "local", "backend", "team", "rule", "pattern", "limit", "routing", "delegation",
         "confidence", "price", "ledger", "receipts", "bodies", "log", "metrics"});
    table(root, "server", schema.server, config.server, {"tls"});
    if (const toml::table* server = root["server"].as_table()) {
      const std::string path = "server.tls";
      if (const toml::node* node = server->get("tls")) {
        node_as_table(*node, path, schema.tls, config.server.tls, {});
      }
    }
    table(root, "local", schema.local, config.local, {"models"});
    if (const toml::table* local = root["local"].as_table()) {
      tables(*local, "models", schema.local_models, config.local.models, "local.");
    }
    tables(root, "backend", schema.backend, config.backends);
    tables(root, "team", schema.team, config.teams);
    tables(root, "rule", schema.rule, config.rules);
    tables(root, "pattern", schema.pattern, config.patterns);
    tables(root, "limit", schema.limit, config.limits);
    table(root, "routing", schema.routing, config.routing);
    table(root, "delegation", schema.delegation, config.delegation);
    table(root, "confidence", schema.confidence, config.confidence);
    tables(root, "price", schema.price, config.prices);
    table(root, "ledger", schema.ledger, config.ledger);
    table(root, "receipts", schema.receipts, config.receipts);
    table(root, "bodies", schema.bodies, config.bodies);
    table(root, "log", schema.log, config.log);
    table(root, "metrics", schema.metrics, config.metrics);
    config.missing_secrets = std::move(missing_secrets_);
    return config;
  }

 private:
  using Names = std::vector<std::string_view>;

  template <class Section>
  void table(const toml::table& root, const std::string& name, std::span<const Key<Section>> keys,
             Section& out, const Names& inner = {}) {
    if (const toml::node* node = root.get(name)) node_as_table(*node, name, keys, out, inner);
  }

  template <class Section>
  void node_as_table(const toml::node& node, const std::string& path,
                     std::span<const Key<Section>> keys, Section& out, const Names& inner) {
    findings_.found_at(path, line_of(node));
    const toml::table* content = node.as_table();
    if (content == nullptr) {
      findings_.add(path, "must be a table, [" + path + "]");
      return;
    }
    section(*content, path + ".", keys, out, inner);
  }

  template <class Section>
  void tables(const toml::table& root, std::string_view key, std::span<const Key<Section>> keys,
              std::vector<Section>& out, const std::string& prefix = {}) {
    const toml::node* node = root.get(key);
    if (node == nullptr) return;
    const std::string name = prefix + std::string(key);
    const toml::array* list = node->as_array();
    if (list == nullptr) {
      findings_.add_at(line_of(*node), name, "must be a list of tables, [[" + name + "]]");
      return;
    }
    for (const toml::node& item : *list) {
      const std::string path = name + "[" + std::to_string(out.size()) + "]";
      out.emplace_back();
      node_as_table(item, path, keys, out.back(), {});
    }
  }

  template <class Section>
  void section(const toml::table& content, const std::string& prefix,
               std::span<const Key<Section>> keys, Section& out, const Names& inner) {
    for (const Key<Section>& key : keys) {
      const std::string path = prefix + std::string(key.name);
      const toml::node* node = content.get(key.name);
      if (node == nullptr) {
        if (key.required) findings_.add(path, "is required");
        continue;
      }
      findings_.found_at(path, line_of(*node));
      ValueReader<Section> reader(*node, key, out, environment_, disk_);
      const std::string problem = std::visit(reader, key.member);
      if (problem.empty()) continue;
      if (reader.lacks_secret() && secrets_ == SecretUse::kNone) {
        missing_secrets_.emplace_back(path).append(": ").append(problem);
      } else {
        findings_.add_at(reader.at().line, path + reader.at().inner, problem);
      }
    }
    for (const auto& [name, node] : content) {
      const auto is_name = [&](const Key<Section>& key) { return key.name == name.str(); };
      if (std::any_of(keys.begin(), keys.end(), is_name)) continue;
      if (std::find(inner.begin(), inner.end(), name.str()) != inner.end()) continue;
      findings_.add_at(static_cast<long>(name.source().begin.line),
                       prefix + std::string(name.str()), "is not a key that weir knows");
    }
  }

  const EnvLookup& environment_;
  Disk& disk_;
  ConfigFindings& findings_;
  const SecretUse secrets_;
  std::vector<std::string> missing_secrets_;
};

std::string_view line_at(std::string_view text, long line) {
  for (; line > 1 && !text.empty(); --line) {
    const std::size_t end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

Config read_config(std::string_view text, const EnvLookup& environment, Disk& disk,
                   ConfigFindings& findings, SecretUse secrets) {
  const toml::parse_result parsed = toml::parse(text);
  if (parsed) return ConfigReader(environment, disk, findings, secrets).read(parsed.table());

  // The parser quotes what it did not understand, which may be a bare secret.
  const long line = static_cast<long>(parsed.error().source().begin.line);
  const bool near_a_key = line_at(text, line).find("key") != std::string_view::npos;
  findings.add_at(line, "", near_a_key ? "is not valid TOML" : parsed.error().description());
  return {};
}

}  // namespace weir
