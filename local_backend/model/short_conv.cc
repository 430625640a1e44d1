#include <algorithm>

#include "local_backend/model/causal_conv.h"
#include "local_backend/model/linear.h"

namespace weir {
namespace {

class ShortConv final : public Block {
 public:
  ShortConv(const ShortConvSpec& spec, BlockContext context)
      : edges_(spec, context),
        slot_(context.layout.recurrent_slots.size()),
        in_(context.tensors, spec.prefix + "shortconv.in_proj",
            {3 * context.spec.embedding, context.spec.embedding}),
        convolution_(context.tensors, spec.prefix + "shortconv.conv.weight",
                     {context.spec.embedding, spec.kernel}),
        out_(context.tensors, spec.prefix + "shortconv.out_proj",
             {context.spec.embedding, context.spec.embedding}) {
    context.layout.recurrent_slots.push_back(
        CausalConv::state_floats({context.spec.embedding, spec.kernel}));
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    const std::size_t width = pass.embedding;
    edges_.read(pass);
    in_.apply(pass, work.normed, &work.query);
    work.key.resize(work.normed.size());
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      const float* b = work.query.data() + 3 * t * width;
      const float* x = b + 2 * width;
      for (std::size_t i = 0; i < width; ++i) work.key[t * width + i] = b[i] * x[i];
    }
    convolution_.apply(pass, slot_, work.key);
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      const float* c = work.query.data() + (3 * t + 1) * width;
      for (std::size_t i = 0; i < width; ++i) work.convolved[t * width + i] *= c[i];
    }
    out_.apply(pass, work.convolved, &work.delta);
    edges_.add(pass);
  }

 private:
  Edges edges_;
  const std::size_t slot_;
  Linear in_;
  CausalConv convolution_;
  Linear out_;
};

}  // namespace

std::unique_ptr<Block> make_block(const ShortConvSpec& spec, BlockContext context) {
  return std::make_unique<ShortConv>(spec, context);
}

}  // namespace weir
