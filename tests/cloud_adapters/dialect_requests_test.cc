// One conversation (an image, a thought, two calls and their results, tools, a schema, and the
// knobs that each dialect has) as a client of every dialect asks it, written for every other.
// tests/data/dialects/written holds what comes of it; WEIR_WRITE_EXPECTED=1 writes it anew, to be
// read before it is committed.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/codec.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

struct Side {
  Dialect dialect;
  std::string name;
};

const std::vector<Side>& sides() {
  static const std::vector<Side> all = {{Dialect::kOpenAiChat, "openai_chat"},
                                        {Dialect::kOpenAiResponses, "openai_responses"},
                                        {Dialect::kAnthropic, "anthropic"},
                                        {Dialect::kGemini, "gemini"},
                                        {Dialect::kOllama, "ollama"}};
  return all;
}

std::string path_of(const std::string& name) {
  return std::string(WEIR_SOURCE_DIR) + "/tests/data/dialects/" + name + ".json";
}

std::string file(const std::string& name) {
  std::ifstream in(path_of(name));
  return {std::istreambuf_iterator<char>(in), {}};
}

ChatRequest asked(const Side& side) {
  auto request = codec_of(side.dialect)
                     .parse_request(file("requests/" + side.name), {.model = "m", .stream = true});
  REQUIRE(request.has_value());
  return std::move(*request);
}

// What the model is told, part by part. Ids, names of parts and what steers the answer are not
// in it; a developer is a system here.
void add_part(const Part& part, std::vector<std::string>* words);

struct PartWords {
  std::vector<std::string>* words;

  void operator()(const TextPart& part) const { words->push_back(std::string(part.text)); }
  void operator()(const ImagePart& part) const {
    words->push_back("image " + std::string(part.base64_data));
  }
  void operator()(const FilePart&) const { words->push_back("file"); }
  void operator()(const ToolUsePart& part) const {
    const json arguments = json::parse(part.arguments_json.empty() ? "{}" : part.arguments_json);
    words->push_back("call " + std::string(part.name) + arguments.dump());
  }
  void operator()(const ToolResultPart& part) const {
    words->push_back("result");
    for (const Part& inner : part.parts) add_part(inner, words);
  }
  void operator()(const ReasoningPart& part) const {
    words->push_back("thought " + std::string(part.text));
  }
  void operator()(const OtherPart& part) const {
    words->push_back("other " + std::string(part.type));
  }
};

void add_part(const Part& part, std::vector<std::string>* words) {
  std::visit(PartWords{words}, part.value);
}

std::vector<std::string> conversation(const ChatRequest& request) {
  std::vector<std::string> words;
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) add_part(part, &words);
  }
  return words;
}

std::vector<std::string> without_thoughts(std::vector<std::string> words) {
  std::erase_if(words, [](const std::string& word) { return word.starts_with("thought "); });
  return words;
}

json written_as(const Side& to, const ChatRequest& request) {
  const auto written = codec_of(to.dialect).write_request(request, {.model = "x"});
  if (!written) return {{"refused", written.error().param}};
  return {{"lost", written->lost.fields()}, {"body", json::parse(written->body)}};
}

TEST_CASE("a conversation is written for every dialect as is expected", "[dialects]") {
  const bool anew = std::getenv("WEIR_WRITE_EXPECTED") != nullptr;
  for (const Side& from : sides()) {
    for (const Side& to : sides()) {
      const std::string name = "written/" + from.name + "_to_" + to.name;
      const json written = written_as(to, asked(from));
      if (anew) std::ofstream(path_of(name)) << written.dump(1) << "\n";
      INFO(name);
      const std::string expected = file(name);
      REQUIRE_FALSE(expected.empty());
      CHECK(written == json::parse(expected));
    }
  }
}

// A thought that another dialect's model had is not shown to a provider that wants its own
// signature below it; then it is named as lost.
TEST_CASE("a conversation stays the same there and back", "[dialects]") {
  const std::string thought = "messages[2].content[0]";
  for (const Side& from : sides()) {
    const ChatRequest first = asked(from);
    const std::vector<std::string> words = conversation(first);
    CHECK(words.size() == 12);
    for (const Side& to : sides()) {
      INFO(from.name << " to " << to.name);
      const auto there = codec_of(to.dialect).write_request(first, {.model = "x"});
      REQUIRE(there.has_value());
      const auto read = codec_of(to.dialect).parse_request(there->body, {.model = "x"});
      REQUIRE(read.has_value());
      CHECK(read->sampling.max_tokens == 300);
      const std::vector<std::string>& lost = there->lost.fields();
      const bool kept = std::ranges::find(lost, thought) == lost.end();
      CHECK(conversation(*read) == (kept ? words : without_thoughts(words)));
      const auto back = codec_of(from.dialect).write_request(*read, {.model = "m"});
      REQUIRE(back.has_value());
      const auto again = codec_of(from.dialect).parse_request(back->body, {.model = "m"});
      REQUIRE(again.has_value());
      CHECK(without_thoughts(conversation(*again)) == without_thoughts(words));
    }
  }
}

// A conversation with Responses' client that a local model or another provider answered first.
TEST_CASE("thoughts with ids that were made here do not reach a Responses server", "[dialects]") {
  const Codec& codec = codec_of(Dialect::kOpenAiResponses);
  const auto asks = [&](const std::string& id) {
    return codec.parse_request(R"({"model":"m","input":[{"role":"user","content":"Hi"},)"
                               R"({"type":"reasoning","id":")" +
                               id +
                               R"(","summary":[{"type":"summary_text","text":"So."}]},)"
                               R"({"role":"assistant","content":"Yes?"}]})");
  };
  for (const std::string& id : {std::string("rs_68af2c"), std::string("rs_tmp_x1")}) {
    CHECK(codec.goes_as_it_came(asks(id).value()));
  }
  const ChatRequest request = asks("rs_0190a1b2_0").value();
  CHECK_FALSE(codec.goes_as_it_came(request));
  const auto written = codec.write_request(request, {.model = "x"});
  REQUIRE(written.has_value());
  CHECK(written->body.find("So.") == std::string::npos);
  CHECK(written->lost.text() == "messages[1].content[0]");
}

// Of a Responses client's thoughts Anthropic can have signed only those that came through here.
TEST_CASE("a thought with a server's own id does not reach Anthropic", "[dialects]") {
  for (const bool ours : {false, true}) {
    const std::string id = ours ? "rs_0190a1b2_0" : "rs_68af2c";
    const auto request =
        codec_of(Dialect::kOpenAiResponses)
            .parse_request(R"({"model":"m","input":[{"role":"user","content":"a"},)"
                           R"({"type":"reasoning","encrypted_content":"c2ln","id":")" +
                           id +
                           R"(","summary":[{"type":"summary_text",)"
                           R"("text":"So."}]},{"role":"assistant","content":"b"}]})");
    REQUIRE(request.has_value());
    const auto written =
        codec_of(Dialect::kAnthropic).write_request(*request, {.model = "x", .max_tokens = 9});
    REQUIRE(written.has_value());
    CHECK((written->body.find(R"("signature":"c2ln")") != std::string::npos) == ours);
    CHECK(written->lost.text() == (ours ? "" : "messages[1].content[0]"));
  }
}

}  // namespace
}  // namespace weir
