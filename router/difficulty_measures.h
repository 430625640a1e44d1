// How good a difficulty score is, on prompts whose two answers were graded.
//
// The measures are RouteLLM's (arXiv 2406.18665): a router that sends a share of
// the prompts to the strong model gains a part of the gap between the two models,
// PGR; APGR is the area under that curve, CPT(x) the share of strong calls that
// gains x % of the gap. The curve is exact; prompts of one score are sent
// together and averaged. Pure; the same rows give the same numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace weir {

struct GradedPrompt {
  double score = 0;     // difficulty()
  double local_ok = 0;  // AnswerOdds
  double cloud_ok = 0;
  double weak_grade = 0;  // of the two models' answers, in [0, 1]
  double strong_grade = 0;
  double bytes = 0;  // of the prompt
};

struct DifficultyMeasures {
  std::size_t prompts = 0;
  double weak_mean = 0;  // grade
  double strong_mean = 0;
  // Nothing where the strong model is not better over all: there is no gap to gain.
  std::optional<double> apgr;
  std::optional<double> apgr_low;  // 95 % bootstrap interval
  std::optional<double> apgr_high;
  std::optional<double> cpt50;  // per cent of strong calls
  std::optional<double> cpt80;
  // Of the score, for "the strong answer is better"; nothing without both kinds.
  std::optional<double> auroc;
  // Expected calibration error, ten bins: of local_ok against the weak grade,
  double ece = 0;
  double ece_cloud = 0;  // of cloud_ok against the strong grade,
  double ece_score = 0;  // and of the score against "the strong answer is better".
  // APGR of sending at random, the longest prompts first, and by the grades themselves.
  double random = 0.5;
  std::optional<double> length;
  std::optional<double> oracle;
};

// The bootstrap draws 1,000 samples, fewer of more than 200,000 prompts, at least 100.
DifficultyMeasures measure_difficulty(std::span<const GradedPrompt> prompts);

}  // namespace weir
