#include <algorithm>
#include <cstring>

#include "local_backend/model/attention_core.h"
#include "local_backend/model/linear.h"

namespace weir {
namespace {

class Attention final : public Block {
 public:
  Attention(const AttentionSpec& spec, BlockContext context)
      : spec_(spec),
        edges_(spec, context),
        query_(projection(spec, context, "attn_q", 0)),
        output_(context.tensors, spec.prefix + "attn_output",
                {context.spec.embedding, spec.heads * spec.value_width}),
        query_norm_(head_norm(spec, context, "attn_q_norm", spec.heads)),
        core_(plan_of(spec, context)) {
    if (!spec.kv_prefix.empty()) return;
    key_ = projection(spec, context, "attn_k", 1);
    if (!spec.value_is_key) value_ = projection(spec, context, "attn_v", 2);
    key_norm_ = head_norm(spec, context, "attn_k_norm", spec.kv_heads);
    if (spec.value_norm) {
      value_norm_ = Norm(std::vector<float>(spec.value_width, 1.0f), context.spec.norm_epsilon);
    }
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    edges_.read(pass);
    project(pass);
    if (spec_.gated) split_gates(pass);
    prepare_all(pass, query_norm_, {work.query.data(), spec_.heads});
    core_.attend_all(pass, spec_.kv_prefix.empty() ? fresh(pass) : AttentionCore::Fresh());
    if (spec_.gated) {
      const std::size_t width = spec_.heads * spec_.value_width;
      pass.each_token(2 * width, [&](std::size_t t) {
        float* found = work.attended.data() + t * width;
        pass.kernels.sigmoid_times(work.gate.data() + t * width, found, found, width);
      });
    }
    output_.apply(pass, work.attended, &work.delta);
    edges_.add(pass);
  }

 private:
  struct Heads {
    float* first;
    std::size_t count;
  };

  static AttentionPlan plan_of(const AttentionSpec& spec, BlockContext context) {
    AttentionPlan plan;
    plan.heads = spec;
    plan.slot = slot_of(spec, context);
    if (!context.tensors.error()) plan.kept = context.layout.kv_slots[plan.slot];
    plan.sinks = sinks_of(spec, context);
    return plan;
  }

  // Its own, or that of the block whose keys and values it reads.
  static std::size_t slot_of(const AttentionSpec& spec, BlockContext context) {
    auto& slots = context.layout.kv_slots;
    if (spec.kv_prefix.empty()) {
      slots.push_back({spec.kv_heads, spec.key_width, spec.value_width, spec.prefix,
                       context.kv_types.keys, context.kv_types.values});
      return slots.size() - 1;
    }
    const auto owner = std::find_if(slots.begin(), slots.end(), [&](const KvShape& slot) {
      return slot.owner == spec.kv_prefix && slot.kv_heads == spec.kv_heads &&
             slot.key_width == spec.key_width && slot.value_width == spec.value_width;
    });
    if (owner == slots.end()) {
      context.tensors.fail(spec.prefix + "attn_k.weight",
                           "is to be shared with " + spec.kv_prefix + "*, which has other heads");
    }
    return static_cast<std::size_t>(owner - slots.begin());
  }

  static std::vector<float> sinks_of(const AttentionSpec& spec, BlockContext context) {
    if (!spec.sinks) return {};
    return context.tensors.vector(spec.prefix + "attn_sinks.weight", spec.heads);
  }

  // The matrix `name`, or the rows of attn_qkv that stand for it.
  static Linear projection(const AttentionSpec& spec, BlockContext context, const char* name,
                           std::size_t index) {
    const std::size_t rows[] = {spec.heads * spec.key_width * (spec.gated ? 2 : 1),
                                spec.kv_heads * spec.key_width, spec.kv_heads * spec.value_width};
    const std::size_t embedding = context.spec.embedding;
    if (!spec.fused) return {context.tensors, spec.prefix + name, {rows[index], embedding}};
    const std::size_t first = index == 0 ? 0 : index == 1 ? rows[0] : rows[0] + rows[1];
    return {context.tensors,
            spec.prefix + "attn_qkv",
            {rows[0] + rows[1] + rows[2], embedding},
            {first, rows[index]}};
  }

