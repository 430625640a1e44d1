#include "local_backend/model/attention_core.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

// A lone key head is not read by one thread alone.
std::size_t heads_together(const HeadSpec& spec) {
  const std::size_t group = spec.heads / spec.kv_heads;
  return spec.kv_heads == 1 && group % 4 == 0 ? 4 : group;
}

float* row_of(float* page, std::size_t kv_head, std::size_t position, std::size_t width) {
  return page + (kv_head * kKvPageTokens + position % kKvPageTokens) * width;
}

}  // namespace

AttentionCore::AttentionCore(const HeadSpec& spec, std::size_t slot, bool values_in_keys,
                             std::vector<float> sinks)
    : spec_(spec),
      slot_(slot),
      values_in_keys_(values_in_keys),
      sinks_(std::move(sinks)),
      group_(spec.heads / spec.kv_heads),
      heads_together_(heads_together(spec)) {}

void AttentionCore::remember(ForwardPass& pass, std::size_t token, const float* key,
                             const float* value) const {
  const std::size_t position = pass.batch.positions[token];
  SequenceState& state = *pass.batch.sequences[token];
  for (std::size_t h = 0; h < spec_.kv_heads; ++h) {
    std::copy_n(key + h * spec_.key_width, spec_.key_width, key_at(state, h, position));
    if (values_in_keys_) continue;
    std::copy_n(value + h * spec_.value_width, spec_.value_width, value_at(state, h, position));
  }
}

void AttentionCore::attend_all(ForwardPass& pass) const {
  const std::size_t batch = pass.batch.size();
  pass.work.attended.resize(batch * spec_.heads * spec_.value_width);
  const std::size_t parts = spec_.heads / heads_together_;
  const std::size_t longest = *std::max_element(pass.work.ends.begin(), pass.work.ends.end());
  pass.pool.run({.tasks = batch * parts,
                 .scratch_floats = heads_together_ * (longest + 1),
                 .share = worth_sharing(pass)},
                [&](std::size_t i, float* scores) {
                  attend(pass, i / parts, i % parts * heads_together_, scores);
                });
}

bool AttentionCore::worth_sharing(const ForwardPass& pass) const {
  constexpr std::size_t kProducts = std::size_t{1} << 17;  // some 20 us
  std::size_t seen = 0;
  for (const std::size_t position : pass.batch.positions) seen += position + 1;
  return seen * spec_.heads * (spec_.key_width + spec_.value_width) > kProducts;
}

AttentionCore::Sight AttentionCore::sight(const ForwardPass& pass, std::size_t token) const {
  const std::size_t position = pass.batch.positions[token];
  const std::size_t end = pass.work.ends[token];
  if (!spec_.both_ways) {
    const bool all = spec_.window == 0 || position < spec_.window;
    return {all ? 0 : position + 1 - spec_.window, position + 1};
  }
  if (spec_.window == 0) return {0, end};
  const std::size_t half = spec_.window / 2;
  return {position < half ? 0 : position - half, std::min(position + half + 1, end)};
}

// scores: [heads together][positions seen, and one more for a sink], overwritten.
void AttentionCore::attend(ForwardPass& pass, std::size_t token, std::size_t first_head,
                           float* scores) const {
  const Sight seen = sight(pass, token);
  const std::size_t sinks = sinks_.empty() ? 0 : 1;
  const std::size_t stride = seen.end - seen.start + sinks;
  score(pass, token, first_head, scores);
  for (std::size_t h = 0; h < heads_together_; ++h) {
    if (sinks != 0) scores[(h + 1) * stride - 1] = sinks_[first_head + h];
    pass.kernels.softmax(scores + h * stride, stride);
  }
  const std::size_t first = (token * spec_.heads + first_head) * spec_.value_width;
  float* outputs = pass.work.attended.data() + first;
  std::fill_n(outputs, heads_together_ * spec_.value_width, 0.0f);
  SequenceState& state = *pass.batch.sequences[token];
  for (std::size_t p = seen.start; p < seen.end; ++p) {
    const float* value = value_at(state, first_head / group_, p);
    for (std::size_t h = 0; h < heads_together_; ++h) {
      pass.kernels.add_scaled(scores[h * stride + p - seen.start], value,
                              outputs + h * spec_.value_width, spec_.value_width);
    }
  }
}

void AttentionCore::score(ForwardPass& pass, std::size_t token, std::size_t first_head,
                          float* scores) const {
  const Sight seen = sight(pass, token);
  const std::size_t stride = seen.end - seen.start + (sinks_.empty() ? 0 : 1);
  const std::size_t first = (token * spec_.heads + first_head) * spec_.key_width;
  const float* queries = pass.work.query.data() + first;
  SequenceState& state = *pass.batch.sequences[token];
  const float scale = scale_at(pass.batch.positions[token]);
  for (std::size_t p = seen.start; p < seen.end; ++p) {
    const float* key = key_at(state, first_head / group_, p);
    for (std::size_t h = 0; h < heads_together_; ++h) {
      const float dot = pass.kernels.dot(queries + h * spec_.key_width, key, spec_.key_width);
      float& found = scores[h * stride + p - seen.start];
      found = dot * scale;
      if (spec_.softcap != 0) found = spec_.softcap * std::tanh(found / spec_.softcap);
    }
  }
}

float AttentionCore::scale_at(std::size_t position) const {
  if (spec_.temperature.scale == 0) return spec_.scale;
  const double steps = std::floor(static_cast<double>(position) / spec_.temperature.length);
  return static_cast<float>(spec_.scale * (1 + spec_.temperature.scale * std::log1p(steps)));
}

float* AttentionCore::key_at(SequenceState& state, std::size_t kv_head,
                             std::size_t position) const {
  return row_of(page_of(state, position), kv_head, position, spec_.key_width);
}

float* AttentionCore::value_at(SequenceState& state, std::size_t kv_head,
                               std::size_t position) const {
  if (values_in_keys_) return key_at(state, kv_head, position);
  float* values = page_of(state, position) + spec_.kv_heads * kKvPageTokens * spec_.key_width;
  return row_of(values, kv_head, position, spec_.value_width);
}

float* AttentionCore::page_of(SequenceState& state, std::size_t position) const {
  return reinterpret_cast<float*>(state.kv_page(slot_, position / kKvPageTokens));
}

}  // namespace weir
