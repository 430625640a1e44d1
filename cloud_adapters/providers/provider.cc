#include "cloud_adapters/providers/provider.h"

#include <array>

#include "core/http1.h"

namespace weir {
namespace {

constexpr std::array<const Provider*, 6> kProviders = {&kOpenAiProvider, &kAnthropicProvider,
                                                       &kGeminiProvider, &kAzureProvider,
                                                       &kOllamaProvider, &kOpenRouterProvider};

void replace_word(std::string& text, std::string_view word, std::string_view value) {
  const std::size_t at = text.find(word);
  if (at != std::string::npos) text.replace(at, word.size(), value);
}

}  // namespace

const Provider* find_provider(std::string_view name) {
  for (const Provider* provider : kProviders) {
    if (provider->name == name) return provider;
  }
  return nullptr;
}

const Provider& compatible_provider(Dialect dialect) {
  static const Provider openai{.name = "compatible"};
  switch (dialect) {
    case Dialect::kAnthropic: return kAnthropicProvider;
    case Dialect::kGemini: return kGeminiProvider;
    case Dialect::kOllama:
    case Dialect::kOllamaGenerate: return kOllamaProvider;
    case Dialect::kOpenAiChat:
    case Dialect::kOpenAiResponses:
    case Dialect::kOpenAiCompletions: break;
  }
  return openai;
}

bool has_openai_models(const Provider& provider, std::string_view host,
                       std::string_view base_path) {
  const bool openai = host == "api.openai.com" || host.ends_with(".api.openai.com");
  const bool azure = host.ends_with(".azure.com") && base_path.starts_with("/openai");
  return provider.openai_models || openai || azure;
}

std::string request_target(const Provider& provider, const TargetWords& words) {
  std::string target(provider.target);
  replace_word(target, "{path}", words.path);
  replace_word(target, "{model}", http1::percent_encoded(words.model));
  replace_word(target, "{api_version}", words.api_version);
  return target;
}

}  // namespace weir
