#include "local_backend/model/output_head.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace weir {
namespace {

// Tokens whose logits are held at once to score them: enough to read the output
// matrix seldom, and some megabytes for the largest vocabularies.
constexpr std::size_t kScoredTogether = 16;

constexpr std::size_t kLogitsOfTask = std::size_t{1} << 14;

float log_softmax_at(const kernels::Kernels& kernels, std::span<const float> logits,
                     std::size_t index) {
  const kernels::LogitSurvey survey = kernels.survey(logits.data(), logits.size());
  if (!survey.sound) return std::numeric_limits<float>::quiet_NaN();
  const double total = kernels.sum_logits(logits.data(), logits.size(), survey.highest).total;
  return static_cast<float>(double{logits[index]} - double{survey.highest} - std::log(total));
}

}  // namespace

OutputHead::OutputHead(const ModelSpec& spec, TensorSource& tensors,
                       const kernels::WeightMatrix& embedding)
    : norm_(tensors, spec.output_norm, spec, spec.embedding),
      output_(tensors.has("output.weight")
                  ? tensors.matrix("output.weight", {spec.vocabulary, spec.embedding})
                  : embedding),
      scale_(spec.logit_scale),
      softcap_(spec.logit_softcap) {
  tensors.note_multiplier(&output_);
}

bool OutputHead::forward(ForwardPass& pass, const std::function<bool()>& stop,
                         ForwardOutput* out) const {
  std::vector<float>& rows = pass.work.normed;
  out->hidden.clear();
  out->scores.clear();
  rows.clear();
  for (std::size_t t = 0; t < pass.batch.size(); ++t) {
    if (pass.batch.wants[t].hidden) gather_norm(pass, t, &out->hidden);
    if (pass.batch.wants[t].logits) gather_norm(pass, t, &rows);
  }
  const std::size_t wanted = rows.size() / pass.embedding;
  out->logits.resize(wanted * output_.rows());
  if (wanted != 0) {
    output_.matmul(pass.kernels, pass.pool, rows.data(), wanted, out->logits.data());
    finish_logits(pass, out->logits);
  }

  std::vector<TokenId> scored;
  rows.clear();
  for (std::size_t t = 0; t < pass.batch.size(); ++t) {
    if (pass.batch.wants[t].scored == kNoToken) continue;
    gather_norm(pass, t, &rows);
    scored.push_back(pass.batch.wants[t].scored);
    if (scored.size() < kScoredTogether) continue;
    if (stop()) return false;
    add_scores(pass, scored, out);
    scored.clear();
    rows.clear();
  }
  if (!scored.empty()) add_scores(pass, scored, out);
  return true;
}

void OutputHead::gather_norm(ForwardPass& pass, std::size_t token, std::vector<float>* rows) const {
  const std::size_t start = rows->size();
  rows->resize(start + pass.embedding);
  norm_.apply(pass.kernels, pass.work.residual.data() + token * pass.embedding,
              rows->data() + start, pass.embedding);
}

void OutputHead::finish_logits(ForwardPass& pass, std::span<float> logits) const {
  if (scale_ == 1 && softcap_ == 0) return;
  const std::size_t tasks = (logits.size() + kLogitsOfTask - 1) / kLogitsOfTask;
  pass.pool.run({.tasks = tasks}, [&](std::size_t i, float*) {
    const std::size_t begin = i * kLogitsOfTask;
    const std::size_t count = std::min(kLogitsOfTask, logits.size() - begin);
    pass.kernels.limit(logits.data() + begin, count, scale_, softcap_);
  });
}

// Of the rows in work.normed, one for each of `tokens`.
void OutputHead::add_scores(ForwardPass& pass, const std::vector<TokenId>& tokens,
                            ForwardOutput* out) const {
  std::vector<float>& logits = pass.work.scored_logits;
  const std::size_t vocabulary = output_.rows();
  const std::size_t first = out->scores.size();
  logits.resize(tokens.size() * vocabulary);
  out->scores.resize(first + tokens.size());
  output_.matmul(pass.kernels, pass.pool, pass.work.normed.data(), tokens.size(), logits.data());
  finish_logits(pass, logits);
  pass.pool.run({.tasks = tokens.size()}, [&](std::size_t i, float*) {
    const std::span row(logits.data() + i * vocabulary, vocabulary);
    out->scores[first + i] = log_softmax_at(pass.kernels, row, static_cast<std::size_t>(tokens[i]));
  });
}

}  // namespace weir
