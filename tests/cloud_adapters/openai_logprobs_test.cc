#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

// "Hi" and half a character, with two likely tokens behind the first.
struct Example {
  std::array<TokenProbability, 2> top{{{"Hi", -0.25f}, {"Yo", -1.5f}}};
  std::array<TokenReport, 2> reports{{{{"Hi", -0.25f}, top}, {{"\xe2\x82", -2.0f}, {}}}};

  std::string write(AnswerWriter& writer) const {
    std::string out;
    StreamEvent start;
    start.kind = EventKind::kStart;
    start.fingerprint = "fp_12";
    StreamEvent text;
    text.kind = EventKind::kTextDelta;
    text.text = "Hi";
    text.logprobs = reports;
    StreamEvent silent;
    silent.kind = EventKind::kTextDelta;
    StreamEvent finish;
    finish.kind = EventKind::kFinish;
    finish.finish = FinishReason::kStop;
    StreamEvent done;
    done.kind = EventKind::kDone;
    for (const StreamEvent& event : {start, text, silent, finish, done})
      CHECK(writer.write(event, &out).has_value());
    return out;
  }
};

void check_content(const json& logprobs) {
  CHECK(logprobs["refusal"].is_null());
  const json& content = logprobs["content"];
  REQUIRE(content.size() == 2);
  CHECK(content[0]["token"] == "Hi");
  CHECK(content[0]["logprob"] == -0.25);
  CHECK(content[0]["bytes"] == json::array({72, 105}));
  REQUIRE(content[0]["top_logprobs"].size() == 2);
  CHECK(content[0]["top_logprobs"][1]["token"] == "Yo");
  CHECK(content[0]["top_logprobs"][1]["bytes"] == json::array({89, 111}));
  CHECK(content[1]["bytes"] == json::array({0xe2, 0x82}));
  CHECK(content[1]["top_logprobs"] == json::array());
}

TEST_CASE("a body tells probabilities and the fingerprint as OpenAI does", "[openai]") {
  const auto writer = openai_chat_codec().body_writer({});
  const json body = json::parse(Example().write(*writer));
  CHECK(body["system_fingerprint"] == "fp_12");
  check_content(body["choices"][0]["logprobs"]);
}

TEST_CASE("a stream tells probabilities with their text, and nothing where nothing is said",
          "[openai]") {
  const auto writer = openai_chat_codec().stream_writer({});
  std::string stream = Example().write(*writer);
  std::vector<json> chunks;
  for (std::size_t end = stream.find("\n\n"); end != std::string::npos; end = stream.find("\n\n")) {
    chunks.push_back(json::parse(stream.substr(6, end - 6)));
    stream.erase(0, end + 2);
  }
  REQUIRE(chunks.size() == 3);  // the role, the text, the end
  CHECK(chunks[0]["choices"][0]["logprobs"].is_null());
  CHECK(chunks[1]["choices"][0]["delta"]["content"] == "Hi");
  check_content(chunks[1]["choices"][0]["logprobs"]);
  CHECK(chunks[2]["choices"][0]["logprobs"].is_null());
  for (const json& chunk : chunks) CHECK(chunk["system_fingerprint"] == "fp_12");
}

TEST_CASE("a bias is read, and refused where it means nothing", "[openai]") {
  const auto request = [](const std::string& bias) {
    return openai_chat_codec().parse_request(
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"logit_bias":)" + bias + "}");
  };
  const auto good = request(R"({"5":-100,"70000":1.5})");
  REQUIRE(good.has_value());
  REQUIRE(good->sampling.logit_bias.size() == 2);
  CHECK(good->sampling.logit_bias[1].token == 70000);
  CHECK(good->sampling.logit_bias[1].value == 1.5);
  CHECK(request("{}")->sampling.logit_bias.empty());
  CHECK(request("null")->sampling.logit_bias.empty());
  const std::string bad = GENERATE(R"({"x":1})", R"({"5 ":1})", R"({"":1})", R"({"5":101})",
                                   R"({"5":"1"})", "[]", R"({"99999999999999999999":1})");
  CAPTURE(bad);
  const auto refused = request(bad);
  REQUIRE(refused.has_error());
  CHECK(refused.error().param.starts_with("logit_bias"));
}

}  // namespace
}  // namespace weir
