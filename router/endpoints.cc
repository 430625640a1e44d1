#include "router/endpoints.h"

#include <array>
#include <optional>

#include "core/http1.h"

namespace weir {
namespace {

using std::string_view;

constexpr string_view kModelPrefix = "/models/";

// A path without its version, the method it takes, and what is there.
struct Entry {
  string_view path;
  bool reads;  // GET and HEAD; else POST
  Destination destination;
};

Destination at(Endpoint endpoint, Dialect dialect, EmbeddingForm form = EmbeddingForm::kOpenAi) {
  Destination destination;
  destination.endpoint = endpoint;
  destination.dialect = dialect;
  destination.form = form;
  return destination;
}

// Paths that stand behind /v1 or alone.
const std::array<Entry, 10>& versioned_paths() {
  static const std::array<Entry, 10> paths = {{
      {"/chat/completions", false, at(Endpoint::kGenerate, Dialect::kOpenAiChat)},
      {"/chat/completions/input_tokens", false, at(Endpoint::kCountTokens, Dialect::kOpenAiChat)},
      {"/completions", false, at(Endpoint::kGenerate, Dialect::kOpenAiCompletions)},
      {"/responses", false, at(Endpoint::kGenerate, Dialect::kOpenAiResponses)},
      {"/responses/input_tokens", false, at(Endpoint::kCountTokens, Dialect::kOpenAiResponses)},
      {"/messages", false, at(Endpoint::kGenerate, Dialect::kAnthropic)},
      {"/messages/count_tokens", false, at(Endpoint::kCountTokens, Dialect::kAnthropic)},
      {"/embeddings", false, at(Endpoint::kEmbeddings, Dialect::kOpenAiChat)},
      {"/models", true, at(Endpoint::kModels, Dialect::kOpenAiChat)},
      {"/version", true, at(Endpoint::kVersion, Dialect::kOllama)},
  }};
  return paths;
}

// Paths that are as they are.
const std::array<Entry, 10>& plain_paths() {
  static const std::array<Entry, 10> paths = {{
      {"/api/chat", false, at(Endpoint::kGenerate, Dialect::kOllama)},
      {"/api/generate", false, at(Endpoint::kGenerate, Dialect::kOllamaGenerate)},
      {"/api/embed", false, at(Endpoint::kEmbeddings, Dialect::kOllama, EmbeddingForm::kOllama)},
      {"/api/embeddings", false,
       at(Endpoint::kEmbeddings, Dialect::kOllama, EmbeddingForm::kOllamaOld)},
      {"/api/show", false, at(Endpoint::kShowModel, Dialect::kOllama)},
      {"/api/tags", true, at(Endpoint::kModels, Dialect::kOllama)},
      {"/api/ps", true, at(Endpoint::kRunning, Dialect::kOllama)},
      {"/api/version", true, at(Endpoint::kVersion, Dialect::kOllama)},
      {"/", true, at(Endpoint::kGreeting, Dialect::kOllama)},
      {"/readyz", true, at(Endpoint::kReady, Dialect::kOpenAiChat)},
  }};
  return paths;
}

// What a client writes behind the colon of a Gemini model.
struct Verb {
  string_view name;
  Endpoint endpoint;
  bool stream = false;
  EmbeddingForm form = EmbeddingForm::kGemini;
};
constexpr std::array<Verb, 5> kVerbs = {{
    {"generateContent", Endpoint::kGenerate},
    {"streamGenerateContent", Endpoint::kGenerate, true},
    {"countTokens", Endpoint::kCountTokens},
    {"embedContent", Endpoint::kEmbeddings},
    {"batchEmbedContents", Endpoint::kEmbeddings, false, EmbeddingForm::kGeminiBatch},
}};

// What providers have beside the served paths. Whatever else stands behind /v1/ is passed
// on, too; without the version these alone are.
constexpr std::array<string_view, 13> kProviderPaths = {
    "/files",   "/batches",    "/audio",    "/images",        "/moderations",
    "/uploads", "/assistants", "/threads",  "/vector_stores", "/fine_tuning",
    "/videos",  "/responses/", "/messages/"};

bool has_query(string_view query, string_view pair) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    if (query.substr(0, end) == pair) return true;
    if (end == string_view::npos) return false;
    query.remove_prefix(end + 1);
  }
  return false;
}

struct Versioned {
  string_view rest;     // behind the version
  string_view version;  // "v1", "v1beta" or empty
};

