#include "local_backend/model/activation.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr float kLimit = 7;
constexpr float kSlope = 1.702f;

float clamped(float x) { return std::min(x, kLimit) * sigmoid(kSlope * std::min(x, kLimit)); }

}  // namespace

void activate(const kernels::Kernels& kernels, Activation activation, float* x, std::size_t n) {
  constexpr std::size_t kTogether = 64;
  std::array<float, kTogether> ones;
  ones.fill(1.0f);
  if (activation == Activation::kClamped) {
    for (std::size_t i = 0; i < n; ++i) x[i] = clamped(x[i]);
    return;
  }
  for (std::size_t i = 0; i < n; i += kTogether) {
    const std::size_t count = std::min(kTogether, n - i);
    activate_times(kernels, activation, x + i, ones.data(), count);
  }
}

void activate_times(const kernels::Kernels& kernels, Activation activation, float* gate,
                    const float* up, std::size_t n) {
  switch (activation) {
    case Activation::kSilu: return kernels.silu_times(gate, up, gate, n);
    case Activation::kGelu: return kernels.gelu_times(gate, up, gate, n);
    case Activation::kClamped: break;
  }
  for (std::size_t i = 0; i < n; ++i) {
    gate[i] = clamped(gate[i]) * (std::clamp(up[i], -kLimit, kLimit) + 1);
  }
}

}  // namespace weir
