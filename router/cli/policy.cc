#include "router/cli/policy.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "core/disk.h"
#include "router/application.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/policy_trial.h"

namespace weir::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct PolicyHouse {
  Config config;
  PrivacyScanner scanner;
};

Result<PolicyHouse> open_house(const ConfigOption& option) {
  Result<Config> config = operator_config(option.path);
  if (!config) return config.error();
  Result<PrivacyScanner> scanner = PrivacyScanner::create(scanner_options(config->patterns));
  if (!scanner) return scanner.error();
  return PolicyHouse{std::move(*config), std::move(*scanner)};
}

std::optional<Dialect> dialect_of(std::string_view word) {
  if (word == "openai") return Dialect::kOpenAiChat;
  if (word == "openai_responses") return Dialect::kOpenAiResponses;
  if (word == "anthropic") return Dialect::kAnthropic;
  if (word == "gemini") return Dialect::kGemini;
  if (word == "ollama") return Dialect::kOllama;
  return std::nullopt;
}

std::string found_text(const PolicyVerdict& verdict) {
  std::string text;
  for (const auto& [word, count] : verdict.found) {
    if (!text.empty()) text += ", ";
    text.append(word).append("=").append(std::to_string(count));
  }
  return text;
}

// Why the verdict is not the expected one; empty if it is.
std::string difference(const PolicyVerdict& verdict, const json& expect) {
  const std::string ruling = expect.value("ruling", "");
  if (ruling != verdict.ruling) return "is " + verdict.ruling + ", not " + ruling;
  const std::string rule = expect.value("rule", verdict.rule);
  if (rule != verdict.rule) return "is of the rule \"" + verdict.rule + "\", not \"" + rule + "\"";
  if (!expect.contains("found")) return {};
  std::vector<std::string> words;
  words.reserve(verdict.found.size());
  for (const auto& each : verdict.found) words.push_back(each.first);
  auto wanted = expect["found"].get<std::vector<std::string>>();
  std::sort(wanted.begin(), wanted.end());
  return words == wanted ? "" : "contains " + (words.empty() ? "nothing" : found_text(verdict));
}

// One line of a file of examples; what is wrong with it, or with what policy says of it.
std::string try_example(const PolicyHouse& house, const json& example) {
  PolicyTrial trial;
  trial.team = example.value("team", "");
  const auto dialect = dialect_of(example.value("dialect", "openai"));
  if (!dialect) return "its dialect is none";
  trial.dialect = *dialect;
  const json headers = example.value("headers", json::object());
  for (const auto& [name, value] : headers.items()) {
    trial.headers.emplace_back(name, value.get<std::string>());
  }
  trial.body = example.at("body").dump();
  const Result<PolicyVerdict> verdict = try_policy(house.config, house.scanner, trial);
  if (!verdict) return verdict.error().message;
  return difference(*verdict, example.at("expect"));
}

}  // namespace

int policy_test(const PolicyOptions& options) {
  const Result<PolicyHouse> house = open_house(options.config);
  if (!house) return fail(house.error().message);
  std::ifstream file(options.file);
  if (!file) return fail(options.file + " cannot be read");
  std::size_t good = 0;
  std::size_t bad = 0;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::string wrong;
    std::string name = options.file;
    name.append(":").append(std::to_string(number));
    try {
      const json example = json::parse(line);
      name.append(" ").append(example.value("name", ""));
      wrong = try_example(*house, example);
    } catch (const json::exception&) {
      wrong = "is no example: {\"name\", \"team\", \"body\", \"expect\": {\"ruling\"}}";
    }
    ++(wrong.empty() ? good : bad);
    if (!wrong.empty()) print(for_terminal(name.append(": ").append(wrong)));
  }
  print(std::to_string(good) + " as expected, " + std::to_string(bad) + " not");
  return bad == 0 && good > 0 ? kDone : kFailed;
}

int policy_explain(const PolicyOptions& options) {
  const Result<PolicyHouse> house = open_house(options.config);
  if (!house) return fail(house.error().message);
  PolicyTrial trial;
  trial.team = options.team;
  const auto dialect = dialect_of(options.dialect);
  if (!dialect) return fail("\"" + options.dialect + "\" is no dialect", kWrongArguments);
  trial.dialect = *dialect;
  for (const std::string& header : options.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos) return fail("a header is \"name: value\"", kWrongArguments);
    trial.headers.emplace_back(header.substr(0, colon), http1::trimmed(header.substr(colon + 1)));
  }
  std::ostringstream body;
  if (options.file == "-") {
    body << std::cin.rdbuf();
  } else {
    std::ifstream file(options.file);
    if (!file) return fail(options.file + " cannot be read");
    body << file.rdbuf();
  }
  trial.body = body.str();
  const Result<PolicyVerdict> verdict = try_policy(house->config, house->scanner, trial);
  if (!verdict) return fail(verdict.error().message);
  if (options.json) {
    ordered_json found = ordered_json::object();
    for (const auto& [word, count] : verdict->found) found[word] = count;
    print(ordered_json({{"ruling", verdict->ruling},
                        {"reason", verdict->reason},
                        {"rule", verdict->rule},
                        {"found", found}})
              .dump());
    return kDone;
  }
  print("ruling  " + verdict->ruling +
        (verdict->reason.empty() ? "" : " (" + verdict->reason + ")"));
  print("rule    " + (verdict->rule.empty() ? "none matched" : verdict->rule));
  print("found   " + (verdict->found.empty() ? "nothing" : found_text(*verdict)));
  return kDone;
}

}  // namespace weir::cli