  static Norm head_norm(const AttentionSpec& spec, BlockContext context, const char* name,
                        std::size_t heads) {
    if (spec.qk_norm == QkNorm::kNone) return {};
    const std::string full_name = spec.prefix + name;
    if (spec.qk_norm == QkNorm::kOwn) {
      return {context.tensors, full_name, context.spec, {heads, spec.key_width}};
    }
    return {context.tensors, full_name, context.spec, normed_together(spec, heads)};
  }

  // How wide a vector is that is normed as one.
  static std::size_t normed_together(const AttentionSpec& spec, std::size_t heads) {
    return spec.qk_norm == QkNorm::kWhole ? heads * spec.key_width : spec.key_width;
  }

  // Fills work.query, and work.key and work.value unless another block has them.
  void project(ForwardPass& pass) const {
    Workspace& work = pass.work;
    if (!spec_.kv_prefix.empty()) {
      query_.apply(pass, work.normed, &work.query);
    } else if (spec_.value_is_key) {
      Linear::apply_all(pass, work.normed, {{&query_, &work.query}, {&key_, &work.key}});
      work.value = work.key;
    } else {
      Linear::apply_all(pass, work.normed,
                        {{&query_, &work.query}, {&key_, &work.key}, {&value_, &work.value}});
    }
  }

  // Each head's query is followed by its gate: moves the two apart.
  void split_gates(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t width = spec_.key_width;
    const std::size_t heads = pass.batch.size() * spec_.heads;
    work.gate.resize(heads * width);
    for (std::size_t h = 0; h < heads; ++h) {
      const float* from = work.query.data() + 2 * h * width;
      std::memcpy(work.gate.data() + h * width, from + width, width * sizeof(float));
      std::memmove(work.query.data() + h * width, from, width * sizeof(float));
    }
    work.query.resize(heads * width);
  }

  AttentionCore::Fresh fresh(ForwardPass& pass) const {
    Workspace& work = pass.work;
    prepare_all(pass, key_norm_, {work.key.data(), spec_.kv_heads});
    const std::size_t width = spec_.value_width;
    pass.each_row(value_norm_.exists() ? work.value.size() / width : 0, width, [&](std::size_t i) {
      float* head = work.value.data() + i * width;
      value_norm_.apply(pass.kernels, head, head, width);
    });
    return {work.key.data(), work.value.data()};
  }

  // Norms and turns the heads of all tokens.
  void prepare_all(ForwardPass& pass, const Norm& norm, Heads heads) const {
    const std::size_t stride = heads.count * spec_.key_width;
    pass.each_token(2 * stride, [&](std::size_t t) {
      prepare_heads(pass, t, norm, {heads.first + t * stride, heads.count});
    });
  }

  // Those of one.
  void prepare_heads(ForwardPass& pass, std::size_t token, const Norm& norm, Heads heads) const {
    const std::size_t width = normed_together(spec_, heads.count);
    const std::size_t all = heads.count * spec_.key_width;
    for (std::size_t i = 0; norm.exists() && i < all; i += width) {
      const std::size_t row = spec_.qk_norm == QkNorm::kOwn ? i / width : 0;
      norm.apply(pass.kernels, heads.first + i, heads.first + i, width, row);
    }
    for (std::size_t h = 0; spec_.rope && h < heads.count; ++h) {
      pass.turn(*spec_.rope, token, heads.first + h * spec_.key_width);
    }
  }

  const AttentionSpec spec_;
  Edges edges_;
  Linear query_;
  Linear key_;
  Linear value_;
  Linear output_;
  Norm query_norm_;
  Norm key_norm_;
  Norm value_norm_;
  AttentionCore core_;
};

}  // namespace

std::unique_ptr<Block> make_block(const AttentionSpec& spec, BlockContext context) {
  return std::make_unique<Attention>(spec, context);
}

}  // namespace weir
