#include "router/cli/launch_plan.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace weir::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kNoKey = "weir";  // clients refuse to start without any
constexpr std::string_view kUsualModel = "auto";

std::string model_of(const LaunchWish& wish) {
  return wish.model.empty() ? std::string(kUsualModel) : wish.model;
}

std::string key_of(const LaunchWish& wish) {
  return std::string(wish.key.empty() ? kNoKey : wish.key.reveal());
}

// "http://127.0.0.1:8090" without scheme and port.
std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  const bool bracketed = url.starts_with('[');
  const std::size_t end = bracketed ? url.find(']') : url.rfind(':');
  return std::string(bracketed ? url.substr(1, end - 1) : url.substr(0, end));
}

// What the SDKs of all dialects read. ANTHROPIC_API_KEY would go out beside the token as a
// second key that differs.
void set_common(const LaunchWish& wish, LaunchPlan* plan) {
  const std::string key = key_of(wish);
  const std::string versioned = wish.url + "/v1";
  plan->set = {{"OPENAI_BASE_URL", versioned}, {"OPENAI_API_BASE", versioned},
               {"OPENAI_API_KEY", key},        {"ANTHROPIC_BASE_URL", wish.url},
               {"ANTHROPIC_AUTH_TOKEN", key},  {"GOOGLE_GEMINI_BASE_URL", wish.url},
               {"GEMINI_API_KEY", key},        {"OLLAMA_HOST", wish.url},
               {"OLLAMA_API_BASE", wish.url}};
  plan->unset = {"ANTHROPIC_API_KEY", "GOOGLE_API_KEY"};
  // Some would ask a proxy even for 127.0.0.1.
  const std::string host = host_of(wish.url);
  const std::string hosts = wish.no_proxy.empty() ? host : wish.no_proxy + "," + host;
  for (const char* name : {"NO_PROXY", "no_proxy"}) plan->set.emplace_back(name, hosts);
}

std::string quoted(const std::string& text) { return ordered_json(text).dump(); }

// Its settings as lines of TOML, which it takes as -c arguments, too.
std::vector<std::string> codex_settings(const LaunchWish& wish) {
  return {"model = " + quoted(model_of(wish)),
          "model_provider = \"weir\"",
          "model_providers.weir.name = \"weir\"",
          "model_providers.weir.base_url = " + quoted(wish.url + "/v1"),
          "model_providers.weir.env_key = \"OPENAI_API_KEY\"",
          "model_providers.weir.wire_api = \"responses\""};
}

void plan_codex(const LaunchWish& wish, LaunchPlan* plan) {
  for (const std::string& setting : codex_settings(wish)) {
    plan->command.insert(plan->command.end(), {"-c", setting});
  }
}

std::string opencode_config(const LaunchWish& wish) {
  const std::string model = model_of(wish);
  ordered_json models = {{"auto", {{"name", "auto"}}}, {"local", {{"name", "local"}}}};
  models[model] = {{"name", model}};
  return ordered_json(
             {{"$schema", "https://opencode.ai/config.json"},
              {"model", "weir/" + model},
              {"small_model", "weir/local"},
              {"provider",
               {{"weir",
                 {{"npm", "@ai-sdk/openai-compatible"},
                  {"name", "weir"},
                  {"options", {{"baseURL", wish.url + "/v1"}, {"apiKey", "{env:OPENAI_API_KEY}"}}},
                  {"models", models}}}}}})
             .dump(2) +
         "\n";
}

void plan_opencode(const LaunchWish& wish, LaunchPlan* plan) {
  plan->files.push_back({wish.folder + "/opencode.json", opencode_config(wish)});
  plan->set.emplace_back("OPENCODE_CONFIG", plan->files.back().path);
  // A prompt that a small model cannot hold would be shortened and sent again without end.
  if (wish.model == "local") plan->set.emplace_back("OPENCODE_DISABLE_AUTOCOMPACT", "1");
}

// With an address of its own gemini-cli starts by nothing but the settings of a home folder, and
// with the user's it might ask Google. To it "auto" is a choice of its own between Google's models.
void plan_gemini(const LaunchWish& wish, LaunchPlan* plan) {
  const std::string model = wish.model.empty() ? "local" : wish.model;
  plan->command.insert(plan->command.end(), {"-m", model});
  const std::string home = wish.folder + "/gemini";
  const ordered_json settings = {{"security", {{"auth", {{"selectedType", "gemini-api-key"}}}}}};
  plan->files.push_back({home + "/.gemini/settings.json", settings.dump(2) + "\n"});
  plan->set.emplace_back("GEMINI_CLI_HOME", home);
  plan->notes.push_back("gemini keeps its settings and sessions of weir in " + home);
  if (wish.model.empty()) {
    plan->notes.push_back(
        "gemini takes \"auto\" for a choice of its own, so it asks for \"local\"; "
        "--model NAME for another");
  }
}

