// Panels with AVX2: a quad of sixteen rows is two registers.
//
// maddubs multiplies unsigned quants with signed activations and adds neighbours to int16, which
// holds some of such sums: 32767 / (2 * 127 * highest quant). Quants of a whole byte would be too
// many for one: they become signed again, and their sign moves over to the activation; a pair is
// then within [-32768, 32512]. To turn the bits of an activation over costs one instruction, and
// gives one less than its negative: what is missing is the same for all tokens of a row.
#if defined(__x86_64__)

#include <immintrin.h>

#define WEIR_TARGET __attribute__((target("avx2,fma,f16c")))
#define WEIR_INLINE __attribute__((target("avx2,fma,f16c"), always_inline)) inline

#include "local_backend/kernels/panel_kernels.h"
#include "local_backend/kernels/variants.h"

namespace weir::kernels {
namespace {

struct Avx2Rows {
  static constexpr std::size_t kTogether = 4;
  static constexpr std::size_t kQuadByQuad = 8;
  struct Quad {
    __m256i half[2];
  };
  struct Ints {
    __m256i half[2];
  };
  struct Floats {
    __m256 half[2];
  };

  WEIR_INLINE static float half(std::uint16_t bits) { return _cvtsh_ss(bits); }

  WEIR_INLINE static Quad load(Bytes from) {
    const auto* halves = reinterpret_cast<const __m256i*>(from);
    return {{_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)}};
  }

  template <int kRight, unsigned kMask>
  WEIR_INLINE static Quad bits(Quad from) {
    for (__m256i& half : from.half) {
      if constexpr (kRight > 0) half = _mm256_srli_epi16(half, kRight);
      if constexpr (kRight < 0) half = _mm256_slli_epi16(half, -kRight);
      half = _mm256_and_si256(half, _mm256_set1_epi8(static_cast<char>(kMask)));
    }
    return from;
  }

  WEIR_INLINE static Quad either(Quad a, Quad b) {
    return {{_mm256_or_si256(a.half[0], b.half[0]), _mm256_or_si256(a.half[1], b.half[1])}};
  }

