// Panels with AVX-512 VNNI: a quad of sixteen rows is one register, and one instruction
// multiplies it with four activations and sums by row.
#if defined(__x86_64__)

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // of the intrinsics' own headers
#endif

#include <immintrin.h>

#define WEIR_AVX512 "avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"
#define WEIR_TARGET __attribute__((target(WEIR_AVX512)))
#define WEIR_INLINE __attribute__((target(WEIR_AVX512), always_inline)) inline

#include "local_backend/kernels/panel_kernels.h"
#include "local_backend/kernels/variants.h"

namespace weir::kernels {
namespace {

struct Avx512Rows {
  static constexpr std::size_t kTogether = kWidestTile;
  static constexpr std::size_t kQuadByQuad = 0;
  struct Quad {
    __m512i bytes;
  };
  struct Ints {
    __m512i row;
  };
  struct Floats {
    __m512 row;
  };

  WEIR_INLINE static float half(std::uint16_t bits) { return _cvtsh_ss(bits); }

  WEIR_INLINE static Quad load(Bytes from) { return {_mm512_loadu_si512(from)}; }

  template <int kRight, unsigned kMask>
  WEIR_INLINE static Quad bits(Quad from) {
    __m512i moved = from.bytes;
    if constexpr (kRight > 0) moved = _mm512_srli_epi16(moved, kRight);
    if constexpr (kRight < 0) moved = _mm512_slli_epi16(moved, -kRight);
    return {_mm512_and_si512(moved, _mm512_set1_epi8(static_cast<char>(kMask)))};
  }

  WEIR_INLINE static Quad either(Quad a, Quad b) { return {_mm512_or_si512(a.bytes, b.bytes)}; }

  WEIR_INLINE static Quad look_up(const TableOfSixteen& table, Quad where) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data()));
    return {_mm512_shuffle_epi8(_mm512_broadcast_i32x4(values), where.bytes)};
  }

  WEIR_INLINE static Floats floats(Bytes from) { return {_mm512_loadu_ps(from)}; }
  WEIR_INLINE static Floats bfloats(Bytes from) {
    const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16))};
  }
  WEIR_INLINE static Floats halves(Bytes from) {
    return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)))};
  }

  WEIR_INLINE static __m128i sixteen_bytes(Bytes from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  }

  // 2^(byte - 128): byte - 1 as the exponent; 0 and 1 are below the smallest exponent.
  WEIR_INLINE static Floats powers(Bytes from) {
    const __m512i exponents = _mm512_cvtepu8_epi32(sixteen_bytes(from));
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i normal = _mm512_slli_epi32(_mm512_sub_epi32(exponents, one), 23);
    const __m512i small = _mm512_sllv_epi32(_mm512_set1_epi32(0x200000), exponents);
    const __mmask16 is_normal = _mm512_cmpgt_epi32_mask(exponents, one);
    return {_mm512_castsi512_ps(_mm512_mask_blend_epi32(is_normal, small, normal))};
  }

  WEIR_INLINE static Floats unsigned_bytes(Bytes from) {
    return {_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(sixteen_bytes(from)))};
  }
  WEIR_INLINE static Floats signed_bytes(Bytes from) {
    return {_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(sixteen_bytes(from)))};
  }
  WEIR_INLINE static Floats times(Floats a, Floats b) { return {_mm512_mul_ps(a.row, b.row)}; }
  WEIR_INLINE static Floats scaled(Floats a, float by) {
    return {_mm512_mul_ps(a.row, _mm512_set1_ps(by))};
  }
  WEIR_INLINE static Floats fma(Ints products, Floats scales, Floats sum) {
    return {_mm512_fmadd_ps(scales.row, _mm512_cvtepi32_ps(products.row), sum.row)};
  }
  WEIR_INLINE static Floats add_product(Floats a, float by, Floats sum) {
    return {_mm512_fmadd_ps(a.row, _mm512_set1_ps(by), sum.row)};
  }
  WEIR_INLINE static void store(Floats sums, float* y) { _mm512_storeu_ps(y, sums.row); }

  WEIR_INLINE static RoundedBlock quantise(const float* x, std::int8_t* quants) {
    const __m512 halves[2] = {_mm512_loadu_ps(x), _mm512_loadu_ps(x + 16)};
    const __m512i size = _mm512_set1_epi32(0x7fffffff);
    const __m512i sizes = _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(halves[0]), size),
                                           _mm512_and_si512(_mm512_castps_si512(halves[1]), size));
    const std::uint32_t highest = _mm512_reduce_max_epu32(sizes);
    const float largest = std::bit_cast<float>(highest);
    const bool finite = highest < 0x7f800000u;
    auto* out = reinterpret_cast<__m128i*>(quants);
    if (!finite || largest < 0x1p-100f) {
      _mm_storeu_si128(out, _mm_setzero_si128());
      _mm_storeu_si128(out + 1, _mm_setzero_si128());
      return {finite ? 0.0f : std::numeric_limits<float>::quiet_NaN()};
    }
    const __m512 inverse = _mm512_set1_ps(127.0f / largest);
    __m512i whole[2];
    for (std::size_t h = 0; h < 2; ++h) {
      whole[h] = _mm512_cvtps_epi32(_mm512_mul_ps(halves[h], inverse));
      _mm_storeu_si128(out + h, _mm512_cvtepi32_epi8(whole[h]));
    }
    return {largest / 127.0f, _mm512_reduce_add_epi32(whole[0]), _mm512_reduce_add_epi32(whole[1])};
  }

  // The zero is taken off at the start: it is the sum of the activations, shifted.
  template <class Levels, std::size_t kQuads, std::size_t kStride>
  WEIR_INLINE static Ints dot(const Quad* quads, const std::int32_t* x, std::int32_t minus_sum) {
    constexpr int kShift = Levels::kZero == 0 ? 0 : __builtin_ctz(Levels::kZero);
    __m512i sums = _mm512_setzero_si512();
    if constexpr (Levels::kZero != 0) {
      sums = _mm512_slli_epi32(_mm512_set1_epi32(minus_sum), kShift);
    }
    for (std::size_t g = 0; g < kQuads; ++g) {
      sums = _mm512_dpbusd_epi32(sums, quads[g].bytes, _mm512_set1_epi32(x[g * kStride]));
    }
    return {sums};
  }
};

}  // namespace

constinit const PanelTable kAvx512Panels = panel_table<Avx512Rows>();

}  // namespace weir::kernels

#endif
