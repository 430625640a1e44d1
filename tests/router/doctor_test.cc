#include "router/cli/doctor.h"

#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "metrics/receipt_chain.h"
#include "router/cli/checkup.h"
#include "router/cli/output.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

// The line about a model.
std::string line_of(const std::string& text, const std::string& name) {
  const auto begin = text.find(name);
  REQUIRE(begin != std::string::npos);
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST_CASE("Models that are larger than the memory do not fit", "[doctor]") {
  const std::string text = cli::fitting_models({25e9, 940e9, 38e9});
  CHECK(line_of(text, "30B-A3B").find("does not fit") == std::string::npos);
  CHECK(line_of(text, "70B").find("does not fit") != std::string::npos);
}

TEST_CASE("A model's pace is at most what arithmetic and memory allow", "[doctor]") {
  const std::string line = line_of(cli::fitting_models({25e9, 940e9, 38e9}), "1B (Llama");
  CHECK(line.find("379") != std::string::npos);   // 940 / (2 * 1.24)
  CHECK(line.find("50.2") != std::string::npos);  // 38 / (1.24 * 0.61)
}

// What is said of a topic, at its worst.
cli::Finding finding_of(const Config& config, const std::string& topic) {
  cli::Finding worst;
  for (const cli::Finding& each : cli::checkup(config)) {
    if (each.topic == topic && each.severity >= worst.severity) worst = each;
  }
  REQUIRE(worst.topic == topic);
  return worst;
}

Config sound_config(const TempDir& dir) {
  Config config;
  config.state_dir = dir.path();
  return config;
}

TEST_CASE("A sound configuration has no problems", "[doctor]") {
  const TempDir dir;
  CHECK_FALSE(cli::has_problem(cli::checkup(sound_config(dir))));
}

TEST_CASE("A state directory that cannot be made is a problem, one that is not there yet is not",
          "[doctor]") {
  const TempDir dir;
  Config config = sound_config(dir);
  config.state_dir = dir.path() + "/new/weir";
  CHECK(finding_of(config, "state_dir").severity == cli::Severity::kNote);
  std::ofstream(dir.path() + "/file") << "text";
  config.state_dir = dir.path() + "/file/weir";
  CHECK(finding_of(config, "state_dir").severity == cli::Severity::kProblem);
}

TEST_CASE("Plain listeners beyond loopback are problems", "[doctor]") {
  const TempDir dir;
  Config config = sound_config(dir);
  config.server.listen = "0.0.0.0:8090";
  config.server.admin_listen = "0.0.0.0:9464";
  CHECK(finding_of(config, "listen").severity == cli::Severity::kProblem);
  CHECK(finding_of(config, "admin").severity == cli::Severity::kProblem);
}

TEST_CASE("A secret that cannot be read is a problem, and so is told who is refused", "[doctor]") {
  const TempDir dir;
  Config config = sound_config(dir);
  config.missing_secrets = {"backend[0].api_key: the environment variable KEY is not set"};
  const cli::Finding missing = finding_of(config, "secrets");
  CHECK(missing.severity == cli::Severity::kProblem);
  CHECK(missing.text.find("variable KEY") != std::string::npos);
  config.teams.resize(2);
  CHECK(finding_of(config, "teams").text.find("is refused") != std::string::npos);
}

TEST_CASE("A model that is not there is a problem", "[doctor]") {
  const TempDir dir;
  Config config = sound_config(dir);
  config.local.models.emplace_back().model = dir.path() + "/none.gguf";
  CHECK(finding_of(config, "models").severity == cli::Severity::kProblem);
}

TEST_CASE("A cloud model without a price is noted, and a problem beside a budget", "[doctor]") {
  const TempDir dir;
  Config config = sound_config(dir);
  BackendConfig& backend = config.backends.emplace_back();
  backend.name = "up";
  backend.models = {{"odd", "a-model-without-a-price"}};
  CHECK(finding_of(config, "prices").severity == cli::Severity::kNote);
  config.teams.emplace_back().monthly_budget = NanoUsd{1};
  CHECK(finding_of(config, "prices").severity == cli::Severity::kProblem);
  config.prices.emplace_back().model = "a-model-without-a-price";
  CHECK(finding_of(config, "prices").severity == cli::Severity::kGood);
}

TEST_CASE("A key that others can read is a problem", "[doctor]") {
  const TempDir dir;
  Config config = sound_config(dir);
  config.receipts.enabled = true;
  const std::string key = receipt_key_path(dir.path());
  REQUIRE(SigningKey::make(key, receipt_public_key_path(dir.path())).has_value());
  CHECK(finding_of(config, "receipts").severity == cli::Severity::kGood);
  REQUIRE(::chmod(key.c_str(), 0644) == 0);
  CHECK(finding_of(config, "receipts").severity == cli::Severity::kProblem);
}

TEST_CASE("Findings are JSON, too", "[doctor]") {
  const TempDir dir;
  const auto json = nlohmann::json::parse(cli::findings_json(cli::checkup(sound_config(dir))));
  CHECK(json.at(0).at("topic") == "sandbox");
}

TEST_CASE("A doctor looks at the machine and at a model", "[doctor]") {
  CHECK(cli::doctor({{}, "weir-mini", 1}) == cli::kDone);
  CHECK(cli::doctor({{}, "/nowhere/model.gguf", 1}) == cli::kFailed);
}

}  // namespace
}  // namespace weir
