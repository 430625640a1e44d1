#include <cmath>
#include <fstream>
#include <sstream>

#include "router/cli/privacy_samples.h"
#include "router/privacy_measures.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir::cli {
namespace {

Result<PrivacySamples> read(const std::string& text) {
  std::istringstream in(text);
  return read_privacy_samples(in, "set");
}

SecretSample tps(std::string text, std::string rule = "a") {
  return {std::move(rule), true, std::move(text)};
}
SecretSample fps(std::string text, std::string rule = "a") {
  return {std::move(rule), false, std::move(text)};
}

TEST_CASE("Positions of labels are characters in the file and bytes here", "[eval]") {
  const auto samples =
      read(R"({"full_text":"Grüße an a@b.de","spans":[{"entity_type":"EMAIL_ADDRESS",)"
           R"("start_position":9,"end_position":15}]})"
           "\n\n");
  REQUIRE(samples.has_value());
  REQUIRE(samples->texts.size() == 1);
  const LabelledText& text = samples->texts[0];
  REQUIRE(text.spans.size() == 1);
  CHECK(text.text.substr(text.spans[0].begin, text.spans[0].end - text.spans[0].begin) == "a@b.de");
}

TEST_CASE("A set that is none is refused with its line, without its text", "[eval]") {
  const std::string text = GENERATE(
      "", "{}", R"({"full_text":"hidden"})",
      R"({"full_text":"hidden","spans":[{"entity_type":"X"}]})",
      R"({"full_text":"hidden","spans":[{"entity_type":"X","start_position":2,"end_position":9}]})",
      R"({"full_text":"hidden","spans":[{"entity_type":"X","start_position":3,"end_position":3}]})",
      R"([{"rule":"a","kind":"maybe","text":"hidden"}])", R"([{"rule":"a","kind":"tps"}])", "[1]",
      "hidden");
  CAPTURE(text);
  const auto samples = read(text);
  REQUIRE(samples.has_error());
  CHECK(samples.error().message.starts_with("set:1: "));
  CHECK(samples.error().message.find("hidden") == std::string::npos);
}

TEST_CASE("Pieces of tests that are no texts are left out, each for its reason", "[eval]") {
  const std::string key = "AKIA3EXQ7RT2ZPLM5WND";
  const CleanedSecrets clean = cleaned({
      tps("[a-zA-Z0-9]{40}"), tps("%s.%s"), fps("hf_[a-z]{34}"),               // pattern 3
      tps("values.yaml"), fps("Nuget.Config"),                                 // file_name 2
      tps("sk-ant-"), tps("export CO_API_KEY="), tps("x := \\\"p8e-"),         // piece 3
      tps("grafana-cloud-api-token"),                                          // piece
      tps("password = \"x1y2z3w4v5\""), fps("password = \"x1y2z3w4v5\""),      // contradiction 2
      fps("key in docs: " + std::string("a81b9c27d3e4f5061728a81b9c27d3e4")),  // contradiction
      tps("key: a81b9c27d3e4f5061728a81b9c27d3e4"),                            // kept
      tps("AKIA[A-Z0-9]{16}", "aws"), fps(key, "aws"),
      fps(key, "other"),           // pattern, published, kept
      fps("password = changeme"),  // kept
  });
  CHECK(
      clean.left_out ==
      std::map<std::string, std::size_t>{
          {"pattern", 4}, {"file_name", 2}, {"piece", 4}, {"contradiction", 3}, {"published", 1}});
  CHECK(clean.kept.size() == 3);
}

TEST_CASE("Wilson's interval is the published one", "[eval]") {
  const Interval interval = wilson(8, 10);
  CHECK(interval.low == Approx(0.4902).margin(1e-3));
  CHECK(interval.high == Approx(0.9433).margin(1e-3));
  CHECK(wilson(0, 0).low == 0);
  CHECK(wilson(10, 10).high == Approx(1));
}

TEST_CASE("Strict counts want kind and place, the other three quarters in common", "[eval]") {
  const PrivacyScanner scanner;
  const std::string text = "Write to a@b.de or call +46 8 928 571 38 now";
  const std::size_t phone = text.find("+46");
  const std::vector<LabelledText> texts = {
      {text,
       {{"EMAIL_ADDRESS", 9, 15}, {"PHONE_NUMBER", phone + 1, phone + 16}, {"PERSON", 0, 5}}}};
  std::size_t wrong = 0;
  const SpanMeasures measures = measure_spans(
      scanner, Guesses::kNone, texts,
      [&](const LabelledText&, std::string_view, std::size_t, std::size_t, bool) { ++wrong; });
  CHECK(measures.structured.counts.labelled == 2);
  CHECK(measures.structured.counts.found == 2);
  CHECK(measures.structured.counts.right == 1);
  CHECK(measures.structured.counts.f(1) == Approx(0.5));
  CHECK(measures.any.counts.right == 2);
  CHECK(measures.any.counts.recall() == Approx(2.0 / 3));
  CHECK(measures.per_kind.at("email").right == 1);
  CHECK(measures.per_kind.at("person").labelled == 1);
  CHECK(wrong == 2);
}

TEST_CASE("F weighs recall as its beta says", "[eval]") {
  const SpanCounts counts{10, 5, 4};
  CHECK(counts.precision() == Approx(0.8));
  CHECK(counts.recall() == Approx(0.4));
  CHECK(counts.f(1) == Approx(2 * 0.8 * 0.4 / 1.2));
  CHECK(counts.f(2) == Approx(5 * 0.8 * 0.4 / (4 * 0.8 + 0.4)));
  CHECK(SpanCounts{}.f(1) == 1);
}

TEST_CASE("On the open sets the scanner is as good as docs/privacy.md says", "[eval]") {
  const auto folder = test::test_data();
  if (!folder) {
    test::skip("the open sets of private data");
    return;
  }
  const PrivacyScanner scanner;
  std::ifstream spans(*folder + "/routing/pii_synth.jsonl");
  const auto texts = read_privacy_samples(spans, "pii_synth.jsonl");
  REQUIRE(texts.has_value());
  const SpanMeasures measures = measure_spans(scanner, Guesses::kNames, texts->texts, {});
  CHECK(measures.structured.counts.f(1) >= 0.95);
  CHECK(measures.structured.counts.precision() >= 0.98);
  CHECK(measures.any.counts.f(2) >= 0.75);
  std::ifstream secrets(*folder + "/privacy/gitleaks_samples.json");
  const auto samples = read_privacy_samples(secrets, "gitleaks_samples.json");
  REQUIRE(samples.has_value());
  const SecretCounts counts = measure_secrets(scanner, cleaned(samples->secrets).kept);
  CHECK(counts.found * 10 >= counts.secrets * 9);
  CHECK(counts.false_alarms * 50 <= counts.others);
}

}  // namespace
}  // namespace weir::cli