  WEIR_INLINE static Quad look_up(const TableOfSixteen& table, Quad where) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data()));
    const __m256i twice = _mm256_broadcastsi128_si256(values);
    for (__m256i& half : where.half) half = _mm256_shuffle_epi8(twice, half);
    return where;
  }

  WEIR_INLINE static Floats floats(Bytes from) {
    const auto* values = reinterpret_cast<const float*>(from);
    return {{_mm256_loadu_ps(values), _mm256_loadu_ps(values + 8)}};
  }
  WEIR_INLINE static Floats bfloats(Bytes from) {
    Floats found;
    for (std::size_t h = 0; h < 2; ++h) {
      const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from) + h);
      found.half[h] = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
    return found;
  }
  WEIR_INLINE static Floats halves(Bytes from) {
    const auto* eights = reinterpret_cast<const __m128i*>(from);
    return {
        {_mm256_cvtph_ps(_mm_loadu_si128(eights)), _mm256_cvtph_ps(_mm_loadu_si128(eights + 1))}};
  }

  WEIR_INLINE static __m128i eight_bytes(Bytes from) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  }

  // 2^(byte - 128): byte - 1 as the exponent; 0 and 1 are below the smallest exponent.
  WEIR_INLINE static Floats powers(Bytes from) {
    Floats found;
    for (std::size_t h = 0; h < 2; ++h) {
      const __m256i exponents = _mm256_cvtepu8_epi32(eight_bytes(from + 8 * h));
      const __m256i one = _mm256_set1_epi32(1);
      const __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(exponents, one), 23);
      const __m256i small = _mm256_sllv_epi32(_mm256_set1_epi32(0x200000), exponents);
      const __m256i is_normal = _mm256_cmpgt_epi32(exponents, one);
      found.half[h] = _mm256_castsi256_ps(_mm256_blendv_epi8(small, normal, is_normal));
    }
    return found;
  }

  WEIR_INLINE static Floats unsigned_bytes(Bytes from) {
    return {{_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight_bytes(from))),
             _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight_bytes(from + 8)))}};
  }
  WEIR_INLINE static Floats signed_bytes(Bytes from) {
    return {{_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(eight_bytes(from))),
             _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(eight_bytes(from + 8)))}};
  }
  WEIR_INLINE static Floats times(Floats a, Floats b) {
    return {{_mm256_mul_ps(a.half[0], b.half[0]), _mm256_mul_ps(a.half[1], b.half[1])}};
  }
  WEIR_INLINE static Floats scaled(Floats a, float by) {
    const __m256 factor = _mm256_set1_ps(by);
    return {{_mm256_mul_ps(a.half[0], factor), _mm256_mul_ps(a.half[1], factor)}};
  }
  WEIR_INLINE static Floats fma(Ints products, Floats scales, Floats sum) {
    for (std::size_t h = 0; h < 2; ++h) {
      sum.half[h] =
          _mm256_fmadd_ps(scales.half[h], _mm256_cvtepi32_ps(products.half[h]), sum.half[h]);
    }
    return sum;
  }
  WEIR_INLINE static Floats add_product(Floats a, float by, Floats sum) {
    const __m256 factor = _mm256_set1_ps(by);
    for (std::size_t h = 0; h < 2; ++h) {
      sum.half[h] = _mm256_fmadd_ps(a.half[h], factor, sum.half[h]);
    }
    return sum;
  }
  WEIR_INLINE static void store(Floats sums, float* y) {
    _mm256_storeu_ps(y, sums.half[0]);
    _mm256_storeu_ps(y + 8, sums.half[1]);
  }

  template <class Levels, std::size_t kQuads, std::size_t kStride, std::size_t kTokens>
  WEIR_INLINE static void dots(const Quad* quads, const std::int32_t* x,
                               const std::int32_t* minus_sums, Ints (&sums)[kTokens]) {
    if constexpr (Levels::kHighest > 127) {
      signed_dots<kQuads, kStride>(quads, x, sums);
    } else {
      unsigned_dots<Levels, kQuads, kStride>(quads, x, minus_sums, sums);
    }
  }

 private:
  // Eight rows at a time, so that nothing leaves the registers. Compilers are kept from summing in
  // trees and from keeping what both halves load.
  template <class Levels, std::size_t kQuads, std::size_t kStride, std::size_t kTokens>
  WEIR_INLINE static void unsigned_dots(const Quad* quads, const std::int32_t* x,
                                        const std::int32_t* minus_sums, Ints (&sums)[kTokens]) {
    constexpr int kShift = Levels::kZero == 0 ? 0 : __builtin_ctz(Levels::kZero);
    constexpr std::size_t kInSixteenBits = 32767 / (2 * 127 * Levels::kHighest);
    constexpr std::size_t kChain = std::min<std::size_t>(kQuads, kInSixteenBits);
    const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 2
    for (std::size_t h = 0; h < 2; ++h) {
      asm("" : "+r"(x));
      __m256i rows[kTokens];
      for (std::size_t t = 0; t < kTokens; ++t) {
        rows[t] = Levels::kZero == 0 ? _mm256_setzero_si256()
                                     : _mm256_slli_epi32(_mm256_set1_epi32(minus_sums[t]), kShift);
      }
#pragma GCC unroll 8
      for (std::size_t first = 0; first < kQuads; first += kChain) {
#pragma GCC unroll 8
        for (std::size_t t = 0; t < kTokens; ++t) {
          const std::int32_t* four = x + first * kStride + t;
          __m256i pairs = _mm256_maddubs_epi16(quads[first].half[h], _mm256_set1_epi32(*four));
#pragma GCC unroll 8
          for (std::size_t i = 1; i < kChain; ++i) {
            const __m256i next = _mm256_set1_epi32(four[i * kStride]);
            pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(quads[first + i].half[h], next));
            asm("" : "+x"(pairs));
          }
          rows[t] = _mm256_add_epi32(rows[t], _mm256_madd_epi16(pairs, ones));
          asm("" : "+x"(rows[t]));
        }
      }
      for (std::size_t t = 0; t < kTokens; ++t) sums[t].half[h] = rows[t];
    }
  }

  // The same of quants whose zero is 128.
  template <std::size_t kQuads, std::size_t kStride, std::size_t kTokens>
  WEIR_INLINE static void signed_dots(const Quad* quads, const std::int32_t* x,
                                      Ints (&sums)[kTokens]) {
    const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 2
    for (std::size_t h = 0; h < 2; ++h) {
      asm("" : "+r"(x));
      __m256i rows[kTokens];
      for (__m256i& row : rows) row = _mm256_setzero_si256();
      __m256i below = _mm256_setzero_si256();
#pragma GCC unroll 8
      for (std::size_t g = 0; g < kQuads; ++g) {
        const __m256i quants = _mm256_xor_si256(quads[g].half[h], _mm256_set1_epi8(-128));
        const __m256i minus = _mm256_cmpgt_epi8(_mm256_setzero_si256(), quants);
        const __m256i sizes = _mm256_sub_epi8(_mm256_xor_si256(quants, minus), minus);
        below = _mm256_sub_epi16(below, _mm256_maddubs_epi16(sizes, minus));
        for (std::size_t t = 0; t < kTokens; ++t) {
          const __m256i four = _mm256_set1_epi32(x[g * kStride + t]);
          const __m256i pairs = _mm256_maddubs_epi16(sizes, _mm256_xor_si256(four, minus));
          rows[t] = _mm256_add_epi32(rows[t], _mm256_madd_epi16(pairs, ones));
          asm("" : "+x"(rows[t]));
        }
      }
      below = _mm256_madd_epi16(below, ones);
      for (std::size_t t = 0; t < kTokens; ++t) sums[t].half[h] = _mm256_add_epi32(rows[t], below);
    }
  }
};

}  // namespace

constinit const PanelTable kAvx2Panels = panel_table<Avx2Rows>();

}  // namespace weir::kernels

#endif
