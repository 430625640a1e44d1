// NEON, which every aarch64 has. As avx2.cc, with lanes of four: 32 weights at a
// time into eight accumulators. Activations stay float. Reference: scalar.cc.
#include "local_backend/kernels/scalar.h"
#include "local_backend/kernels/variants.h"

#if defined(__aarch64__)

#include <arm_neon.h>

#include <algorithm>
#include <cmath>

#include "local_backend/kernels/half.h"

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

// Rows are whole blocks of 32, so the loops over rests never run.
struct Q8x0 {
  static Fours thirty_two(const std::byte* row, std::size_t i) {
    const std::byte* block = row + i / 32 * 34;
    const float scale = half_to_float(load_unaligned<std::uint16_t>(block));
    Fours w;
    for (std::size_t j = 0; j < 4; ++j) {
      const int8x8_t quants = vld1_s8(reinterpret_cast<const std::int8_t*>(block + 2 + 8 * j));
      const int16x8_t wide = vmovl_s8(quants);
      w.part[2 * j] = vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide))), scale);
      w.part[2 * j + 1] = vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_high_s16(wide))), scale);
    }
    return w;
  }
  static float at(const std::byte*, std::size_t) { return 0; }
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

}  // namespace

constinit const Kernels kNeonKernels = {
    .name = "neon",
    .runs_on = [](const CpuFeatures& cpu) { return cpu.neon; },
    .rows = {{{scalar::unpack_f32, dot_row<F32>},
              {unpack<F16>, dot_row<F16>},
              {unpack<Bf16>, dot_row<Bf16>},
              {unpack<Q8x0>, dot_row<Q8x0>}}},
    .dot = dot,
    .add_scaled = add_scaled,
    .rms_norm = rms_norm,
    .silu_times = scalar::silu_times,
    .softmax = scalar::softmax,
    .rope = scalar::rope,
};

}  // namespace weir::kernels

#endif
