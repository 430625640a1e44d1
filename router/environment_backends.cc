#include "router/environment_backends.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cloud_adapters/providers/provider.h"
#include "core/disk.h"
#include "router/config_secret.h"

namespace weir {
namespace {

// What a provider's own models are called; the first is what "auto" and "cloud" ask for.
constexpr std::array<std::string_view, 14> kOpenAiModels = {"gpt-4.1",
                                                            "gpt-4.1-mini",
                                                            "gpt-4.1-nano",
                                                            "gpt-4o",
                                                            "gpt-4o-mini",
                                                            "gpt-5",
                                                            "gpt-5-mini",
                                                            "gpt-5-nano",
                                                            "gpt-5.4",
                                                            "gpt-5.4-mini",
                                                            "gpt-5.4-nano",
                                                            "gpt-5.5",
                                                            "text-embedding-3-small",
                                                            "text-embedding-3-large"};
constexpr std::array<std::string_view, 11> kAnthropicModels = {
    "claude-sonnet-4-6", "claude-sonnet-5", "claude-sonnet-4-5", "claude-opus-4-5",
    "claude-opus-4-6",   "claude-opus-4-7", "claude-opus-4-8",   "claude-opus-5",
    "claude-haiku-4-5",  "claude-fable-5",  "claude-opus-4-1"};
constexpr std::array<std::string_view, 9> kGeminiModels = {
    "gemini-2.5-pro",        "gemini-2.5-flash",       "gemini-2.5-flash-lite",
    "gemini-3.1-flash-lite", "gemini-3.1-pro-preview", "gemini-3-flash-preview",
    "gemini-3.5-flash",      "gemini-3.5-flash-lite",  "gemini-3.6-flash"};

struct Known {
  std::string_view name;  // of the backend
  const Provider& provider;
  std::string_view address;  // the variable
  std::string_view version;  // what clients add to the address
  std::span<const std::string_view> models;
};

std::array<Known, 3> known() {
  return {{{"openai", kOpenAiProvider, "OPENAI_BASE_URL", "", kOpenAiModels},
           {"anthropic", kAnthropicProvider, "ANTHROPIC_BASE_URL", "/v1", kAnthropicModels},
           {"gemini", kGeminiProvider, "GOOGLE_GEMINI_BASE_URL", "/v1beta", kGeminiModels}}};
}

std::string address_of(const Known& known, const EnvLookup& environment) {
  std::string address = environment(std::string(known.address)).value_or("");
  if (address.empty()) return std::string(known.provider.base_url);
  if (!address.ends_with(known.version)) address += known.version;
  return address;
}

void add(const Known& known, const EnvLookup& environment, Config* config) {
  const std::string variable(known.provider.environment_key);
  if (environment(variable).value_or("").empty()) return;
  Result<Secret> key = read_secret("env:" + variable, environment, system_disk());
  if (!key) {
    config->notes.push_back(variable + " is not used: " + key.error().message);
    return;
  }
  BackendConfig& backend = config->backends.emplace_back();
  backend.name = known.name;
  backend.provider = known.provider.name;
  backend.base_url = address_of(known, environment);
  backend.api_key = std::move(*key);
  backend.models.reserve(known.models.size());
  for (const std::string_view model : known.models) {
    backend.models.push_back({std::string(model), std::string(model)});
  }
  backend.default_model = known.models.front();
  config->notes.push_back("backend " + backend.name + " was added because " + variable + " is set");
}

}  // namespace

void add_environment_backends(Config& config, const EnvLookup& environment) {
  if (!config.backends.empty()) return;
  for (const Known& each : known()) add(each, environment, &config);
}

}  // namespace weir
