// The paths of the data listener: whose dialect they are, what is asked there, what is
// known but not served, and what does not exist.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/codec.h"
#include "router/http/request.h"

namespace weir {

enum class Endpoint : std::uint8_t {
  kGenerate,     // an answer in words, in any dialect
  kCountTokens,  // how long a prompt is
  kEmbeddings,   // vectors
  kShowModel,    // Ollama's POST /api/show
  kModels,       // the list of models
  kModel,        // one of them
  kRunning,      // Ollama's GET /api/ps
  kVersion,      // Ollama's GET /api/version
  kGreeting,     // GET /
  kHealth,       // GET /healthz: the process runs
  kReady,        // GET /readyz: it takes requests
  kWrongMethod,  // a path above with another method
  kPassThrough,  // any other path of a provider's API, such as /v1/images/generations
  kNotServed,    // a path that clients use and weir has no answer for
  kUnknown,
};

// Which form of vectors is asked for.
enum class EmbeddingForm : std::uint8_t { kOpenAi, kGemini, kGeminiBatch, kOllama, kOllamaOld };

// What the head of a request says of it.
struct Destination {
  Endpoint endpoint = Endpoint::kUnknown;
  Dialect dialect = Dialect::kOpenAiChat;  // of the answer, errors included
  EmbeddingForm form = EmbeddingForm::kOpenAi;
  std::string model;     // where the path names it
  bool stream = false;   // where the path says it
  bool is_sse = true;    // Gemini: alt=sse, the only form of a stream that is served
  bool is_beta = false;  // Anthropic: beta=true
  RequestPath path() const { return {model, stream, endpoint == Endpoint::kCountTokens}; }
};

// HEAD counts as GET. The base URL may be given with or without its version. Where several
// dialects share a path (GET /v1/models), their headers tell them apart.
Destination find_destination(const RequestHead& head);

// May have a body: but for kPassThrough, of a POST.
constexpr bool takes_body(Endpoint endpoint) {
  return endpoint <= Endpoint::kShowModel || endpoint == Endpoint::kPassThrough;
}

// "/v1/files" without "/v1".
std::string_view path_below_version(std::string_view path);

// The methods of `path`, for the Allow header of a 405.
std::string_view allowed_methods(const RequestHead& head);

}  // namespace weir
