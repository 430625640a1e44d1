#include "router/endpoints.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

RequestHead head_of(std::string_view method, std::string_view target) {
  RequestHead head;
  head.method = method;
  head.target = target;
  return head;
}

Endpoint endpoint_of(std::string_view method, std::string_view target) {
  return find_destination(head_of(method, target)).endpoint;
}

TEST_CASE("every dialect's path is found with and without the version", "[router]") {
  const auto [path, dialect] = GENERATE(table<std::string, Dialect>({
      {"/v1/chat/completions", Dialect::kOpenAiChat},
      {"/chat/completions", Dialect::kOpenAiChat},
      {"/v1/completions", Dialect::kOpenAiCompletions},
      {"/v1/responses", Dialect::kOpenAiResponses},
      {"/responses", Dialect::kOpenAiResponses},
      {"/v1/messages?beta=true", Dialect::kAnthropic},
      {"/v1/v1/messages", Dialect::kAnthropic},
      {"/api/chat", Dialect::kOllama},
      {"/api/generate", Dialect::kOllamaGenerate},
      {"/v1beta/models/m:generateContent", Dialect::kGemini},
  }));
  CAPTURE(path);
  const Destination found = find_destination(head_of("POST", path));
  CHECK(found.endpoint == Endpoint::kGenerate);
  CHECK(found.dialect == dialect);
  CHECK(endpoint_of("GET", path) != Endpoint::kGenerate);
}

TEST_CASE("an absolute target is the path in it", "[router]") {
  CHECK(endpoint_of("POST", "http://weir.example:8090/v1/chat/completions") == Endpoint::kGenerate);
  CHECK(find_destination(head_of("POST", "HTTPS://h/v1/messages?beta=true")).is_beta);
  CHECK(head_of("GET", "http://h").path() == "/");
  CHECK(head_of("GET", "/a?u=http://h/b").path() == "/a");
  CHECK(head_of("GET", "/a?u=http://h/b").query() == "u=http://h/b");
}

TEST_CASE("the query of Anthropic's clients says whether they mean the beta", "[router]") {
  CHECK(find_destination(head_of("POST", "/v1/messages?beta=true")).is_beta);
  CHECK(find_destination(head_of("POST", "/v1/messages?a=b&beta=true")).is_beta);
  CHECK_FALSE(find_destination(head_of("POST", "/v1/messages")).is_beta);
  CHECK_FALSE(find_destination(head_of("POST", "/v1/messages?beta=false")).is_beta);
  CHECK_FALSE(find_destination(head_of("POST", "/v1/responses?beta=true")).is_beta);
}

TEST_CASE("a Gemini path names the model, and whether it streams", "[router]") {
  const Destination whole =
      find_destination(head_of("POST", "/v1/models/org%2Fm:8b:generateContent"));
  CHECK(whole.model == "org/m:8b");
  CHECK_FALSE(whole.stream);
  const Destination stream =
      find_destination(head_of("POST", "/v1beta/models/m:streamGenerateContent?key=x&alt=sse"));
  CHECK(stream.stream);
  CHECK(stream.is_sse);
  CHECK_FALSE(find_destination(head_of("POST", "/v1beta/models/m:streamGenerateContent")).is_sse);
  CHECK(find_destination(head_of("POST", "/v1beta/models/m:batchEmbedContents")).form ==
        EmbeddingForm::kGeminiBatch);
}

TEST_CASE("questions for the length of a prompt are told apart", "[router]") {
  const char* path = GENERATE("/v1/responses/input_tokens", "/v1/messages/count_tokens",
                              "/v1beta/models/m:countTokens", "/v1/chat/completions/input_tokens");
  CAPTURE(path);
  const Destination found = find_destination(head_of("POST", path));
  CHECK(found.endpoint == Endpoint::kCountTokens);
  CHECK(found.path().count_only);
}

TEST_CASE("whose list of models is meant is read from the headers", "[router]") {
  RequestHead head = head_of("GET", "/v1/models");
  CHECK(find_destination(head).dialect == Dialect::kOpenAiChat);
  CHECK(find_destination(head_of("GET", "/v1beta/models")).dialect == Dialect::kGemini);
  CHECK(find_destination(head_of("GET", "/api/tags")).dialect == Dialect::kOllama);
  head.fields.add({"X-Goog-Api-Client", "google-genai-sdk/3.1.0"});
  CHECK(find_destination(head).dialect == Dialect::kGemini);
  head.fields.add({"Anthropic-Version", "2026-10-21"});
  CHECK(find_destination(head).dialect == Dialect::kAnthropic);
  CHECK(find_destination(head).endpoint == Endpoint::kModels);
}

TEST_CASE("a served path with another method is a wrong method", "[router]") {
  CHECK(endpoint_of("GET", "/v1/chat/completions") == Endpoint::kWrongMethod);
  CHECK(endpoint_of("GET", "/embeddings") == Endpoint::kWrongMethod);
  CHECK(endpoint_of("DELETE", "/v1/models/x") == Endpoint::kWrongMethod);
  CHECK(endpoint_of("GET", "/v1beta/models/m:countTokens") == Endpoint::kWrongMethod);
  CHECK(endpoint_of("post", "/v1/chat/completions") == Endpoint::kWrongMethod);
  CHECK(allowed_methods(head_of("GET", "/v1/chat/completions")) == "POST");
  CHECK(allowed_methods(head_of("PUT", "/v1/models")) == "GET, HEAD");
}

TEST_CASE("what providers have beside that is passed on, what nobody knows is not", "[router]") {
  const char* passed = GENERATE("/v1/images/generations", "/v1/files/f-1", "/batches",
                                "/v1/messages/batches", "/v1/responses/resp_1", "/v1/new/thing");
  CAPTURE(passed);
  CHECK(endpoint_of("POST", passed) == Endpoint::kPassThrough);
  CHECK(endpoint_of("POST", "/api/pull") == Endpoint::kNotServed);
  CHECK(endpoint_of("GET", "/v1beta/cachedContents") == Endpoint::kNotServed);
  CHECK(endpoint_of("POST", "/v2/chat") == Endpoint::kUnknown);
  CHECK(endpoint_of("GET", "/") == Endpoint::kGreeting);
  CHECK(endpoint_of("GET", "/healthz") == Endpoint::kHealth);
  CHECK(endpoint_of("GET", "/readyz") == Endpoint::kReady);
}

TEST_CASE("a model id is percent-decoded", "[router]") {
  const auto id = [](std::string_view path) {
    return find_destination(head_of("GET", path)).model;
  };
  CHECK(id("/v1/models/org%2Fmodel") == "org/model");
  CHECK(id("/models/llama:8b") == "llama:8b");
  CHECK(id("/v1/models/100%") == "100%");
  CHECK(id("/v1/models/%zz%4") == "%zz%4");
}

}  // namespace
}  // namespace weir
