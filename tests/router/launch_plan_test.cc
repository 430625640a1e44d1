// What `weir launch` gives a client, without starting one.
#include "router/cli/launch_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

namespace weir::cli {
namespace {

using nlohmann::json;

LaunchWish wish_for(const std::string& client) {
  LaunchWish wish;
  wish.client = client;
  wish.arguments = {"--its-own", "word"};
  wish.url = "http://127.0.0.1:8090";
  wish.key = Secret(std::string("wk-secret"));
  wish.folder = "/state/clients";
  return wish;
}

std::string value_of(const LaunchPlan& plan, const std::string& name) {
  for (const auto& [each, value] : plan.set) {
    if (each == name) return value;
  }
  return "(unset)";
}

bool has_word(const LaunchPlan& plan, const std::string& word) {
  return std::find(plan.command.begin(), plan.command.end(), word) != plan.command.end();
}

TEST_CASE("Every client gets the variables that SDKs read, and its own arguments last",
          "[launch]") {
  const std::string client =
      GENERATE("codex", "opencode", "gemini", "openclaw", "claude", "aider", "my-tool");
  CAPTURE(client);
  const LaunchPlan plan = plan_launch(wish_for(client));
  CHECK(plan.command.front() == client);
  CHECK(plan.command.back() == "word");
  CHECK(value_of(plan, "OPENAI_BASE_URL") == "http://127.0.0.1:8090/v1");
  CHECK(value_of(plan, "ANTHROPIC_BASE_URL") == "http://127.0.0.1:8090");
  CHECK(value_of(plan, "GOOGLE_GEMINI_BASE_URL") == "http://127.0.0.1:8090");
  CHECK(value_of(plan, "OLLAMA_HOST") == "http://127.0.0.1:8090");
  CHECK(value_of(plan, "OPENAI_API_KEY") == "wk-secret");
  CHECK(std::find(plan.unset.begin(), plan.unset.end(), "ANTHROPIC_API_KEY") != plan.unset.end());
}

TEST_CASE("Without a key of weir clients get a word that lets them start", "[launch]") {
  LaunchWish wish = wish_for("claude");
  wish.key = Secret();
  CHECK(value_of(plan_launch(wish), "ANTHROPIC_AUTH_TOKEN") == "weir");
}

TEST_CASE("codex is told of weir by arguments, not by its file", "[launch]") {
  const LaunchPlan plan = plan_launch(wish_for("/opt/bin/codex"));
  CHECK(plan.files.empty());
  CHECK(has_word(plan, "model_providers.weir.base_url = \"http://127.0.0.1:8090/v1\""));
  CHECK(has_word(plan, "model_providers.weir.wire_api = \"responses\""));
  CHECK(has_word(plan, "model = \"auto\""));
}

TEST_CASE("opencode and openclaw get a file of weir's, which holds no key", "[launch]") {
  const auto [client, variable] = GENERATE(table<std::string, std::string>(
      {{"opencode", "OPENCODE_CONFIG"}, {"openclaw", "OPENCLAW_CONFIG_PATH"}}));
  const LaunchPlan plan = plan_launch(wish_for(client));
  REQUIRE(plan.files.size() == 1);
  CHECK(plan.files.front().path == "/state/clients/" + client + ".json");
  CHECK(value_of(plan, variable) == plan.files.front().path);
  CHECK(json::accept(plan.files.front().text));
  CHECK(plan.files.front().text.find("wk-secret") == std::string::npos);
}

TEST_CASE("No proxy is asked for this weir", "[launch]") {
  LaunchWish wish = wish_for("claude");
  CHECK(value_of(plan_launch(wish), "NO_PROXY") == "127.0.0.1");
  wish.no_proxy = "intern.example";
  wish.url = "https://[::1]:8090";
  CHECK(value_of(plan_launch(wish), "no_proxy") == "intern.example,::1");
}

TEST_CASE("gemini starts by settings in a home of its own", "[launch]") {
  const LaunchPlan plan = plan_launch(wish_for("gemini"));
  CHECK(value_of(plan, "GEMINI_CLI_HOME") == "/state/clients/gemini");
  REQUIRE(plan.files.size() == 1);
  CHECK(plan.files.front().path == "/state/clients/gemini/.gemini/settings.json");
}

TEST_CASE("exec passes the environment alone", "[launch]") {
  const LaunchPlan plan = plan_exec(wish_for("codex"));
  CHECK(plan.command == std::vector<std::string>{"codex", "--its-own", "word"});
  CHECK(plan.files.empty());
}

TEST_CASE("What would be done is shown without the key", "[launch]") {
  const std::string text = plan_text(plan_launch(wish_for("aider")));
  CHECK(text.find("wk-secret") == std::string::npos);
  CHECK(text.find("set    OPENAI_API_KEY=***\n") != std::string::npos);
  CHECK(text.find("run    aider --model openai/auto --its-own word\n") != std::string::npos);
}

TEST_CASE("Only clients that have a file of their own can be written to", "[launch]") {
  CHECK(own_config(wish_for("codex")).path == ".codex/config.toml");
  CHECK(own_config(wish_for("gemini")).path.empty());
  CHECK(own_config(wish_for("codex")).text.find("wk-secret") == std::string::npos);
}

}  // namespace
}  // namespace weir::cli
