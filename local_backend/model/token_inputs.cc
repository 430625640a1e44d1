#include <algorithm>

#include "local_backend/model/block.h"

namespace weir {
namespace {

class TokenInputs final : public Block {
 public:
  TokenInputs(const TokenInputsSpec& spec, BlockContext context) : edges_(spec, context) {
    const std::size_t width = context.spec.embedding;
    if (spec.types > 0) {
      type_.resize(width);
      const auto types = context.tensors.matrix("token_types.weight", {spec.types, width});
      if (types.rows() > 0) types.unpack_row(kernels::best_kernels(), 0, type_.data());
    }
    if (spec.positions > 0) {
      positions_ = context.tensors.matrix("position_embd.weight", {spec.positions, width});
    }
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    const std::size_t width = pass.embedding;
    work.delta.assign(work.residual.size(), 0.0f);
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      float* row = work.delta.data() + t * width;
      if (positions_.rows() > 0) {
        const std::size_t last = positions_.rows() - 1;
        positions_.unpack_row(pass.kernels, std::min(pass.batch.positions[t], last), row);
      }
      for (std::size_t i = 0; i < type_.size(); ++i) row[i] += type_[i];
    }
    edges_.add(pass);
  }

 private:
  Edges edges_;
  std::vector<float> type_;  // empty: none
  kernels::WeightMatrix positions_;
};

}  // namespace

std::unique_ptr<Block> make_block(const TokenInputsSpec& spec, BlockContext context) {
  return std::make_unique<TokenInputs>(spec, context);
}

}  // namespace weir
