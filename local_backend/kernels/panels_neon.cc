// Panels with NEON: a quad of sixteen rows is four registers. Products of bytes widen to int16,
// where two of them are at most 32512, and pairs of pairs to int32.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "local_backend/kernels/panel_kernels.h"
#include "local_backend/kernels/variants.h"

namespace weir::kernels {
namespace {

struct NeonRows {
  static constexpr std::size_t kTogether = 4;
  static constexpr std::size_t kQuadByQuad = 0;
  struct Quad {
    uint8x16_t part[4];
  };
  struct Ints {
    int32x4_t part[4];
  };
  struct Floats {
    float32x4_t part[4];
  };

  static float half(std::uint16_t bits) {
    return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0);
  }

  static Quad load(Bytes from) {
    return {{vld1q_u8(from), vld1q_u8(from + 16), vld1q_u8(from + 32), vld1q_u8(from + 48)}};
  }

  template <int kRight, unsigned kMask>
  static Quad bits(Quad from) {
    for (uint8x16_t& part : from.part) {
      if constexpr (kRight > 0) part = vshrq_n_u8(part, kRight);
      if constexpr (kRight < 0) part = vshlq_n_u8(part, -kRight);
      part = vandq_u8(part, vdupq_n_u8(kMask));
    }
    return from;
  }

  static Quad either(Quad a, Quad b) {
    for (std::size_t p = 0; p < 4; ++p) a.part[p] = vorrq_u8(a.part[p], b.part[p]);
    return a;
  }

  static Quad look_up(const TableOfSixteen& table, Quad where) {
    const uint8x16_t values = vreinterpretq_u8_s8(vld1q_s8(table.data()));
    for (uint8x16_t& part : where.part) part = vqtbl1q_u8(values, part);
    return where;
  }

  static Floats floats(Bytes from) {
    Floats found;
    for (std::size_t p = 0; p < 4; ++p) {
      found.part[p] = vreinterpretq_f32_u8(vld1q_u8(from + 16 * p));
    }
    return found;
  }
  static Floats bfloats(Bytes from) {
    Floats found;
    for (std::size_t p = 0; p < 4; ++p) {
      const uint16x4_t bits = vreinterpret_u16_u8(vld1_u8(from + 8 * p));
      found.part[p] = vreinterpretq_f32_u32(vshll_n_u16(bits, 16));
    }
    return found;
  }
  static Floats halves(Bytes from) {
    Floats found;
    for (std::size_t p = 0; p < 4; ++p) {
      found.part[p] = vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(from + 8 * p)));
    }
    return found;
  }

  // Four numbers of 32 bits for each four bytes.
  static uint32x4_t four_bytes(Bytes from) {
    std::uint32_t four;
    std::memcpy(&four, from, sizeof(four));
    return vmovl_u16(vget_low_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)))));
  }

  // 2^(byte - 128): byte - 1 as the exponent; 0 and 1 are below the smallest exponent.
  static Floats powers(Bytes from) {
    Floats found;
    for (std::size_t p = 0; p < 4; ++p) {
      const uint32x4_t exponents = four_bytes(from + 4 * p);
      const uint32x4_t one = vdupq_n_u32(1);
      const uint32x4_t normal = vshlq_n_u32(vsubq_u32(exponents, one), 23);
      const uint32x4_t small = vshlq_u32(vdupq_n_u32(0x200000), vreinterpretq_s32_u32(exponents));
      found.part[p] = vreinterpretq_f32_u32(vbslq_u32(vcgtq_u32(exponents, one), normal, small));
    }
    return found;
  }

  static Floats unsigned_bytes(Bytes from) {
    Floats found;
    for (std::size_t p = 0; p < 4; ++p) found.part[p] = vcvtq_f32_u32(four_bytes(from + 4 * p));
    return found;
  }
  static Floats signed_bytes(Bytes from) {
    Floats found;
    for (std::size_t p = 0; p < 4; ++p) {
      const int32x4_t moved = vreinterpretq_s32_u32(vshlq_n_u32(four_bytes(from + 4 * p), 24));
      found.part[p] = vcvtq_f32_s32(vshrq_n_s32(moved, 24));
    }
    return found;
  }
  static Floats times(Floats a, Floats b) {
    for (std::size_t p = 0; p < 4; ++p) a.part[p] = vmulq_f32(a.part[p], b.part[p]);
    return a;
  }
  static Floats scaled(Floats a, float by) {
    for (float32x4_t& part : a.part) part = vmulq_n_f32(part, by);
    return a;
  }
  static Floats fma(Ints products, Floats scales, Floats sum) {
    for (std::size_t p = 0; p < 4; ++p) {
      sum.part[p] = vfmaq_f32(sum.part[p], scales.part[p], vcvtq_f32_s32(products.part[p]));
    }
    return sum;
  }
  static Floats add_product(Floats a, float by, Floats sum) {
    for (std::size_t p = 0; p < 4; ++p) sum.part[p] = vfmaq_n_f32(sum.part[p], a.part[p], by);
    return sum;
  }
  static void store(Floats sums, float* y) {
    for (std::size_t p = 0; p < 4; ++p) vst1q_f32(y + 4 * p, sums.part[p]);
  }

  template <class Levels, std::size_t kQuads, std::size_t kStride>
  static Ints dot(const Quad* quads, const std::int32_t* x, std::int32_t) {
    Ints sums;
    for (int32x4_t& part : sums.part) part = vdupq_n_s32(0);
    const uint8x16_t zero = vdupq_n_u8(Levels::kZero);
    for (std::size_t g = 0; g < kQuads; ++g) {
      const int8x16_t four = vreinterpretq_s8_s32(vdupq_n_s32(x[g * kStride]));
      for (std::size_t p = 0; p < 4; ++p) {
        const int8x16_t quants = vreinterpretq_s8_u8(vsubq_u8(quads[g].part[p], zero));
        sums.part[p] = vaddq_s32(sums.part[p], sums_of_four(quants, four));
      }
    }
    return sums;
  }

  static int32x4_t sums_of_four(int8x16_t a, int8x16_t b) {
    const int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b));
    return vpaddlq_s16(vpaddq_s16(low, vmull_high_s8(a, b)));
  }
};

}  // namespace

constinit const PanelTable kNeonPanels = panel_table<NeonRows>();

}  // namespace weir::kernels

#endif
