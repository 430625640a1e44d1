#include "local_backend/model/causal_conv.h"

#include <algorithm>

namespace weir {

CausalConv::CausalConv(TensorSource& tensors, const std::string& name, Shape shape)
    : shape_(shape), weights_(shape.kernel * shape.channels) {
  const auto by_channel = tensors.matrix_values(name, {shape.channels, shape.kernel});
  for (std::size_t i = 0; i < by_channel.size(); ++i) {
    weights_[i % shape.kernel * shape.channels + i / shape.kernel] = by_channel[i];
  }
}

// The input `back` positions before a token of the run.
const float* CausalConv::input_at(const Run& run, const std::vector<float>& x, std::size_t token,
                                  std::size_t back) const {
  if (token >= run.first + back) return x.data() + (token - back) * shape_.channels;
  const std::size_t before = run.first + back - token;  // the run, 1 is the latest
  return run.state.before + (shape_.kernel - 1 - before) * shape_.channels;
}

void CausalConv::apply(ForwardPass& pass, std::size_t slot, const std::vector<float>& x) const {
  Workspace& work = pass.work;
  const std::size_t channels = shape_.channels;
  work.convolved.resize(pass.batch.size() * channels);
  for (std::size_t r = 0; r + 1 < work.runs.size(); ++r) {
    const Run run{work.runs[r], work.runs[r + 1],
                  pass.batch.sequences[work.runs[r]]->recurrent(slot)};
    pass.each_row(run.end - run.first, shape_.kernel * channels, [&](std::size_t i) {
      const std::size_t t = run.first + i;
      float* out = work.convolved.data() + t * channels;
      std::fill_n(out, channels, 0.0f);
      for (std::size_t back = shape_.kernel; back-- > 0;) {
        const float* in = input_at(run, x, t, back);
        const float* weights = weights_.data() + (shape_.kernel - 1 - back) * channels;
        for (std::size_t c = 0; c < channels; ++c) out[c] += weights[c] * in[c];
      }
    });
    for (std::size_t back = 0; back + 1 < shape_.kernel; ++back) {
      std::copy_n(input_at(run, x, run.end - 1, back), channels,
                  run.state.after + (shape_.kernel - 2 - back) * channels);
    }
  }
}

}  // namespace weir
