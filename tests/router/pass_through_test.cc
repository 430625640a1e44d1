#include "router/pass_through.h"

#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

RequestHead head_of(std::string_view method, std::string_view target) {
  RequestHead head;
  head.method = method;
  head.target = target;
  return head;
}

BackendConfig provider(std::string name, Dialect dialect, std::vector<ModelAlias> models) {
  BackendConfig config;
  config.name = std::move(name);
  config.dialect = dialect;
  config.models = std::move(models);
  return config;
}

// A team, and what is configured for it.
struct Place {
  Place() {
    team.privacy = Privacy::kAny;
    configs.push_back(provider("claude", Dialect::kAnthropic, {{"opus", "opus"}}));
    configs.push_back(provider("openai", Dialect::kOpenAiChat, {{"big", "big-2026"}}));
    configs.push_back(provider("images", Dialect::kOpenAiResponses, {{"painter", "painter"}}));
  }

  Result<std::string> choose(const PassThroughWish& wish) {
    std::vector<ServedBackend> served;
    for (const BackendConfig& config : configs) served.emplace_back().config = &config;
    served.emplace_back();  // a local model
    const Ruling ruling = rule(team, {headers, {}, {}}).value();
    served.back().local_models = {{"tiny", "tiny"}};
    std::vector<std::string> models;
    if (!wish.model.empty()) models.emplace_back(wish.model);
    const Result<const ServedBackend*> found = choose_backend(served, ruling, wish, models);
    if (!found) return found.error();
    return (*found)->config->name;
  }

  std::vector<BackendConfig> configs;
  Team team;
  std::vector<std::string_view> headers;
};

TEST_CASE("a request that nobody here can read goes to the provider of its dialect",
          "[pass_through]") {
  Place place;
  CHECK(place.choose({"", "", Dialect::kOpenAiChat}).value() == "openai");
  CHECK(place.choose({"", "", Dialect::kAnthropic}).value() == "claude");
}

TEST_CASE("the provider that lists the model of the body gets it", "[pass_through]") {
  Place place;
  CHECK(place.choose({"", "painter", Dialect::kOpenAiChat}).value() == "images");
  CHECK(place.choose({"", "big-2026", Dialect::kOpenAiChat}).value() == "openai");
  CHECK(place.choose({"", "unheard-of", Dialect::kOpenAiChat}).value() == "openai");
}

TEST_CASE("what names the local model stays here, though it cannot answer", "[pass_through]") {
  Place place;
  for (const std::string_view model : {"local", "local/tiny", "local/other", "tiny"}) {
    CAPTURE(model);
    const auto refused = place.choose({"", model, Dialect::kOpenAiChat});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::kNotFound);
  }
  CHECK(place.choose({"", "locality", Dialect::kOpenAiChat}).value() == "openai");
  place.configs[1].models.push_back({"tiny", "tiny"});
  CHECK(place.choose({"", "tiny", Dialect::kOpenAiChat}).value() == "openai");
}

TEST_CASE("the client may name the provider", "[pass_through]") {
  Place place;
  CHECK(place.choose({"images", "", Dialect::kOpenAiChat}).value() == "images");
  const auto wrong = place.choose({"claude", "", Dialect::kOpenAiChat});
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().param == "x-weir-backend");
}

TEST_CASE("what may not leave is not passed on, whoever asks for it to stay", "[pass_through]") {
  Place place;
  const bool by_header = GENERATE(true, false);
  if (by_header) {
    place.headers = {"local_only"};
  } else {
    place.team.privacy = Privacy::kLocalOnly;
  }
  const auto refused = place.choose({"", "big", Dialect::kOpenAiChat});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kForbidden);
  CHECK(refused.error().detail == "local_only");
}

TEST_CASE("a team gets the providers alone that it may use", "[pass_through]") {
  Place place;
  place.team.backends = {"images"};
  CHECK(place.choose({"", "", Dialect::kOpenAiChat}).value() == "images");
  const auto none = place.choose({"", "", Dialect::kAnthropic});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == ErrorCode::kNotFound);
  CHECK(none.error().detail == "no_backend");
}

TEST_CASE("a team without pass-through gets no provider", "[pass_through]") {
  Place place;
  place.team.pass_through = false;
  CHECK(place.choose({"", "", Dialect::kOpenAiChat}).error().detail == "pass_through_off");
}

TEST_CASE("a team of some models alone cannot pass on what names none of them", "[pass_through]") {
  Place place;
  place.team.models = {"painter"};
  CHECK(place.choose({"", "painter", Dialect::kOpenAiChat}).value() == "images");
  for (const std::string_view model : {"", "big", "gpt-image-9"}) {
    CAPTURE(model);
    const auto refused = place.choose({"", model, Dialect::kOpenAiChat});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail == "model_not_allowed");
  }
}

