#include "local_backend/model/activation.h"

#include <algorithm>

namespace weir {
namespace {

constexpr float kLimit = 7;
constexpr float kSlope = 1.702f;

float clamped(float x) { return std::min(x, kLimit) * sigmoid(kSlope * std::min(x, kLimit)); }

float activated(Activation activation, float x) {
  switch (activation) {
    case Activation::kSilu: return x * sigmoid(x);
    case Activation::kGelu: return gelu(x);
    case Activation::kClamped: return clamped(x);
  }
  return x;
}

}  // namespace

void activate(Activation activation, float* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] = activated(activation, x[i]);
}

void activate_times(const kernels::Kernels& kernels, Activation activation, float* gate,
                    const float* up, std::size_t n) {
  if (activation == Activation::kSilu) return kernels.silu_times(gate, up, gate, n);
  if (activation == Activation::kClamped) {
    for (std::size_t i = 0; i < n; ++i) {
      gate[i] = clamped(gate[i]) * (std::clamp(up[i], -kLimit, kLimit) + 1);
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) gate[i] = activated(activation, gate[i]) * up[i];
}

}  // namespace weir
