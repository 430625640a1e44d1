#include <algorithm>
#include <cmath>
#include <cstring>

#include "local_backend/model/linear.h"

namespace weir {
namespace {

class Attention final : public Block {
 public:
  Attention(const AttentionSpec& spec, BlockContext context)
      : spec_(spec),
        slot_(context.layout.kv_slots.size()),
        norm_(context.norm(spec.prefix, spec.norm)),
        query_(projection(spec, context, "attn_q", 0)),
        key_(projection(spec, context, "attn_k", 1)),
        value_(projection(spec, context, "attn_v", 2)),
        output_(context.tensors, spec.prefix + "attn_output",
                {context.spec.embedding, spec.heads * spec.value_width}),
        post_norm_(context.norm(spec.prefix, spec.post_norm)) {
    if (spec.qk_norm != QkNorm::kNone) {
      query_norm_ = Norm(context.tensors, spec.prefix + "attn_q_norm", context.spec,
                         normed_together(spec.heads));
      key_norm_ = Norm(context.tensors, spec.prefix + "attn_k_norm", context.spec,
                       normed_together(spec.kv_heads));
    }
    context.layout.kv_slots.push_back({spec.kv_heads, spec.key_width, spec.value_width});
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    pass.norm(norm_);
    query_.apply(pass, work.normed, &work.query);
    key_.apply(pass, work.normed, &work.key);
    value_.apply(pass, work.normed, &work.value);
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      float* query = work.query.data() + t * spec_.heads * spec_.key_width;
      float* key = work.key.data() + t * spec_.kv_heads * spec_.key_width;
      norm_heads(pass, query_norm_, query, spec_.heads);
      norm_heads(pass, key_norm_, key, spec_.kv_heads);
      turn(pass, t, query, spec_.heads);
      turn(pass, t, key, spec_.kv_heads);
      remember(pass, t);
    }
    attend_all(pass);
    output_.apply(pass, work.attended, &work.delta);
    pass.add_delta(post_norm_);
  }

 private:
  // The matrix `name`, or the rows of attn_qkv that stand for it.
  static Linear projection(const AttentionSpec& spec, BlockContext context, const char* name,
                           std::size_t index) {
    const std::size_t rows[] = {spec.heads * spec.key_width, spec.kv_heads * spec.key_width,
                                spec.kv_heads * spec.value_width};
    const std::size_t embedding = context.spec.embedding;
    if (!spec.fused) return {context.tensors, spec.prefix + name, {rows[index], embedding}};
    const std::size_t first = index == 0 ? 0 : index == 1 ? rows[0] : rows[0] + rows[1];
    return {context.tensors,
            spec.prefix + "attn_qkv",
            {rows[0] + rows[1] + rows[2], embedding},
            {first, rows[index]}};
  }

  // How wide a vector is that is normed as one.
  std::size_t normed_together(std::size_t heads) const {
    return spec_.qk_norm == QkNorm::kWhole ? heads * spec_.key_width : spec_.key_width;
  }

  void norm_heads(ForwardPass& pass, const Norm& norm, float* heads, std::size_t count) const {
    if (!norm.exists()) return;
    const std::size_t width = normed_together(count);
    for (float* part = heads; part != heads + count * spec_.key_width; part += width) {
      norm.apply(pass.kernels, part, part, width);
    }
  }

  void turn(ForwardPass& pass, std::size_t token, float* heads, std::size_t count) const {
    if (!spec_.rope) return;
    const RopeTable& rope = pass.ropes[*spec_.rope];
    const Workspace::Angles& angles = pass.work.angles[*spec_.rope];
    const float* cosine = angles.cosine.data() + token * rope.pairs();
    const float* sine = angles.sine.data() + token * rope.pairs();
    for (std::size_t h = 0; h < count; ++h) {
      pass.kernels.rope(heads + h * spec_.key_width, cosine, sine, rope.pairs(), rope.pairing());
    }
  }

  // Copies a token's keys and values to where later tokens find them.
  void remember(ForwardPass& pass, std::size_t token) const {
    const std::size_t position = pass.batch.positions[token];
    const KvPage page = pass.batch.sequences[token]->kv_page(slot_, position / kKvPageTokens);
    const std::size_t row = position % kKvPageTokens;
    for (std::size_t h = 0; h < spec_.kv_heads; ++h) {
      const std::size_t source = token * spec_.kv_heads + h;
      const std::size_t target = h * kKvPageTokens + row;
      std::memcpy(page.keys + target * spec_.key_width,
                  pass.work.key.data() + source * spec_.key_width, spec_.key_width * sizeof(float));
      std::memcpy(page.values + target * spec_.value_width,
                  pass.work.value.data() + source * spec_.value_width,
                  spec_.value_width * sizeof(float));
    }
  }

