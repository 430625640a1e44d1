#include "router/endpoints.h"

#include <array>

namespace weir {
namespace {

constexpr std::string_view kModelPrefix = "/models/";

// Beginnings of the paths that clients of the five dialects use.
constexpr std::array<std::string_view, 16> kKnownPaths = {
    "/completions", "/responses",   "/messages", "/files",      "/batches", "/audio",
    "/images",      "/moderations", "/uploads",  "/assistants", "/threads", "/vector_stores",
    "/fine_tuning", "/realtime",    "/api/",     "/v1beta/"};

std::string_view without_version(std::string_view path) {
  constexpr std::string_view kVersion = "/v1";
  if (path.starts_with("/v1/")) path.remove_prefix(kVersion.size());
  return path;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Endpoint endpoint_of(std::string_view path) {
  if (path == "/healthz" || path == "/health") return Endpoint::kHealth;
  if (path == "/readyz") return Endpoint::kReady;
  path = without_version(path);
  if (path == "/chat/completions") return Endpoint::kChatCompletions;
  if (path == "/embeddings") return Endpoint::kEmbeddings;
  if (path == "/models") return Endpoint::kModels;
  if (path.starts_with(kModelPrefix)) return Endpoint::kModel;
  for (const std::string_view known : kKnownPaths) {
    if (path.starts_with(known)) return Endpoint::kNotImplemented;
  }
  return Endpoint::kUnknown;
}

}  // namespace

std::string_view allowed_methods(std::string_view path) {
  return is_request_for_models(endpoint_of(path)) ? "POST" : "GET, HEAD";
}

Endpoint find_endpoint(std::string_view method, std::string_view path) {
  const Endpoint endpoint = endpoint_of(path);
  if (endpoint == Endpoint::kUnknown || endpoint == Endpoint::kNotImplemented) return endpoint;
  const bool is_verb = method == "POST" && path.find(':') != std::string_view::npos;
  if (endpoint == Endpoint::kModel && is_verb) return Endpoint::kNotImplemented;  // Gemini's
  const bool reads = method == "GET" || method == "HEAD";
  const bool wants_post = is_request_for_models(endpoint);
  if (wants_post ? method == "POST" : reads) return endpoint;
  return Endpoint::kWrongMethod;
}

std::string model_id_of(std::string_view path) {
  return percent_decoded(without_version(path).substr(kModelPrefix.size()));
}

std::string percent_decoded(std::string_view raw) {
  std::string id;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const int high = raw[i] == '%' && i + 2 < raw.size() ? hex_value(raw[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(raw[i + 2]) : -1;
    if (low < 0) {
      id += raw[i];
    } else {
      id += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return id;
}

}  // namespace weir
