#include "router/endpoints.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("the served paths are found with and without the version", "[router]") {
  CHECK(find_endpoint("POST", "/v1/chat/completions") == Endpoint::kChatCompletions);
  CHECK(find_endpoint("POST", "/chat/completions") == Endpoint::kChatCompletions);
  CHECK(find_endpoint("POST", "/v1/embeddings") == Endpoint::kEmbeddings);
  CHECK(find_endpoint("GET", "/v1/models") == Endpoint::kModels);
  CHECK(find_endpoint("HEAD", "/v1/models/llama:8b") == Endpoint::kModel);
  CHECK(find_endpoint("GET", "/healthz") == Endpoint::kHealth);
  CHECK(find_endpoint("GET", "/readyz") == Endpoint::kReady);
}

TEST_CASE("a served path with another method is a wrong method", "[router]") {
  CHECK(find_endpoint("GET", "/v1/chat/completions") == Endpoint::kWrongMethod);
  CHECK(find_endpoint("GET", "/embeddings") == Endpoint::kWrongMethod);
  CHECK(find_endpoint("DELETE", "/v1/models/x") == Endpoint::kWrongMethod);
  CHECK(find_endpoint("post", "/v1/chat/completions") == Endpoint::kWrongMethod);
  CHECK(allowed_methods("/v1/chat/completions") == "POST");
  CHECK(allowed_methods("/v1/models") == "GET, HEAD");
}

TEST_CASE("paths that clients use and weir does not serve are told apart from others", "[router]") {
  const char* path = GENERATE("/v1/responses", "/v1/messages", "/v1/files/f-1",
                              "/v1/models/gemini:generateContent", "/api/chat",
                              "/v1beta/models/gemini:generateContent");
  CAPTURE(path);
  CHECK(find_endpoint("POST", path) == Endpoint::kNotImplemented);
  CHECK(find_endpoint("POST", "/v2/chat") == Endpoint::kUnknown);
  CHECK(find_endpoint("GET", "/") == Endpoint::kUnknown);
}

TEST_CASE("a model id is percent-decoded", "[router]") {
  CHECK(model_id_of("/v1/models/org%2Fmodel") == "org/model");
  CHECK(model_id_of("/models/llama:8b") == "llama:8b");
  CHECK(model_id_of("/v1/models/100%") == "100%");
  CHECK(model_id_of("/v1/models/%zz%4") == "%zz%4");
}

}  // namespace
}  // namespace weir
