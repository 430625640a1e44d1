// NEON, which every aarch64 has.
//
// Float as in avx2.cc, with lanes of four: 32 weights at a time into eight accumulators.
// Int8: products of bytes widen to int16, where two of them are at most 32512, and pairs
// of pairs to int32. Reference: scalar.cc.
#include "local_backend/kernels/scalar.h"
#include "local_backend/kernels/variants.h"

#if defined(__aarch64__)

#include <arm_neon.h>

#include <algorithm>
#include <cmath>

#include "local_backend/kernels/half.h"
#include "local_backend/kernels/lanes_neon.h"
#include "local_backend/kernels/level_sums.h"
#include "local_backend/kernels/row_kernels.h"
#include "local_backend/kernels/vector_loops.h"

namespace weir::kernels {
namespace {

struct Fours {
  float32x4_t part[8];
};

struct F32 {
  static Fours thirty_two(const std::byte* row, std::size_t i) {
    Fours w;
    for (std::size_t j = 0; j < 8; ++j) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(row + (i + 4 * j) * 4);
      w.part[j] = vreinterpretq_f32_u8(vld1q_u8(bytes));
    }
    return w;
  }
  static float at(const std::byte* row, std::size_t i) {
    return load_unaligned<float>(row + i * 4);
  }
};

struct F16 {
  static Fours thirty_two(const std::byte* row, std::size_t i) {
    Fours w;
    for (std::size_t j = 0; j < 8; ++j) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(row + (i + 4 * j) * 2);
      w.part[j] = vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(bytes)));
    }
    return w;
  }
  static float at(const std::byte* row, std::size_t i) {
    return half_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

struct Bf16 {
  static Fours thirty_two(const std::byte* row, std::size_t i) {
    Fours w;
    for (std::size_t j = 0; j < 8; ++j) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(row + (i + 4 * j) * 2);
      const uint16x4_t half = vreinterpret_u16_u8(vld1_u8(bytes));
      w.part[j] = vreinterpretq_f32_u32(vshll_n_u16(half, 16));
    }
    return w;
  }
  static float at(const std::byte* row, std::size_t i) {
    return bfloat_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

template <class Format>
float dot_row(const std::byte* row, const float* x, std::size_t n) {
  Fours sum;
  for (float32x4_t& part : sum.part) part = vdupq_n_f32(0);
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const Fours w = Format::thirty_two(row, i);
    for (std::size_t j = 0; j < 8; ++j) {
      sum.part[j] = vfmaq_f32(sum.part[j], w.part[j], vld1q_f32(x + i + 4 * j));
    }
  }
  for (std::size_t j = 4; j > 0; j /= 2) {
    for (std::size_t k = 0; k < j; ++k) sum.part[k] = vaddq_f32(sum.part[k], sum.part[k + j]);
  }
  float total = vaddvq_f32(sum.part[0]);
  for (; i < n; ++i) total = std::fma(Format::at(row, i), x[i], total);
  return total;
}

template <class Format>
void unpack(const std::byte* row, float* out, std::size_t n) {
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const Fours w = Format::thirty_two(row, i);
    for (std::size_t j = 0; j < 8; ++j) vst1q_f32(out + i + 4 * j, w.part[j]);
  }
  for (; i < n; ++i) out[i] = Format::at(row, i);
}

float dot(const float* a, const float* b, std::size_t n) {
  return dot_row<F32>(reinterpret_cast<const std::byte*>(a), b, n);
}

void add_scaled(float scale, const float* x, float* y, std::size_t n) {
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    vst1q_f32(y + i, vfmaq_n_f32(vld1q_f32(y + i), vld1q_f32(x + i), scale));
  }
  for (; i < n; ++i) y[i] = std::fma(scale, x[i], y[i]);
}

void rms_norm(const float* x, const float* weight, float eps, float* out, std::size_t n) {
  const float mean = dot(x, x, n) / static_cast<float>(std::max<std::size_t>(n, 1));
  const float scale = 1.0f / std::sqrt(mean + eps);
  for (std::size_t i = 0; i < n; ++i) out[i] = x[i] * scale * weight[i];
}

struct Neon {
  struct Lanes {
    float32x4_t four[4];
  };
  struct Pair {
    int8x16_t quants[4];
    const float* scales;
  };

  static float half(std::uint16_t bits) {
    return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0);
  }

  static void look_up(const std::int8_t* table, const std::int8_t* indices, std::int8_t* out) {
    vst1q_s8(out, vqtbl1q_s8(vld1q_s8(table), vreinterpretq_u8_s8(vld1q_s8(indices))));
  }

  static Pair load(const WeightChunk& chunk, std::size_t p) {
    const std::int8_t* quants = chunk.quants + 64 * p;
    return {{vld1q_s8(quants), vld1q_s8(quants + 16), vld1q_s8(quants + 32), vld1q_s8(quants + 48)},
            chunk.scales + 4 * p};
  }

  static void add(const Pair& pair, const ActivationChunk& x, std::size_t p, Lanes& sum) {
    for (std::size_t k = 0; k < 4; ++k) {
      const int8x16_t quants = vld1q_s8(x.quants + 64 * p + 16 * k);
      const float scale = pair.scales[k] * x.scales[2 * p + k / 2];
      const float32x4_t fours = vcvtq_f32_s32(sums_of_four(pair.quants[k], quants));
      sum.four[k] = vfmaq_n_f32(sum.four[k], fours, scale);
    }
  }

  static int32x4_t sums_of_four(int8x16_t a, int8x16_t b) {
    const int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b));
    return vpaddlq_s16(vpaddq_s16(low, vmull_high_s8(a, b)));
  }

  static void subtract_offsets(const WeightChunk& chunk, const ActivationChunk& x, Lanes& sum) {
    for (std::size_t k = 0; k < 4; ++k) {
      sum.four[k] =
          vfmsq_f32(sum.four[k], vld1q_f32(chunk.offsets + 4 * k), vld1q_f32(x.sums + 4 * k));
    }
  }

  static float sum(const Lanes& lanes) {
    const float32x4_t four =
        vaddq_f32(vaddq_f32(lanes.four[0], lanes.four[2]), vaddq_f32(lanes.four[1], lanes.four[3]));
    const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
};

}  // namespace

constinit const Kernels kNeonKernels = {
    .name = "neon",
    .runs_on = [](const CpuFeatures& cpu) { return cpu.neon; },
    .rows = row_kernels<Neon>({scalar::unpack_f32, dot_row<F32>}, {unpack<F16>, dot_row<F16>},
                              {unpack<Bf16>, dot_row<Bf16>}),
    .panels = &kNeonPanels,
    .quantise = quantise_row<Neon>,
    .level_sums = sum_levels<Neon>,
    .dot = dot,
    .add_scaled = add_scaled,
    .rms_norm = rms_norm,
    .silu_times = silu_times<NeonLanes>,
    .softmax = softmax<NeonLanes>,
    .rope = rope<NeonLanes>,
    .gelu_times = gelu_times<NeonLanes>,
    .sigmoid_times = sigmoid_times<NeonLanes>,
    .limit = limit<NeonLanes>,
    .survey = survey_logits<NeonLanes>,
    .sum_logits = sum_logits<NeonLanes>,
    .attention = &kNeonAttention,
};

}  // namespace weir::kernels

#endif
