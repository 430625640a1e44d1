#include "router/local_models.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

bool has(const std::string& json, const std::string& part) {
  return json.find(part) != std::string::npos;
}

TEST_CASE("While a model is loaded the admin listener tells how far it is", "[models]") {
  ModelStore store;
  std::vector<std::string> told;
  StoredModelOptions options;
  options.load.model_path = WEIR_SOURCE_DIR "/tests/data/golden/qwen3/model.gguf";
  options.load.model_name = "a";
  options.load.engine.threads = 1;
  options.load.watch_load = [&](LoadProgress) {
    told.push_back(local_models_json(store));
    return true;
  };
  const auto models = store.prepare({options});
  store.use(models, {});
  CHECK(has(local_models_json(store), R"("state":"unloaded")"));
  REQUIRE(store.load_now(models.front()).has_value());
  REQUIRE_FALSE(told.empty());
  for (const std::string& json : told) {
    CHECK(has(json, R"("state":"loading")"));
    CHECK(has(json, R"("progress":)"));
  }
  CHECK(has(told.back(), R"("progress":1)"));
  CHECK(has(local_models_json(store), R"("state":"ready")"));
  CHECK_FALSE(has(local_models_json(store), "progress"));
}

}  // namespace
}  // namespace weir
