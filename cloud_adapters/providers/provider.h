// What a provider wants beside its dialect, as data: one small file each.
//
// A backend is of a provider when its `provider` in the configuration is the name of
// one; every other name is a server that is compatible with the dialect it speaks.
#pragma once

#include <string>
#include <string_view>

#include "core/dialect.h"

namespace weir {

struct Provider {
  std::string_view name;  // gen_ai.provider.name, as in the price table
  Dialect dialect = Dialect::kOpenAiChat;
  std::string_view base_url = {};  // the usual one; empty: it must be configured
  // The header that carries the key, with what stands before the key.
  std::string_view key_field = "authorization";
  std::string_view key_prefix = "Bearer ";
  // The header that names the version of the API, with the usual one: where a client of
  // the same dialect sends its own, that goes out.
  std::string_view version_field = {};
  std::string_view version = {};
  // Where a request goes below the base URL: {path} is the dialect's own path, {model}
  // the model's name, {api_version} as configured.
  std::string_view target = "{path}";
  std::string_view environment_key = {};  // the variable that clients keep the key in
  bool all_members = false;               // takes all that OpenAI documents for a request
  bool openai_models = false;             // serves OpenAI's own models
};

// providers/*.cc
extern const Provider kAnthropicProvider;
extern const Provider kAzureProvider;
extern const Provider kGeminiProvider;
extern const Provider kOllamaProvider;
extern const Provider kOpenAiProvider;
extern const Provider kOpenRouterProvider;

// Null for a name that is none.
const Provider* find_provider(std::string_view name);
// What every server of a dialect takes.
const Provider& compatible_provider(Dialect dialect);
// Whether OpenAI's own models answer: the provider says so, or the address is one of OpenAI's
// or Azure's.
bool has_openai_models(const Provider& provider, std::string_view host, std::string_view base_path);

struct TargetWords {
  std::string_view path;
  std::string_view model;
  std::string_view api_version;
};
// `provider.target` with its words filled in; the model is percent-encoded.
std::string request_target(const Provider& provider, const TargetWords& words);

}  // namespace weir
