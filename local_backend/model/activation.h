// The nonlinear part of a feed-forward block.
#pragma once

#include <cmath>
#include <cstddef>

#include "local_backend/kernels/kernels.h"
#include "local_backend/model/model_spec.h"

namespace weir {

inline float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

inline float gelu(float x) {
  constexpr float kSqrt2OverPi = 0.79788456080286535588f;
  return 0.5f * x * (1 + std::tanh(kSqrt2OverPi * x * (1 + 0.044715f * x * x)));
}

// x[i] = activation(x[i])
void activate(Activation activation, float* x, std::size_t n);

// gate[i] = activation(gate[i]) * up[i]
void activate_times(const kernels::Kernels& kernels, Activation activation, float* gate,
                    const float* up, std::size_t n);

}  // namespace weir