  void attend_all(ForwardPass& pass) const {
    pass.work.attended.resize(pass.batch.size() * spec_.heads * spec_.value_width);
    // One task a token and key head: the query heads of a group share its rows.
    const auto task = [&](std::size_t i, float* scores) {
      attend(pass, i / spec_.kv_heads, i % spec_.kv_heads, scores);
    };
    const auto& positions = pass.batch.positions;
    const std::size_t longest = *std::max_element(positions.begin(), positions.end()) + 1;
    pass.pool.run({.tasks = pass.batch.size() * spec_.kv_heads,
                   .scratch_floats = spec_.heads / spec_.kv_heads * longest,
                   .share = worth_sharing(pass)},
                  task);
  }

  bool worth_sharing(const ForwardPass& pass) const {
    constexpr std::size_t kProducts = std::size_t{1} << 17;  // some 20 us
    std::size_t seen = 0;
    for (const std::size_t position : pass.batch.positions) seen += position + 1;
    return seen * spec_.heads * (spec_.key_width + spec_.value_width) > kProducts;
  }

  // The first position that a token sees.
  std::size_t window_start(std::size_t position) const {
    return spec_.window == 0 || position < spec_.window ? 0 : position + 1 - spec_.window;
  }

  // scores: [heads of the group][positions seen], overwritten.
  void attend(ForwardPass& pass, std::size_t token, std::size_t kv_head, float* scores) const {
    const std::size_t group = spec_.heads / spec_.kv_heads;
    const std::size_t end = pass.batch.positions[token] + 1;
    const std::size_t start = window_start(pass.batch.positions[token]);
    const std::size_t seen = end - start;
    const std::size_t first_head = token * spec_.heads + kv_head * group;
    const float* queries = pass.work.query.data() + first_head * spec_.key_width;
    float* outputs = pass.work.attended.data() + first_head * spec_.value_width;
    std::fill_n(outputs, group * spec_.value_width, 0.0f);
    SequenceState& state = *pass.batch.sequences[token];
    const float scale = scale_at(pass.batch.positions[token]);

    for (std::size_t p = start; p < end; ++p) {
      const float* key =
          row_of(state.kv_page(slot_, p / kKvPageTokens).keys, kv_head, p, spec_.key_width);
      for (std::size_t h = 0; h < group; ++h) {
        const float dot = pass.kernels.dot(queries + h * spec_.key_width, key, spec_.key_width);
        scores[h * seen + p - start] = capped(dot * scale);
      }
    }
    for (std::size_t h = 0; h < group; ++h) pass.kernels.softmax(scores + h * seen, seen);
    for (std::size_t p = start; p < end; ++p) {
      const float* value =
          row_of(state.kv_page(slot_, p / kKvPageTokens).values, kv_head, p, spec_.value_width);
      for (std::size_t h = 0; h < group; ++h) {
        pass.kernels.add_scaled(scores[h * seen + p - start], value,
                                outputs + h * spec_.value_width, spec_.value_width);
      }
    }
  }

  float capped(float score) const {
    return spec_.softcap == 0 ? score : spec_.softcap * std::tanh(score / spec_.softcap);
  }

  float scale_at(std::size_t position) const {
    if (spec_.temperature.scale == 0) return spec_.scale;
    const double steps = std::floor(static_cast<double>(position) / spec_.temperature.length);
    return static_cast<float>(spec_.scale * (1 + spec_.temperature.scale * std::log1p(steps)));
  }

  static const float* row_of(const float* page, std::size_t kv_head, std::size_t position,
                             std::size_t width) {
    return page + (kv_head * kKvPageTokens + position % kKvPageTokens) * width;
  }

  const AttentionSpec spec_;
  const std::size_t slot_;
  Norm norm_;
  Linear query_;
  Linear key_;
  Linear value_;
  Linear output_;
  Norm post_norm_;
  Norm query_norm_;
  Norm key_norm_;
};

}  // namespace

std::unique_ptr<Block> make_block(const AttentionSpec& spec, BlockContext context) {
  return std::make_unique<Attention>(spec, context);
}

}  // namespace weir
