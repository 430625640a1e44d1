#include <algorithm>
#include <cmath>

#include "local_backend/model/activation.h"
#include "local_backend/model/linear.h"

namespace weir {
namespace {

// Every layer's own input: what a second embedding table says of the token, and what
// the first one gives, in equal parts.
class PerLayerTable final : public Block {
 public:
  PerLayerTable(const PerLayerTableSpec& spec, BlockContext context)
      : spec_(spec),
        table_(context.tensors.matrix("per_layer_token_embd.weight",
                                      {context.spec.vocabulary, spec.width * spec.layers})),
        projection_(context.tensors, "per_layer_model_proj",
                    {spec.width * spec.layers, context.spec.embedding}),
        norm_(context.tensors, "per_layer_proj_norm", context.spec, spec.width) {}

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    const std::size_t row = spec_.width * spec_.layers;
    const auto root = [](std::size_t n) { return std::sqrt(static_cast<float>(n)); };
    projection_.apply(pass, work.residual, &work.per_layer);
    work.latent.resize(row);
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      table_.unpack_row(pass.kernels, static_cast<std::size_t>(pass.batch.tokens[t]),
                        work.latent.data());
      float* inputs = work.per_layer.data() + t * row;
      for (std::size_t i = 0; i < row; ++i) inputs[i] /= root(pass.embedding);
      for (std::size_t i = 0; i < row; i += spec_.width) {
        norm_.apply(pass.kernels, inputs + i, inputs + i, spec_.width);
      }
      for (std::size_t i = 0; i < row; ++i) {
        inputs[i] = (inputs[i] + work.latent[i] * root(spec_.width)) / root(2);
      }
    }
  }

 private:
  const PerLayerTableSpec spec_;
  kernels::WeightMatrix table_;
  Linear projection_;
  Norm norm_;
};

class PerLayerInput final : public Block {
 public:
  PerLayerInput(const PerLayerInputSpec& spec, BlockContext context)
      : spec_(spec),
        edges_(spec, context),
        gate_(context.tensors, spec.prefix + "inp_gate",
              {spec.table.width, context.spec.embedding}),
        output_(context.tensors, spec.prefix + "proj", {context.spec.embedding, spec.table.width}) {
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    const std::size_t width = spec_.table.width;
    edges_.read(pass);
    gate_.apply(pass, work.normed, &work.gate);
    for (std::size_t t = 0; t < pass.batch.size(); ++t) {
      const float* own = work.per_layer.data() + (t * spec_.table.layers + spec_.layer) * width;
      activate_times(pass.kernels, Activation::kGelu, work.gate.data() + t * width, own, width);
    }
    output_.apply(pass, work.gate, &work.delta);
    edges_.add(pass);
  }

 private:
  const PerLayerInputSpec spec_;
  Edges edges_;
  Linear gate_;
  Linear output_;
};

class OutputScale final : public Block {
 public:
  OutputScale(const OutputScaleSpec& spec, BlockContext context)
      : scale_(context.tensors.vector(spec.prefix + "layer_output_scale.weight", 1)) {}

  void forward(ForwardPass& pass) const override {
    for (float& value : pass.work.residual) value *= scale_[0];
  }

 private:
  std::vector<float> scale_;
};

}  // namespace

std::unique_ptr<Block> make_block(const PerLayerTableSpec& spec, BlockContext context) {
  return std::make_unique<PerLayerTable>(spec, context);
}

std::unique_ptr<Block> make_block(const PerLayerInputSpec& spec, BlockContext context) {
  return std::make_unique<PerLayerInput>(spec, context);
}

std::unique_ptr<Block> make_block(const OutputScaleSpec& spec, BlockContext context) {
  return std::make_unique<OutputScale>(spec, context);
}

}  // namespace weir
