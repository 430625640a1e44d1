#include "router/difficulty_measures.h"

#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

GradedPrompt graded(double score, double weak, double strong, double bytes = 1) {
  return {score, weak, strong, weak, strong, bytes};
}

// Two prompts that only the strong model answers, one that both do, one that only
// the weak one does: a gap of 1 in 4.
std::vector<GradedPrompt> four(double a, double b, double c, double d) {
  return {graded(a, 0, 1), graded(b, 0, 1), graded(c, 1, 1), graded(d, 1, 0)};
}

TEST_CASE("One score for all prompts is a random router", "[difficulty]") {
  const DifficultyMeasures measures = measure_difficulty(four(0.3, 0.3, 0.3, 0.3));
  CHECK(measures.apgr.value() == Approx(0.5));
  CHECK(measures.cpt50.value() == Approx(50));
  CHECK(measures.cpt80.value() == Approx(80));
  CHECK(measures.auroc.value() == Approx(0.5));
  CHECK(measures.random == 0.5);
}

TEST_CASE("The area is that of the exact curve", "[difficulty]") {
  // Gains 1, 1, 0, -1: the curve goes 0, 1, 2, 2, 1 in steps of a quarter.
  const DifficultyMeasures best = measure_difficulty(four(0.9, 0.8, 0.5, 0.1));
  CHECK(best.apgr.value() == Approx((0.5 + 1.5 + 2 + 1.5) / 4));
  CHECK(best.apgr.value() == Approx(best.oracle.value()));
  CHECK(best.cpt50.value() == Approx(12.5));
  CHECK(best.cpt80.value() == Approx(20));
  CHECK(best.auroc.value() == Approx(1));
  const DifficultyMeasures worst = measure_difficulty(four(0.1, 0.2, 0.5, 0.9));
  CHECK(worst.apgr.value() == Approx((-0.5 - 1 - 0.5 + 0.5) / 4));
  CHECK(worst.cpt50.value() == Approx(87.5));
  CHECK(worst.auroc.value() == Approx(0));
}

TEST_CASE("The length baseline sends the longest prompts first", "[difficulty]") {
  std::vector<GradedPrompt> prompts = four(0, 0, 0, 0);
  prompts[0].bytes = 40;
  prompts[1].bytes = 30;
  prompts[2].bytes = 20;
  prompts[3].bytes = 10;
  const DifficultyMeasures measures = measure_difficulty(prompts);
  CHECK(measures.length.value() == Approx(measures.oracle.value()));
  CHECK(measures.apgr.value() == Approx(0.5));
}

TEST_CASE("Without a gap between the models there is no part of it to gain", "[difficulty]") {
  const std::vector<GradedPrompt> prompts{graded(0.2, 1, 0), graded(0.3, 0, 1)};
  const DifficultyMeasures measures = measure_difficulty(prompts);
  CHECK_FALSE(measures.apgr);
  CHECK_FALSE(measures.apgr_low);
  CHECK_FALSE(measures.cpt50);
  CHECK(measures.auroc);
  CHECK_FALSE(measure_difficulty({}).apgr);
}

TEST_CASE("The calibration error is the mean distance of forecast and outcome", "[difficulty]") {
  std::vector<GradedPrompt> prompts;
  for (int i = 0; i < 10; ++i) {
    GradedPrompt prompt = graded(1, i < 7 ? 1 : 0, 1);
    prompt.local_ok = 0.75;  // 7 of 10 are
    prompt.cloud_ok = 0.9;   // all are
    prompts.push_back(prompt);
  }
  const DifficultyMeasures measures = measure_difficulty(prompts);
  CHECK(measures.ece == Approx(0.05));
  CHECK(measures.ece_cloud == Approx(0.1));
  CHECK(measures.ece_score == Approx(0.7));
}

TEST_CASE("The interval holds the value and is the same each time", "[difficulty]") {
  std::vector<GradedPrompt> prompts;
  for (int i = 0; i < 500; ++i) {
    prompts.push_back(graded((i * 37 % 500) / 500.0, i % 3 == 0 ? 0 : 1, i % 11 == 0 ? 0 : 1));
  }
  const DifficultyMeasures once = measure_difficulty(prompts);
  const DifficultyMeasures again = measure_difficulty(prompts);
  CHECK(once.apgr_low.value() < once.apgr.value());
  CHECK(once.apgr_high.value() > once.apgr.value());
  CHECK(once.apgr_low == again.apgr_low);
  CHECK(once.apgr_high == again.apgr_high);
}

}  // namespace
}  // namespace weir
