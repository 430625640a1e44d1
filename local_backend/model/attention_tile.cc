#include "local_backend/model/attention_tile.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace weir {
namespace {

using kernels::AttentionRow;
using kernels::kTilePositions;
using kernels::KvType;
using kernels::RoundedAttention;

// Above so many rows it pays to widen a tile of blocks once.
constexpr std::size_t kDirectRows = 6;

// The largest power of two that divides all of `width`.
std::size_t whole_power(std::size_t width) { return width & (~width + 1); }

// From one tile to another, which may be in another piece of memory.
std::ptrdiff_t distance(const std::byte* from, const std::byte* to) {
  return reinterpret_cast<std::intptr_t>(to) - reinterpret_cast<std::intptr_t>(from);
}

}  // namespace

std::size_t AttentionPlan::padded_key() const {
  return kernels::padded_width(kept.key_type, heads.key_width);
}

std::size_t AttentionPlan::padded_value() const {
  return kernels::padded_width(values_in_keys ? KvType::kF32 : kept.value_type, heads.value_width);
}

std::size_t AttentionPlan::key_rotation() const {
  if (!kernels::info_of(kept.key_type).scaled) return 0;
  return whole_power(values_in_keys ? heads.key_width | heads.value_width : heads.key_width);
}

std::size_t AttentionPlan::value_rotation() const {
  if (values_in_keys) return key_rotation();
  return kernels::info_of(kept.value_type).scaled ? whole_power(heads.value_width) : 0;
}

bool AttentionPlan::rounds_queries() const {
  return kept.key_type == KvType::kQ8 && !values_in_keys;
}

bool AttentionPlan::rounds_weights() const {
  return kept.value_type == KvType::kQ8 && !values_in_keys;
}

std::byte* AttentionPlan::keys_at(SequenceState& state, std::size_t kv_head,
                                  std::size_t page) const {
  return state.kv_page(slot, page) + kv_head * kept.head_bytes();
}

std::byte* AttentionPlan::values_at(SequenceState& state, std::size_t kv_head,
                                    std::size_t page) const {
  return keys_at(state, kv_head, page) + kernels::key_tile_bytes(kept.key_type, kept.key_width);
}

void AttentionTile::look() {
  const Batch& batch = pass_.batch;
  all_seen_ = {std::numeric_limits<std::size_t>::max(), 0};
  for (std::size_t t = 0; t < queries_.tokens; ++t) {
    const std::size_t token = queries_.first_token + t;
    seen_[t] = sight(batch.positions[token], pass_.work.ends[token]);
    scale_[t] = scale_at(batch.positions[token]);
    all_seen_.start = std::min(all_seen_.start, seen_[t].start);
    all_seen_.end = std::max(all_seen_.end, seen_[t].end);
  }
}

AttentionTile::Sight AttentionTile::sight(std::size_t position, std::size_t sequence_end) const {
  const HeadSpec& heads = plan_.heads;
  if (!heads.both_ways) {
    const bool all = heads.window == 0 || position < heads.window;
    return {all ? 0 : position + 1 - heads.window, position + 1};
  }
  if (heads.window == 0) return {0, sequence_end};
  const std::size_t half = heads.window / 2;
  return {position < half ? 0 : position - half, std::min(position + half + 1, sequence_end)};
}

float AttentionTile::scale_at(std::size_t position) const {
  const HeadSpec& heads = plan_.heads;
  if (heads.temperature.scale == 0) return heads.scale;
  const double steps = std::floor(static_cast<double>(position) / heads.temperature.length);
  return static_cast<float>(heads.scale * (1 + heads.temperature.scale * std::log1p(steps)));
}

std::size_t AttentionTile::scratch_floats(const AttentionPlan& plan, std::size_t rows) {
  const std::size_t keys = plan.padded_key();
  const std::size_t values = plan.padded_value();
  return RoundedAttention::bytes(rows, keys, values) / sizeof(float) + kTilePositions * keys +
         kTilePositions * values + rows * keys + RoundedAttention::roomy(rows) * kTilePositions +
         2 * rows * values;
}

std::size_t AttentionTile::found_floats(const AttentionPlan& plan, std::size_t rows) {
  return rows * (plan.padded_value() + 2);
}

void AttentionTile::attend(float* scratch) {
  place(scratch);
  load_queries();
  Rows rows;
  start_with_sinks(found_, &rows);
  const std::size_t end = (all_seen_.end - 1) / kSpan + 1;
  for (std::size_t span = all_seen_.start / kSpan; span < end; ++span) {
    Rows part;
    start(span_found_, &part);
    sums_ = span_found_;
    look_through(span, &part);
    for (std::size_t r = 0; r < queries_.rows(); ++r) {
      steps_.merge(part[r], plan_.padded_value(), &rows[r]);
    }
  }
  write(&rows);
}

