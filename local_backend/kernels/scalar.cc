// The reference: plain loops, float sums in double so that they are rounded once.
#include "local_backend/kernels/scalar.h"

#include <algorithm>
#include <cmath>

#include "local_backend/kernels/half.h"
#include "local_backend/kernels/lanes_scalar.h"
#include "local_backend/kernels/level_sums.h"
#include "local_backend/kernels/row_kernels.h"
#include "local_backend/kernels/variants.h"
#include "local_backend/kernels/vector_loops.h"

namespace weir::kernels {
namespace scalar {
namespace {

struct F32 {
  static float at(const std::byte* row, std::size_t i) {
    return load_unaligned<float>(row + i * sizeof(float));
  }
};

struct F16 {
  static float at(const std::byte* row, std::size_t i) {
    return half_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

struct Bf16 {
  static float at(const std::byte* row, std::size_t i) {
    return bfloat_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

template <class Format>
void unpack(const std::byte* row, float* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = Format::at(row, i);
}

template <class Format>
float dot_row(const std::byte* row, const float* x, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += double{Format::at(row, i)} * double{x[i]};
  return static_cast<float>(sum);
}

struct Scalar {
  struct Lanes {
    float lane[16];
  };
  struct Pair {
    const std::int8_t* quants;
    const float* scales;
  };

  static float half(std::uint16_t bits) { return half_to_float(bits); }

  static void look_up(const std::int8_t* table, const std::int8_t* indices, std::int8_t* out) {
    for (std::size_t i = 0; i < 16; ++i) out[i] = table[indices[i]];
  }

  static Pair load(const WeightChunk& chunk, std::size_t p) {
    return {chunk.quants + 64 * p, chunk.scales + 4 * p};
  }

  static void add(Pair pair, const ActivationChunk& x, std::size_t p, Lanes& sum) {
    const std::int8_t* quants = x.quants + 64 * p;
    for (std::size_t l = 0; l < 16; ++l) {
      int products = 0;
      for (std::size_t i = 4 * l; i < 4 * l + 4; ++i) products += pair.quants[i] * quants[i];
      const float scale = pair.scales[l / 4] * x.scales[2 * p + l / 8];
      sum.lane[l] = std::fma(scale, static_cast<float>(products), sum.lane[l]);
    }
  }

  static void subtract_offsets(const WeightChunk& chunk, const ActivationChunk& x, Lanes& sum) {
    for (std::size_t l = 0; l < 16; ++l) {
      sum.lane[l] = std::fma(-chunk.offsets[l], x.sums[l], sum.lane[l]);
    }
  }

  static float sum(Lanes lanes) {
    for (std::size_t width = 8; width > 0; width /= 2) {
      for (std::size_t l = 0; l < width; ++l) lanes.lane[l] += lanes.lane[l + width];
    }
    return lanes.lane[0];
  }
};

float dot(const float* a, const float* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += double{a[i]} * double{b[i]};
  return static_cast<float>(sum);
}

void add_scaled(float scale, const float* x, float* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += scale * x[i];
}

void rms_norm(const float* x, const float* weight, float eps, float* out, std::size_t n) {
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) squares += double{x[i]} * double{x[i]};
  const double mean = squares / static_cast<double>(std::max<std::size_t>(n, 1));
  const auto scale = static_cast<float>(1.0 / std::sqrt(mean + double{eps}));
  for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * scale * weight[i];
}

}  // namespace

void unpack_f32(const std::byte* row, float* out, std::size_t n) { unpack<F32>(row, out, n); }
void unpack_f16(const std::byte* row, float* out, std::size_t n) { unpack<F16>(row, out, n); }
void unpack_bf16(const std::byte* row, float* out, std::size_t n) { unpack<Bf16>(row, out, n); }

}  // namespace scalar

constinit const Kernels kScalarKernels = {
    .name = "scalar",
    .runs_on = [](const CpuFeatures&) { return true; },
    .rows = row_kernels<scalar::Scalar>({scalar::unpack_f32, scalar::dot_row<scalar::F32>},
                                        {scalar::unpack_f16, scalar::dot_row<scalar::F16>},
                                        {scalar::unpack_bf16, scalar::dot_row<scalar::Bf16>}),
    .panels = &kScalarPanels,
    .quantise = quantise_row<scalar::Scalar>,
    .level_sums = sum_levels<scalar::Scalar>,
    .dot = scalar::dot,
    .add_scaled = scalar::add_scaled,
    .rms_norm = scalar::rms_norm,
    .silu_times = silu_times<ScalarLanes>,
    .softmax = softmax<ScalarLanes>,
    .rope = rope<ScalarLanes>,
    .gelu_times = gelu_times<ScalarLanes>,
    .sigmoid_times = sigmoid_times<ScalarLanes>,
    .limit = limit<ScalarLanes>,
    .survey = survey_logits<ScalarLanes>,
    .sum_logits = sum_logits<ScalarLanes>,
    .attention = &kScalarAttention,
};

}  // namespace weir::kernels
