#include <algorithm>

#include "local_backend/model/attention_core.h"
#include "local_backend/model/linear.h"

namespace weir {
namespace {

// Queries are brought to the space of what is remembered (attn_k_b), attention runs
// there, and what it finds is brought back (attn_v_b): keys and values are never made.
class LatentAttention final : public Block {
 public:
  LatentAttention(const LatentAttentionSpec& spec, BlockContext context)
      : spec_(spec),
        turned_(context.spec.ropes[spec.rope].dims),
        edges_(spec, context),
        memory_(context.tensors, spec.prefix + "attn_kv_a_mqa",
                {spec.rank + turned_, context.spec.embedding}),
        memory_norm_(context.tensors, spec.prefix + "attn_kv_a_norm", context.spec, spec.rank),
        output_(context.tensors, spec.prefix + "attn_output",
                {context.spec.embedding, spec.heads * spec.value_width}),
        core_(plan_of(spec, turned_, context)) {
    take_heads(context);
    const std::size_t rows = spec.heads * query_width();
    const std::size_t embedding = context.spec.embedding;
    if (spec.query_rank == 0) {
      query_ = {context.tensors, spec.prefix + "attn_q", {rows, embedding}};
      return;
    }
    narrow_ = {context.tensors, spec.prefix + "attn_q_a", {spec.query_rank, embedding}};
    narrow_norm_ =
        Norm(context.tensors, spec.prefix + "attn_q_a_norm", context.spec, spec.query_rank);
    query_ = {context.tensors, spec.prefix + "attn_q_b", {rows, spec.query_rank}};
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    edges_.read(pass);
    make_queries(pass);
    make_memories(pass);
    core_.attend_all(pass, {work.latent.data(), nullptr});
    widen_values(pass);
    output_.apply(pass, work.value, &work.delta);
    edges_.add(pass);
  }

 private:
  // As one key head that all query heads read.
  static AttentionPlan plan_of(const LatentAttentionSpec& spec, std::size_t turned,
                               BlockContext context) {
    AttentionPlan plan;
    plan.heads.heads = spec.heads;
    plan.heads.kv_heads = 1;
    plan.heads.key_width = spec.rank + turned;
    plan.heads.value_width = spec.rank;
    plan.heads.scale = spec.scale;
    plan.values_in_keys = true;
    plan.kept = {1, spec.rank + turned, 0, spec.prefix, context.kv_types.keys};
    plan.slot = context.layout.kv_slots.size();
    context.layout.kv_slots.push_back(plan.kept);
    return plan;
  }

  void take_heads(BlockContext context) {
    TensorSource& tensors = context.tensors;
    if (!spec_.joined) {
      key_heads_ = tensors.stack(spec_.prefix + "attn_k_b.weight", {spec_.rank, spec_.plain_width},
                                 spec_.heads);
      value_heads_ = tensors.stack(spec_.prefix + "attn_v_b.weight",
                                   {spec_.value_width, spec_.rank}, spec_.heads);
      return;
    }
    const std::string name = spec_.prefix + "attn_kv_b.weight";
    const std::size_t rows = spec_.plain_width + spec_.value_width;
    key_heads_.reserve(spec_.heads);
    value_heads_.reserve(spec_.heads);
    for (std::size_t h = 0; h < spec_.heads; ++h) {
      const kernels::MatrixShape whole{spec_.heads * rows, spec_.rank};
      key_heads_.push_back(tensors.part(name, whole, {h * rows, spec_.plain_width}));
      value_heads_.push_back(
          tensors.multiplier(name, whole, {h * rows + spec_.plain_width, spec_.value_width}));
    }
  }

  std::size_t query_width() const { return spec_.plain_width + turned_; }

  // work.latent = [batch][rank + turned]
  void make_memories(ForwardPass& pass) const {
    Workspace& work = pass.work;
    memory_.apply(pass, work.normed, &work.latent);
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      float* row = work.latent.data() + t * (spec_.rank + turned_);
      memory_norm_.apply(pass.kernels, row, row, spec_.rank);
      pass.turn(spec_.rope, t, row + spec_.rank);
    }
  }

