// Sixteen floats as four NEON registers. See vector_math.h for what the names mean.
#pragma once

#if defined(__aarch64__)

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

#define WEIR_TARGET
#define WEIR_INLINE __attribute__((always_inline)) inline

namespace weir::kernels {

struct NeonLanes {
  struct V {
    float32x4_t four[4];
  };
  static constexpr std::size_t kVectors = 1;  // of a product's columns at a time

  WEIR_INLINE static V load(const float* from) {
    return {{vld1q_f32(from), vld1q_f32(from + 4), vld1q_f32(from + 8), vld1q_f32(from + 12)}};
  }
  WEIR_INLINE static void store(float* to, V x) {
    for (std::size_t i = 0; i < 4; ++i) vst1q_f32(to + 4 * i, x.four[i]);
  }
  WEIR_INLINE static V set(float x) {
    const float32x4_t four = vdupq_n_f32(x);
    return {{four, four, four, four}};
  }
  WEIR_INLINE static V add(V a, V b) {
    for (std::size_t i = 0; i < 4; ++i) a.four[i] = vaddq_f32(a.four[i], b.four[i]);
    return a;
  }
  WEIR_INLINE static V sub(V a, V b) {
    for (std::size_t i = 0; i < 4; ++i) a.four[i] = vsubq_f32(a.four[i], b.four[i]);
    return a;
  }
  WEIR_INLINE static V mul(V a, V b) {
    for (std::size_t i = 0; i < 4; ++i) a.four[i] = vmulq_f32(a.four[i], b.four[i]);
    return a;
  }
  WEIR_INLINE static V div(V a, V b) {
    for (std::size_t i = 0; i < 4; ++i) a.four[i] = vdivq_f32(a.four[i], b.four[i]);
    return a;
  }
  WEIR_INLINE static V fma(V a, V b, V c) {
    for (std::size_t i = 0; i < 4; ++i) c.four[i] = vfmaq_f32(c.four[i], a.four[i], b.four[i]);
    return c;
  }
  WEIR_INLINE static V min(V limit, V x) {
    for (std::size_t i = 0; i < 4; ++i) x.four[i] = vminq_f32(limit.four[i], x.four[i]);
    return x;
  }
  WEIR_INLINE static V max(V limit, V x) {
    for (std::size_t i = 0; i < 4; ++i) x.four[i] = vmaxq_f32(limit.four[i], x.four[i]);
    return x;
  }

  WEIR_INLINE static V load_f16(const std::byte* from) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(from);
    V x;
    for (std::size_t i = 0; i < 4; ++i) {
      x.four[i] = vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(bytes + 8 * i)));
    }
    return x;
  }
  WEIR_INLINE static V load_bf16(const std::byte* from) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(from);
    V x;
    for (std::size_t i = 0; i < 4; ++i) {
      const uint16x4_t bits = vreinterpret_u16_u8(vld1_u8(bytes + 8 * i));
      x.four[i] = vreinterpretq_f32_u32(vshll_n_u16(bits, 16));
    }
    return x;
  }
  WEIR_INLINE static V load_low(const std::byte* from) {
    return nibbles(vandq_u8(vld1q_u8(reinterpret_cast<const std::uint8_t*>(from)), vdupq_n_u8(15)));
  }
  WEIR_INLINE static V load_high(const std::byte* from) {
    return nibbles(vshrq_n_u8(vld1q_u8(reinterpret_cast<const std::uint8_t*>(from)), 4));
  }
  WEIR_INLINE static V look_up_low(const std::int8_t* levels, const std::byte* from) {
    const uint8x16_t both = vld1q_u8(reinterpret_cast<const std::uint8_t*>(from));
    return widen(vqtbl1q_s8(vld1q_s8(levels), vandq_u8(both, vdupq_n_u8(15))));
  }
  WEIR_INLINE static V look_up_high(const std::int8_t* levels, const std::byte* from) {
    const uint8x16_t both = vld1q_u8(reinterpret_cast<const std::uint8_t*>(from));
    return widen(vqtbl1q_s8(vld1q_s8(levels), vshrq_n_u8(both, 4)));
  }
  WEIR_INLINE static float half(std::uint16_t bits) {
    return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0);
  }
  WEIR_INLINE static void store_f16(std::uint16_t* to, V x) {
    for (std::size_t i = 0; i < 4; ++i) {
      vst1_u16(to + 4 * i, vreinterpret_u16_f16(vcvt_f16_f32(x.four[i])));
    }
  }

  WEIR_INLINE static V times_power(V x, V power) {
    for (std::size_t i = 0; i < 4; ++i) {
      const int32x4_t exponent = vaddq_s32(vcvtnq_s32_f32(power.four[i]), vdupq_n_s32(127));
      x.four[i] = vmulq_f32(x.four[i], vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23)));
    }
    return x;
  }
  WEIR_INLINE static V below(V x, V limit, V chosen, V otherwise) {
    for (std::size_t i = 0; i < 4; ++i) {
      x.four[i] = vbslq_f32(vcltq_f32(x.four[i], limit.four[i]), chosen.four[i], otherwise.four[i]);
    }
    return x;
  }
  WEIR_INLINE static V within(V x, std::size_t first, std::size_t end, V otherwise) {
    const std::int32_t kOrder[] = {0, 1, 2, 3};
    const int32x4_t from = vdupq_n_s32(static_cast<std::int32_t>(first));
    const int32x4_t to = vdupq_n_s32(static_cast<std::int32_t>(end));
    int32x4_t lanes = vld1q_s32(kOrder);
    for (std::size_t i = 0; i < 4; ++i) {
      const uint32x4_t kept = vandq_u32(vcgeq_s32(lanes, from), vcltq_s32(lanes, to));
      x.four[i] = vbslq_f32(kept, x.four[i], otherwise.four[i]);
      lanes = vaddq_s32(lanes, vdupq_n_s32(4));
    }
    return x;
  }

 private:
  WEIR_INLINE static V widen(int8x16_t bytes) {
    const int16x8_t low = vmovl_s8(vget_low_s8(bytes));
    const int16x8_t high = vmovl_high_s8(bytes);
    return {{vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))), vcvtq_f32_s32(vmovl_high_s16(low)),
             vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))), vcvtq_f32_s32(vmovl_high_s16(high))}};
  }
  WEIR_INLINE static V nibbles(uint8x16_t bytes) {
    return widen(vsubq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(8)));
  }
};

}  // namespace weir::kernels

#endif