// Clients that add a version to a base URL which has one already mean it once.
Versioned without_version(string_view path) {
  Versioned found{path, {}};
  for (const string_view version : {"/v1beta", "/v1alpha", "/v1"}) {
    while (found.rest.starts_with(version) && found.rest.substr(version.size()).starts_with('/')) {
      found.rest.remove_prefix(version.size());
      found.version = version.substr(1);
    }
  }
  return found;
}

bool reads(string_view method) { return method == "GET" || method == "HEAD"; }

// Whose list of models is meant, and whose errors.
Dialect reader_of_models(const RequestHead& head, string_view version) {
  if (head.fields.find("anthropic-version")) return Dialect::kAnthropic;
  const bool gemini = head.fields.find("x-goog-api-key") || head.fields.find("x-goog-api-client");
  if (gemini || (!version.empty() && version != "v1")) return Dialect::kGemini;
  return Dialect::kOpenAiChat;
}

Destination with_method(Destination destination, bool right) {
  if (!right) destination.endpoint = Endpoint::kWrongMethod;
  return destination;
}

// "/models/gemini-pro:generateContent", "/models/org%2Fmodel". An id may have colons.
std::optional<Destination> model_path(const RequestHead& head, const Versioned& path) {
  if (!path.rest.starts_with(kModelPrefix)) return std::nullopt;
  const string_view name = path.rest.substr(kModelPrefix.size());
  const std::size_t colon = name.rfind(':');
  for (const Verb& verb : kVerbs) {
    if (colon == string_view::npos || name.substr(colon + 1) != verb.name) continue;
    Destination destination = at(verb.endpoint, Dialect::kGemini, verb.form);
    destination.model = http1::percent_decoded(name.substr(0, colon));
    destination.stream = verb.stream;
    destination.is_sse = !verb.stream || has_query(head.query(), "alt=sse");
    return with_method(std::move(destination), head.method == "POST");
  }
  Destination destination = at(Endpoint::kModel, reader_of_models(head, path.version));
  destination.model = http1::percent_decoded(name);
  return with_method(std::move(destination), reads(head.method));
}

std::optional<Destination> known_path(const RequestHead& head, const Versioned& path) {
  const auto look_up = [&](const auto& entries, string_view wanted) -> std::optional<Destination> {
    for (const Entry& entry : entries) {
      if (entry.path != wanted) continue;
      const bool right = entry.reads ? reads(head.method) : head.method == "POST";
      return with_method(entry.destination, right);
    }
    return std::nullopt;
  };
  if (auto found = look_up(plain_paths(), head.path())) return found;
  std::optional<Destination> found = look_up(versioned_paths(), path.rest);
  if (found && path.rest == "/models") found->dialect = reader_of_models(head, path.version);
  return found ? found : model_path(head, path);
}

}  // namespace

Destination find_destination(const RequestHead& head) {
  const string_view whole = head.path();
  if (whole == "/healthz" || whole == "/health") {
    return with_method(at(Endpoint::kHealth, Dialect::kOpenAiChat), reads(head.method));
  }
  const Versioned path = without_version(whole);
  if (std::optional<Destination> found = known_path(head, path)) {
    const bool anthropic = found->dialect == Dialect::kAnthropic;
    found->is_beta = anthropic && has_query(head.query(), "beta=true");
    return *std::move(found);
  }
  if (whole.starts_with("/api/")) return at(Endpoint::kNotServed, Dialect::kOllama);
  const bool anthropic =
      head.fields.find("anthropic-version") || path.rest.starts_with("/messages/");
  const Dialect dialect = anthropic ? Dialect::kAnthropic : Dialect::kOpenAiChat;
  if (path.version == "v1") return at(Endpoint::kPassThrough, dialect);
  if (!path.version.empty()) return at(Endpoint::kNotServed, Dialect::kGemini);
  for (const string_view known : kProviderPaths) {
    if (path.rest.starts_with(known)) return at(Endpoint::kPassThrough, dialect);
  }
  return at(Endpoint::kUnknown, Dialect::kOpenAiChat);
}

string_view path_below_version(string_view path) { return without_version(path).rest; }

string_view allowed_methods(const RequestHead& head) {
  if (find_destination(head).endpoint == Endpoint::kPassThrough) {
    return "GET, POST, PUT, PATCH, DELETE";
  }
  RequestHead posted = head;
  posted.method = "POST";
  return find_destination(posted).endpoint == Endpoint::kWrongMethod ? "GET, HEAD" : "POST";
}

}  // namespace weir
