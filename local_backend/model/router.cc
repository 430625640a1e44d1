#include "local_backend/model/router.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "local_backend/model/activation.h"

namespace weir {
namespace {

constexpr float kTaken = -std::numeric_limits<float>::infinity();
constexpr float kLeastSum = 6.103515625e-5f;  // the smallest normal half, as in the reference

// The first of the highest; what is not a number is never higher.
std::size_t highest(const float* values, std::size_t count) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < count; ++i) {
    if (values[i] > values[best]) best = i;
  }
  return best;
}

}  // namespace

Router::Router(const RouterSpec& spec, const std::string& prefix, BlockContext context)
    : spec_(spec),
      matrix_(context.tensors, prefix + "ffn_gate_inp", {spec.experts, context.spec.embedding}),
      bias_(context.tensors.optional_vector(prefix + "exp_probs_b.bias", spec.experts)) {
  if (!spec.from_residual) return;
  auto weights = context.tensors.vector(prefix + "ffn_gate_inp.scale", context.spec.embedding);
  const double root = std::sqrt(static_cast<double>(context.spec.embedding));
  for (float& weight : weights) weight = static_cast<float>(double{weight} / root);
  input_norm_ = Norm(std::move(weights), context.spec.norm_epsilon);
}

void Router::choose(ForwardPass& pass) const {
  score(pass);
  Workspace& work = pass.work;
  work.choices.resize(pass.batch.size() * spec_.used);
  pass.pool.run({.tasks = pass.batch.size(),
                 .scratch_floats = spec_.experts,
                 .share = pass.batch.size() * spec_.experts * spec_.used > (1 << 16)},
                [&](std::size_t t, float* ranks) {
                  choose_for(t, work.router.data() + t * spec_.experts, ranks,
                             work.choices.data() + t * spec_.used);
                });
}

// work.router = [batch][experts], as weights but where the chosen alone share them.
void Router::score(ForwardPass& pass) const {
  Workspace& work = pass.work;
  if (input_norm_.exists()) {
    work.expert_input.resize(work.residual.size());
    pass.each_token(2 * pass.embedding, [&](std::size_t t) {
      const std::size_t at = t * pass.embedding;
      input_norm_.apply(pass.kernels, work.residual.data() + at, work.expert_input.data() + at,
                        pass.embedding);
    });
  }
  matrix_.apply(pass, input_norm_.exists() ? work.expert_input : work.normed, &work.router);
  pass.each_token(2 * spec_.experts, [&](std::size_t t) {
    float* scores = work.router.data() + t * spec_.experts;
    if (spec_.gate == RouterGate::kSoftmax) pass.kernels.softmax(scores, spec_.experts);
    if (spec_.gate != RouterGate::kSigmoid) return;
    for (std::size_t e = 0; e < spec_.experts; ++e) scores[e] = sigmoid(scores[e]);
  });
}

// ranks: [experts], overwritten.
void Router::choose_for(std::size_t token, const float* scores, float* ranks,
                        Workspace::Choice* chosen) const {
  for (std::size_t e = 0; e < spec_.experts; ++e) {
    ranks[e] = scores[e] + (bias_.empty() ? 0 : bias_[e]);
  }
  if (spec_.groups > 1) drop_groups(ranks);
  for (std::size_t i = 0; i < spec_.used; ++i) {
    const std::size_t best = highest(ranks, spec_.experts);
    chosen[i] = {best, token, scores[best]};
    ranks[best] = kTaken;
  }
  weigh(scores, chosen);
}

// Leaves the experts of the groups whose best two are highest together.
void Router::drop_groups(float* ranks) const {
  const std::size_t size = spec_.experts / spec_.groups;
  const auto worth = [&](std::size_t group) {
    const float* first = ranks + group * size;
    const std::size_t best = highest(first, size);
    float second = kTaken;
    for (std::size_t i = 0; i < size; ++i) {
      if (i != best) second = std::max(second, first[i]);
    }
    return size == 1 ? first[best] : first[best] + second;
  };
  for (std::size_t dropped = spec_.groups_used; dropped < spec_.groups; ++dropped) {
    std::size_t worst = 0;
    float lowest = std::numeric_limits<float>::infinity();
    for (std::size_t group = 0; group < spec_.groups; ++group) {
      const float value = worth(group);
      if (value == kTaken || value > lowest) continue;  // the later one of equals goes
      worst = group;
      lowest = value;
    }
    std::fill_n(ranks + worst * size, size, kTaken);
  }
}

void Router::weigh(const float* scores, Workspace::Choice* chosen) const {
  const bool among_chosen = spec_.gate == RouterGate::kSoftmaxOfChosen;
  float sum = 0;
  for (std::size_t i = 0; i < spec_.used; ++i) {
    if (among_chosen) {
      chosen[i].weight = std::exp(scores[chosen[i].expert] - scores[chosen[0].expert]);
    }
    sum += chosen[i].weight;
  }
  const float divisor = among_chosen ? sum : spec_.normalise ? std::max(sum, kLeastSum) : 1;
  for (std::size_t i = 0; i < spec_.used; ++i) chosen[i].weight *= spec_.scale / divisor;
}

}  // namespace weir