std::string openclaw_config(const LaunchWish& wish) {
  const std::string model = model_of(wish);
  return ordered_json({{"models",
                        {{"providers",
                          {{"weir",
                            {{"baseUrl", wish.url + "/v1"},
                             {"apiKey", "${OPENAI_API_KEY}"},
                             {"api", "openai-completions"},
                             {"models", {{{"id", model}, {"name", model}}}}}}}}}},
                       // It would ask OpenAI itself, with the key that is weir's.
                       {"memory", {{"search", {{"enabled", false}}}}},
                       {"agents", {{"defaults", {{"model", {{"primary", "weir/" + model}}}}}}}})
             .dump(2) +
         "\n";
}

void plan_openclaw(const LaunchWish& wish, LaunchPlan* plan) {
  plan->files.push_back({wish.folder + "/openclaw.json", openclaw_config(wish)});
  plan->set.emplace_back("OPENCLAW_CONFIG_PATH", plan->files.back().path);
}

// It has names of its own for a small and a large model.
void plan_claude(const LaunchWish& wish, LaunchPlan* plan) {
  plan->set.emplace_back("ANTHROPIC_MODEL", model_of(wish));
  plan->set.emplace_back("ANTHROPIC_SMALL_FAST_MODEL", "local");
}

void plan_aider(const LaunchWish& wish, LaunchPlan* plan) {
  plan->command.insert(plan->command.end(), {"--model", "openai/" + model_of(wish)});
}

struct Client {
  std::string_view name;
  void (*plan)(const LaunchWish&, LaunchPlan*);
  std::string_view own_path;  // below the home folder
  std::string (*own_text)(const LaunchWish&);
};

std::string codex_text(const LaunchWish& wish) {
  std::string text;
  for (const std::string& setting : codex_settings(wish)) text += setting + "\n";
  return text;
}

constexpr std::array<Client, 6> kClients = {{
    {"codex", plan_codex, ".codex/config.toml", codex_text},
    {"opencode", plan_opencode, ".config/opencode/opencode.json", opencode_config},
    {"gemini", plan_gemini, "", nullptr},
    {"openclaw", plan_openclaw, ".openclaw/openclaw.json", openclaw_config},
    {"claude", plan_claude, "", nullptr},
    {"aider", plan_aider, "", nullptr},
}};

// By the name of its program, in whatever folder that is.
const Client* find_client(std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  for (const Client& client : kClients) {
    if (client.name == name) return &client;
  }
  return nullptr;
}

bool is_secret(std::string_view name) { return name.ends_with("_KEY") || name.ends_with("_TOKEN"); }

}  // namespace

LaunchPlan plan_exec(const LaunchWish& wish) {
  LaunchPlan plan;
  plan.command = {wish.client};
  set_common(wish, &plan);
  plan.command.insert(plan.command.end(), wish.arguments.begin(), wish.arguments.end());
  return plan;
}

LaunchPlan plan_launch(const LaunchWish& wish) {
  LaunchPlan plan;
  plan.command = {wish.client};
  set_common(wish, &plan);
  if (const Client* client = find_client(wish.client)) {
    client->plan(wish, &plan);
  } else if (!wish.model.empty()) {
    plan.notes.push_back("weir does not know how " + wish.client +
                         " is told a model: --model is not passed on");
  }
  plan.command.insert(plan.command.end(), wish.arguments.begin(), wish.arguments.end());
  return plan;
}

OwnConfig own_config(const LaunchWish& wish) {
  const Client* client = find_client(wish.client);
  if (client == nullptr || client->own_text == nullptr) return {};
  return {std::string(client->own_path), client->own_text(wish)};
}

std::string plan_text(const LaunchPlan& plan) {
  std::string text;
  for (const LaunchFile& file : plan.files) text += "file   " + file.path + "\n";
  for (const auto& [name, value] : plan.set) {
    text += "set    " + name + "=" + (is_secret(name) ? "***" : value) + "\n";
  }
  for (const std::string& name : plan.unset) text += "unset  " + name + "\n";
  text += "run   ";
  for (const std::string& word : plan.command) {
    const bool plain = word.find_first_of(" \"'\\$") == std::string::npos && !word.empty();
    text += " " + (plain ? word : quoted(word));
  }
  text += "\n";
  for (const std::string& note : plan.notes) text += "note   " + note + "\n";
  return text;
}

}  // namespace weir::cli
