// The nonlinear part of a feed-forward block.
#pragma once

#include <cmath>
#include <cstddef>

#include "local_backend/kernels/kernels.h"
#include "local_backend/model/model_spec.h"

namespace weir {

inline float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

// x[i] = activation(x[i])
void activate(const kernels::Kernels& kernels, Activation activation, float* x, std::size_t n);

// gate[i] = activation(gate[i]) * up[i]
void activate_times(const kernels::Kernels& kernels, Activation activation, float* gate,
                    const float* up, std::size_t n);

}  // namespace weir
