// The paths of the data listener: what is served, what is known but not served
// yet, and what does not exist.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

enum class Endpoint : std::uint8_t {
  kChatCompletions,  // POST /v1/chat/completions
  kEmbeddings,       // POST /v1/embeddings
  kModels,           // GET /v1/models
  kModel,            // GET /v1/models/{id}
  kHealth,           // GET /healthz: the process runs
  kReady,            // GET /readyz: it takes requests
  kWrongMethod,      // a path above with another method
  kNotImplemented,   // a path of a known dialect that is not served yet
  kUnknown,
};

// HEAD counts as GET. The base URL may be given with or without /v1. Query strings do not matter.
Endpoint find_endpoint(std::string_view method, std::string_view path);

// Takes a POST with a body, and has a row in the ledger.
constexpr bool is_request_for_models(Endpoint endpoint) {
  return endpoint == Endpoint::kChatCompletions || endpoint == Endpoint::kEmbeddings;
}

// The methods of `path`, for the Allow header of a 405.
std::string_view allowed_methods(std::string_view path);

// The id in /v1/models/{id}, percent-decoded: clients write org%2Fmodel.
std::string model_id_of(std::string_view path);

// What is no "%" with two digits behind it stays.
std::string percent_decoded(std::string_view text);

}  // namespace weir
