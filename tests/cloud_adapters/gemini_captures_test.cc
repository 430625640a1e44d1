// What real clients of the Gemini API sent, and its requests for vectors.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/gemini.h"
#include "cloud_adapters/wire/gemini_embeddings.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using nlohmann::json;

struct Capture {
  std::string name;
  std::string url;
  json body;
};

std::vector<Capture> captures_of(const std::string& verb) {
  std::vector<Capture> captures;
  const std::optional<std::string> folder = test::test_data();
  if (!folder) return captures;
  for (const std::string client : {"gemini-cli", "gemini-cli-auto", "genai"}) {
    for (const auto& entry : std::filesystem::directory_iterator(*folder + "/captures/" + client)) {
      std::ifstream in(entry.path());
      json node = json::parse(in);
      const std::string url = node["url"];
      if (url.find(verb) == std::string::npos) continue;
      captures.push_back({entry.path().string(), url, node["body"]});
    }
  }
  return captures;
}

TEST_CASE("requests of real Gemini clients keep their meaning when written anew", "[gemini]") {
  const std::vector<Capture> captures = captures_of("enerateContent");
  if (captures.empty()) return test::skip("captured Gemini requests");
  CHECK(captures.size() >= 8);
  for (const Capture& capture : captures) {
    CAPTURE(capture.name);
    const auto request = gemini_codec().parse_request(capture.body.dump(), {.model = "m"});
    REQUIRE(request.has_value());
    CHECK(request->unknown_members.empty());
    const auto written = gemini_codec().write_request(*request, {.model = "m"});
    REQUIRE(written.has_value());
    json again = json::parse(written->body);
    json wanted = capture.body;
    if (wanted.contains("systemInstruction")) wanted["systemInstruction"].erase("role");
    if (wanted["generationConfig"].empty()) wanted.erase("generationConfig");
    if (wanted.contains("generationConfig") &&
        wanted["generationConfig"].contains("responseJsonSchema")) {
      wanted["generationConfig"].erase("responseJsonSchema");  // its case is made even
      again["generationConfig"].erase("responseJsonSchema");
    }
    CHECK(again == wanted);
  }
}

TEST_CASE("a batch of real Gemini texts is read", "[gemini]") {
  const std::vector<Capture> captures = captures_of("batchEmbedContents");
  if (captures.empty()) return test::skip("captured Gemini requests");
  const auto request =
      gemini_batch_embeddings_codec().parse_request(captures[0].body.dump(), {.model = "e"}, 16);
  REQUIRE(request.has_value());
  REQUIRE(request->inputs.size() == 2);
  CHECK(std::get<std::string_view>(request->inputs[1]) == "b");
  CHECK(request->unknown_members.empty());
}

TEST_CASE("one text and many become vectors in Gemini's form", "[gemini]") {
  const auto one = gemini_embeddings_codec().parse_request(
      R"({"content":{"parts":[{"text":"a"},{"text":"b"}]},"taskType":"RETRIEVAL_QUERY",
          "output_dimensionality":64})",
      {.model = "e"}, 16);
  REQUIRE(one.has_value());
  CHECK(std::get<std::string_view>(one->inputs.at(0)) == "ab");
  CHECK(one->dimensions == 64);
  CHECK(one->unknown_members.empty());
  const std::array<float, 2> vector = {0.5F, -1};
  const auto writer = gemini_embeddings_codec().writer(*one);
  writer->add(vector);
  CHECK(writer->finish("e", 3) ==
        R"({"embedding":{"values":[0.5,-1]},"usageMetadata":{"promptTokenCount":3}})");
  const auto many = gemini_batch_embeddings_codec().writer(*one);
  many->add(vector);
  many->add(vector);
  CHECK(json::parse(many->finish("e", 3))["embeddings"].size() == 2);
}

TEST_CASE("a wrong Gemini request for vectors is refused with its place", "[gemini]") {
  const auto param = [](const std::string& body) {
    const auto request = gemini_batch_embeddings_codec().parse_request(body, {.model = "e"}, 2);
    REQUIRE_FALSE(request.has_value());
    return request.error().param;
  };
  const std::string good = R"({"content":{"parts":[{"text":"a"}]}})";
  CHECK(param("{}") == "requests");
  CHECK(param(R"({"requests":[]})") == "requests");
  CHECK(param(R"({"requests":[)" + good + "," + good + "," + good + "]}") == "requests");
  CHECK(param(R"({"requests":[{}]})") == "requests[0].content");
  CHECK(param(R"({"requests":[{"content":{"parts":[{"text":""}]}}]})") ==
        "requests[0].content.parts");
  CHECK(param(R"({"requests":[{"content":{"parts":[{"inlineData":{}}]}}]})") ==
        "requests[0].content.parts[0]");
}

}  // namespace
}  // namespace weir