TEST_CASE("a provider that has the model in its path is no place for a plain one",
          "[pass_through]") {
  Place place;
  place.configs.clear();
  place.configs.push_back(provider("azure", Dialect::kOpenAiChat, {}));
  place.configs[0].api_version = "2026-10-01";
  CHECK_FALSE(place.choose({"", "", Dialect::kOpenAiChat}).has_value());
}

TEST_CASE("a path that another server could read as another path is refused", "[pass_through]") {
  const std::string_view target = GENERATE("/v1/files/../chat/completions", "/v1/files/./x",
                                           "/v1//files", "/v1/files/%2e%2e/models", "/v1/files\\x",
                                           "/v1/chat%2Fcompletions", "/v1/chat/completions/");
  CAPTURE(target);
  const auto wrong = wrong_pass_through(head_of("POST", target));
  REQUIRE(wrong.has_value());
  CHECK(wrong->code == ErrorCode::kNotFound);
}

TEST_CASE("ordinary paths of a provider are passed on", "[pass_through]") {
  const std::string_view target =
      GENERATE("/v1/files", "/v1/files/", "/v1/files/file-1/content?x=%2F..", "/v1/batches/b_1");
  CAPTURE(target);
  CHECK_FALSE(wrong_pass_through(head_of("GET", target)).has_value());
}

TEST_CASE("a method that no provider takes is refused", "[pass_through]") {
  const auto wrong = wrong_pass_through(head_of("CONNECT", "/v1/files"));
  REQUIRE(wrong.has_value());
  CHECK(wrong->code == ErrorCode::kMethodNotAllowed);
}

TEST_CASE("the target goes out as it came, below the version and without a key", "[pass_through]") {
  const auto [target, passed] = GENERATE(table<std::string, std::string>({
      {"/v1/files?limit=2&after=a%20b", "/files?limit=2&after=a%20b"},
      {"/v1/v1/files/x/", "/files/x/"},
      {"/v1/files?key=weir_secret&limit=2", "/files?limit=2"},
      {"/v1/files?limit=2&k%65y=weir_secret", "/files?limit=2"},
      {"/v1/files?key=a&key=b", "/files"},
      {"/v1/files?keys=1&monkey=2", "/files?keys=1&monkey=2"},
      {"/files?&&", "/files?&"},
  }));
  CAPTURE(target);
  CHECK(passed_target(head_of("GET", target)) == passed);
}

TEST_CASE("of the client's header lines those go out that a provider needs", "[pass_through]") {
  RequestHead head = head_of("GET", "/v1/files");
  head.fields.add({"Authorization", "Bearer weir_secret"});
  head.fields.add({"x-api-key", "weir_secret"});
  head.fields.add({"cookie", "a=b"});
  head.fields.add({"OpenAI-Beta", "assistants=v2"});
  head.fields.add({"openai-organization", "org"});
  head.fields.add({"Range", "bytes=0-9"});
  CHECK(passed_fields(head) == "openai-beta: assistants=v2\r\nrange: bytes=0-9\r\n");
}

// As Place::choose(), for vectors.
Result<std::string> choose_for_vectors(Place& place, const PassThroughWish& wish) {
  std::vector<ServedBackend> served;
  for (const BackendConfig& config : place.configs) served.emplace_back().config = &config;
  const Ruling ruling = rule(place.team, {place.headers, {}, {}}).value();
  const auto found = choose_embedding_provider(served, ruling, wish, SteadyTime());
  if (!found) return found.error();
  return found->served->config->name + " " + std::string(found->model);
}

TEST_CASE("vectors come from a provider that lists the model, under the name it has there",
          "[pass_through]") {
  Place place;
  CHECK(choose_for_vectors(place, {"", "big", Dialect::kOpenAiChat}).value() == "openai big-2026");
  CHECK(choose_for_vectors(place, {"", "painter", Dialect::kOpenAiChat}).value() ==
        "images painter");
  for (const std::string_view model : {"opus", "unheard-of"}) {  // of another dialect, of nobody
    CAPTURE(model);
    const auto none = choose_for_vectors(place, {"", model, Dialect::kOpenAiChat});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().detail == "model_not_found");
  }
}

TEST_CASE("vectors of what may not leave as it is come from no provider", "[pass_through]") {
  Place place;
  place.headers = {GENERATE("local_only", "redact", "delegate")};
  const auto refused = choose_for_vectors(place, {"", "big", Dialect::kOpenAiChat});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail == "local_only");
}

}  // namespace
}  // namespace weir