  // work.query = per head the query in the space of the memory, then its turned part.
  void make_queries(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t batch = pass.batch.size();
    if (spec_.query_rank == 0) {
      query_.apply(pass, work.normed, &work.key);
    } else {
      narrow_.apply(pass, work.normed, &work.latent);
      for (std::size_t t = 0; t < batch; ++t) {
        float* row = work.latent.data() + t * spec_.query_rank;
        narrow_norm_.apply(pass.kernels, row, row, spec_.query_rank);
      }
      query_.apply(pass, work.latent, &work.key);
    }
    const std::size_t width = spec_.rank + turned_;
    work.query.resize(batch * spec_.heads * width);
    for (std::size_t h = 0; h < spec_.heads; ++h) {
      const HeadView from{work.key.data() + h * query_width(), query_width()};
      const HeadView to{work.query.data() + h * width, width};
      if (spec_.joined) {
        apply_turned(pass, key_heads_[h], from, to);
      } else {
        apply_head(pass, key_heads_[h], from, to);
      }
    }
    for (std::size_t i = 0; i < batch * spec_.heads; ++i) {
      float* turned = work.query.data() + i * width + spec_.rank;
      std::copy_n(work.key.data() + i * query_width() + spec_.plain_width, turned_, turned);
      pass.turn(spec_.rope, i / spec_.heads, turned);
    }
  }

  // work.value = [batch][heads][value width] of what attention found.
  void widen_values(ForwardPass& pass) const {
    Workspace& work = pass.work;
    work.value.resize(pass.batch.size() * spec_.heads * spec_.value_width);
    for (std::size_t h = 0; h < spec_.heads; ++h) {
      apply_head(pass, value_heads_[h], {work.attended.data() + h * spec_.rank, spec_.rank},
                 {work.value.data() + h * spec_.value_width, spec_.value_width});
    }
  }

  // One head's vectors of all tokens: the first, and how wide a head is.
  struct HeadView {
    float* first;
    std::size_t width;
  };

  void apply_head(ForwardPass& pass, const kernels::WeightMatrix& matrix, HeadView from,
                  HeadView to) const {
    Workspace& work = pass.work;
    const std::size_t batch = pass.batch.size();
    work.one_head.resize(batch * (matrix.columns() + matrix.rows()));
    float* x = work.one_head.data();
    float* y = x + batch * matrix.columns();
    for (std::size_t t = 0; t < batch; ++t) {
      std::copy_n(from.first + t * spec_.heads * from.width, matrix.columns(),
                  x + t * matrix.columns());
    }
    matrix.matmul(pass.kernels, pass.pool, x, batch, y);
    for (std::size_t t = 0; t < batch; ++t) {
      std::copy_n(y + t * matrix.rows(), matrix.rows(), to.first + t * spec_.heads * to.width);
    }
  }

  // By the transpose of `matrix`: a row for each number that comes in.
  void apply_turned(ForwardPass& pass, const kernels::WeightMatrix& matrix, HeadView from,
                    HeadView to) const {
    std::vector<float>& row = pass.work.one_head;
    row.resize(matrix.columns());
    const std::size_t batch = pass.batch.size();
    for (std::size_t t = 0; t < batch; ++t) {
      std::fill_n(to.first + t * spec_.heads * to.width, matrix.columns(), 0.0f);
    }
    for (std::size_t r = 0; r < matrix.rows(); ++r) {
      matrix.unpack_row(pass.kernels, r, row.data());
      for (std::size_t t = 0; t < batch; ++t) {
        pass.kernels.add_scaled(from.first[t * spec_.heads * from.width + r], row.data(),
                                to.first + t * spec_.heads * to.width, matrix.columns());
      }
    }
  }

  const LatentAttentionSpec spec_;
  const std::size_t turned_;
  Edges edges_;
  Linear narrow_;
  Norm narrow_norm_;
  Linear query_;
  Linear memory_;
  Norm memory_norm_;
  std::vector<kernels::WeightMatrix> key_heads_;  // joined: transposed
  std::vector<kernels::WeightMatrix> value_heads_;
  Linear output_;
  AttentionCore core_;
};

}  // namespace

std::unique_ptr<Block> make_block(const LatentAttentionSpec& spec, BlockContext context) {
  return std::make_unique<LatentAttention>(spec, context);
}

}  // namespace weir