void AttentionTile::find_span(std::size_t span, float* scratch, float* found) {
  place(scratch);
  load_queries();
  Rows rows;
  start(found, &rows);
  sums_ = found;
  look_through(span, &rows);
  float* ends = found + queries_.rows() * plan_.padded_value();
  for (std::size_t r = 0; r < queries_.rows(); ++r) {
    ends[2 * r] = rows[r].highest;
    ends[2 * r + 1] = rows[r].sum;
  }
}

void AttentionTile::merge_spans(Spans spans, float* scratch) {
  place(scratch);
  const std::size_t count = queries_.rows();
  const std::size_t width = plan_.padded_value();
  Rows rows;
  start_with_sinks(found_, &rows);
  for (std::size_t span = 0; span < spans.count; ++span) {
    const float* found = spans.first + span * spans.apart;
    const float* ends = found + count * width;
    for (std::size_t r = 0; r < count; ++r) {
      std::copy_n(found + r * width, width, span_found_);
      steps_.merge({ends[2 * r], ends[2 * r + 1], span_found_}, width, &rows[r]);
    }
  }
  write(&rows);
}

void AttentionTile::place(float* scratch) {
  const std::size_t rows = queries_.rows();
  const std::size_t keys = plan_.padded_key();
  const std::size_t values = plan_.padded_value();
  rounded_.emplace(pass_.kernels, rows, keys, values, reinterpret_cast<std::byte*>(scratch));
  wide_keys_ = scratch + RoundedAttention::bytes(rows, keys, values) / sizeof(float);
  wide_values_ = wide_keys_ + kTilePositions * keys;
  asked_ = wide_values_ + kTilePositions * values;
  scores_ = asked_ + rows * keys;
  found_ = scores_ + RoundedAttention::roomy(rows) * kTilePositions;
  span_found_ = found_ + rows * values;
}

void AttentionTile::load_queries() {
  const std::size_t width = plan_.heads.key_width;
  const std::size_t padded = plan_.padded_key();
  const std::size_t rotation = plan_.key_rotation();
  float* to = asked_;
  for (std::size_t t = 0; t < queries_.tokens; ++t) {
    const std::size_t head = (queries_.first_token + t) * plan_.heads.heads + queries_.first_head;
    const float* from = pass_.work.query.data() + head * width;
    for (std::size_t h = 0; h < queries_.heads; ++h, from += width, to += padded) {
      std::fill(std::copy_n(from, width, to), to + padded, 0.0f);
      if (rotation != 0) steps_.rotate(to, width, rotation);
    }
  }
  if (plan_.rounds_queries()) rounded_->ask(asked_);
}

void AttentionTile::start(float* out, Rows* rows) const {
  const std::size_t width = plan_.padded_value();
  std::fill_n(out, queries_.rows() * width, 0.0f);
  for (std::size_t r = 0; r < queries_.rows(); ++r) {
    (*rows)[r] = {-std::numeric_limits<float>::infinity(), 0, out + r * width};
  }
}

void AttentionTile::start_with_sinks(float* out, Rows* rows) const {
  start(out, rows);
  for (std::size_t r = 0; !plan_.sinks.empty() && r < queries_.rows(); ++r) {
    (*rows)[r].highest = plan_.sinks[queries_.first_head + r % queries_.heads];
    (*rows)[r].sum = 1;
  }
}

void AttentionTile::look_through(std::size_t span, Rows* rows) {
  const std::size_t begin = std::max(span * kSpan, all_seen_.start);
  const std::size_t end = std::min((span + 1) * kSpan, all_seen_.end);
  for (std::size_t p = begin / kTilePositions; p * kTilePositions < end; ++p) look_at(p, rows);
}

void AttentionTile::look_at(std::size_t page, Rows* rows) {
  const std::size_t begin = page * kTilePositions;
  const std::size_t positions = std::min(all_seen_.end - begin, kTilePositions);
  if (keys_are_wide() || values_are_wide()) widen(page);
  score(page, (positions + 15) / 16 * 16);
  for (std::size_t r = 0; r < queries_.rows(); ++r) {
    const Sight& seen = seen_[r / queries_.heads];
    const std::size_t first = std::max(seen.start, begin) - begin;
    const std::size_t end = std::clamp(seen.end, begin, begin + positions) - begin;
    steps_.soften({scores_ + r * kTilePositions, first, end, scale_[r / queries_.heads],
                   plan_.heads.softcap, plan_.padded_value()},
                  &(*rows)[r]);
  }
  weigh(page, positions);
}

