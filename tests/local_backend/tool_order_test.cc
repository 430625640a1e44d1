#include "local_backend/tool_order.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/rng.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using Tools = std::vector<std::string>;

std::string ordered(const std::string& json) {
  Tools tools{json};
  const bool moved = order_tools(&tools);
  CHECK(moved == (tools[0] != json));
  return tools[0];
}

TEST_CASE("Tools are sorted by name, and those of one name by their text", "[hygiene][tools]") {
  Tools tools{R"({"function": {"name": "b"}})", R"({"name": "c"})",
              R"({"function": {"name": "a"}})",
              R"({"function": {"name": "b", "description": "2"}})"};
  CHECK(order_tools(&tools));
  CHECK(tools == Tools{R"({"function": {"name": "a"}})",
                       R"({"function": {"name": "b", "description": "2"}})",
                       R"({"function": {"name": "b"}})", R"({"name": "c"})"});
  CHECK_FALSE(order_tools(&tools));
}

TEST_CASE("What describes a tool stands first, then all else by name", "[hygiene][tools]") {
  CHECK(ordered(R"({"function":{"parameters":{"required":["b","a"],"properties":)"
                R"({"type":{"z":1,"enum":["y","x"],"type":"string"},"a":{}},"type":"object"},)"
                R"("name":"f","description":"d"},"type":"function"})") ==
        R"({"type": "function", "function": {"name": "f", "description": "d", "parameters": )"
        R"({"type": "object", "properties": {"a": {}, "type": {"type": "string", )"
        R"("enum": ["y", "x"], "z": 1}}, "required": ["a", "b"]}}})");
}

TEST_CASE("Names of a user's that look like keywords are names", "[hygiene][tools]") {
  const std::string schema =
      R"({"properties": {"enum": {}, "required": {"type": "array"}, "type": {}}})";
  CHECK(ordered(schema) == schema);
}

TEST_CASE("Lists that mean something keep their order", "[hygiene][tools]") {
  const std::string schema = GENERATE(as<std::string>{}, R"({"enum": ["b", "a"]})",
                                      R"({"default": {"required": ["b", "a"]}})",
                                      R"({"anyOf": [{"type": "b"}, {"type": "a"}]})",
                                      R"({"required": ["b", 1, "a"]})", R"({"required": "b"})");
  CHECK(ordered(schema) == schema);
}

TEST_CASE("Numbers, texts and members of one name keep their bytes", "[hygiene][tools]") {
  CHECK(ordered(R"({"b": 1.50e+3, "a": "\u00e4\"\\", "b": -0, "a": null})") ==
        R"({"a": "\u00e4\"\\", "a": null, "b": 1.50e+3, "b": -0})");
}

TEST_CASE("What is in order keeps its bytes, blanks included", "[hygiene][tools]") {
  const std::string json =
      GENERATE(as<std::string>{}, "{ \"a\":1 ,\"b\" : [ ] }", "[]", "\"x\"", " 1 ");
  CHECK(ordered(json) == json);
}

TEST_CASE("What is no JSON, or too much of it, stays as it is", "[hygiene][tools]") {
  const std::string json =
      GENERATE(as<std::string>{}, "", "{", "{\"b\":1,\"a\":2", "{\"b\":1 \"a\":2}", "{\"b\",\"a\"}",
               "{\"b\":1,\"a\":}", "{\"b\":1,\"a\":\"", "{\"b\":1,\"a\":2} x",
               "{\"b\":1,\"a\":\"\\", std::string(300, '['),
               "{\"b\":1,\"a\":" + std::string(250, '[') + std::string(250, ']') + "}");
  CHECK(ordered(json) == json);
}

nlohmann::json some_json(Rng& rng, int depth) {
  static constexpr const char* kKeys[] = {"type", "required", "properties", "enum",
                                          "a",    "\"",       "name",       "\n"};
  const std::uint64_t kind = rng.next() % (depth < 5 ? 6 : 3);
  if (kind == 0) return nlohmann::json(static_cast<double>(rng.next() % 1000) / 8);
  if (kind == 1) return nlohmann::json(kKeys[rng.next() % 8]);
  if (kind == 2) return nlohmann::json(nullptr);
  nlohmann::json value = kind == 3 ? nlohmann::json::array() : nlohmann::json::object();
  for (std::uint64_t i = rng.next() % 5; i > 0; --i) {
    if (kind == 3) {
      value.push_back(some_json(rng, depth + 1));
    } else {
      value[kKeys[rng.next() % 8]] = some_json(rng, depth + 1);
    }
  }
  return value;
}

// Lists of texts, which may be sets, in one order.
nlohmann::json without_order(nlohmann::json value) {
  if (value.is_array()) {
    for (auto& part : value) part = without_order(part);
    if (std::all_of(value.begin(), value.end(), [](const auto& v) { return v.is_string(); })) {
      std::sort(value.begin(), value.end());
    }
  } else if (value.is_object()) {
    for (auto& [key, part] : value.items()) part = without_order(part);
  }
  return value;
}

TEST_CASE("Ordering changes no value, and nothing the second time", "[hygiene][tools]") {
  Rng rng(5);
  for (int round = 0; round < 3'000; ++round) {
    const nlohmann::json value = some_json(rng, 0);
    const std::string once = ordered(value.dump());
    CAPTURE(value.dump(), once);
    REQUIRE(without_order(nlohmann::json::parse(once)) == without_order(value));
    REQUIRE(ordered(once) == once);
  }
}

TEST_CASE("Broken JSON of every kind is left alone", "[hygiene][tools]") {
  Rng rng(6);
  for (int round = 0; round < 3'000; ++round) {
    std::string json = some_json(rng, 0).dump();
    for (int i = 0; i < 2; ++i) json[rng.next() % json.size()] = "{}[]\",:\\ x"[rng.next() % 10];
    Tools tools{json, "{\"name\": \"" + json};
    order_tools(&tools);
    REQUIRE(tools.size() == 2);
  }
}

TEST_CASE("Megabytes of schema are ordered in one go", "[hygiene][tools]") {
  std::string json = "{\"properties\": {";
  for (int i = 0; i < 100'000; ++i) {
    json += "\"p" + std::to_string(999'999 - i) + "\": {\"type\": \"string\"}, ";
  }
  json += "\"z\": {}}}";
  CHECK(ordered(json).starts_with("{\"properties\": {\"p900000\": {\"type\": \"string\"}, "));
  std::string deep;
  while (deep.size() < 4'000'000) deep += "[{\"b\":[";
  CHECK(ordered(deep) == deep);
}

}  // namespace
}  // namespace weir