bool AttentionTile::keys_are_wide() const {
  if (plan_.values_in_keys) return true;
  return kernels::has_four_bits(plan_.kept.key_type) && queries_.rows() > kDirectRows;
}

bool AttentionTile::values_are_wide() const {
  if (plan_.values_in_keys) return true;
  return kernels::has_four_bits(plan_.kept.value_type) && queries_.rows() > kDirectRows;
}

void AttentionTile::widen(std::size_t page) {
  const KvShape& kept = plan_.kept;
  const std::byte* keys = plan_.keys_at(sequence_, kv_head_, page);
  if (keys_are_wide()) steps_.of(kept.key_type).widen_keys(keys, kept.key_width, wide_keys_);
  if (plan_.values_in_keys) return turn_keys();
  if (!values_are_wide()) return;
  const std::byte* values = plan_.values_at(sequence_, kv_head_, page);
  steps_.of(kept.value_type).widen_values(values, kept.value_width, wide_values_);
}

// The widened keys' beginnings as a tile of values.
void AttentionTile::turn_keys() {
  const std::size_t width = plan_.padded_value();
  for (std::size_t c = 0; c < plan_.heads.value_width; c += 16) {
    for (std::size_t p = 0; p < kTilePositions; ++p) {
      for (std::size_t i = c; i < c + 16; ++i) {
        const bool there = i < plan_.heads.value_width;
        wide_values_[p * width + i] = there ? wide_keys_[i * kTilePositions + p] : 0.0f;
      }
    }
  }
}

void AttentionTile::score(std::size_t page, std::size_t columns) {
  const KvShape& kept = plan_.kept;
  const std::byte* keys = plan_.keys_at(sequence_, kv_head_, page);
  if (plan_.rounds_queries()) return rounded_->score(keys, columns, scores_);
  kernels::TileProduct product{.a = asked_,
                               .a_stride = plan_.padded_key(),
                               .rows = queries_.rows(),
                               .tile = keys,
                               .width = kept.key_width,
                               .depth = plan_.padded_key(),
                               .columns = columns,
                               .out = scores_,
                               .out_stride = kTilePositions,
                               .next = distance(keys, plan_.values_at(sequence_, kv_head_, page))};
  if (!keys_are_wide()) return steps_.of(kept.key_type).score(product);
  product.tile = reinterpret_cast<const std::byte*>(wide_keys_);
  product.next = 0;
  steps_.of(KvType::kF32).score(product);
}

void AttentionTile::weigh(std::size_t page, std::size_t positions) {
  const KvShape& kept = plan_.kept;
  if (plan_.rounds_weights()) {
    return rounded_->weigh(scores_, plan_.values_at(sequence_, kv_head_, page), positions, sums_);
  }
  kernels::TileProduct product{.a = scores_,
                               .a_stride = kTilePositions,
                               .rows = queries_.rows(),
                               .tile = reinterpret_cast<const std::byte*>(wide_values_),
                               .width = plan_.padded_value(),
                               .depth = positions,
                               .columns = plan_.padded_value(),
                               .out = sums_,
                               .out_stride = plan_.padded_value()};
  if (values_are_wide()) return steps_.of(KvType::kF32).weigh(product);
  product.tile = plan_.values_at(sequence_, kv_head_, page);
  product.width = kept.value_width;
  if ((page + 1) * kTilePositions < all_seen_.end) {
    product.next = distance(product.tile, plan_.keys_at(sequence_, kv_head_, page + 1));
  }
  steps_.of(kept.value_type).weigh(product);
}

void AttentionTile::write(Rows* rows) const {
  const std::size_t width = plan_.heads.value_width;
  const std::size_t rotation = plan_.value_rotation();
  for (std::size_t r = 0; r < queries_.rows(); ++r) {
    const AttentionRow& row = (*rows)[r];
    const std::size_t token = queries_.first_token + r / queries_.heads;
    const std::size_t head = queries_.first_head + r % queries_.heads;
    float* to = pass_.work.attended.data() + (token * plan_.heads.heads + head) * width;
    const float share = 1.0f / row.sum;
    for (std::size_t i = 0; i < width; ++i) to[i] = row.out[i] * share;
    if (rotation != 0) steps_.rotate(to, width, rotation);
  }
}

}  // namespace weir
