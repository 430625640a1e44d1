// AVX2, FMA and F16C.
//
// Float: a product is rounded as in the reference and only the order of summation
// differs: 32 weights at a time into four accumulators of eight lanes, then the rest.
// Bound: one rounding per term and lane, |error| <= n/32 * 2^-24 * sum|a*b|.
//
// Int8: maddubs multiplies unsigned by signed bytes, so the weight's sign moves over
// to the activation. With weights in [-128, 127] and activations in [-127, 127] a pair
// sums to at most 32512: int16 does not saturate.
#include "local_backend/kernels/avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cmath>

#include "local_backend/kernels/half.h"
#include "local_backend/kernels/lanes_avx2.h"
#include "local_backend/kernels/level_sums.h"
#include "local_backend/kernels/row_kernels.h"
#include "local_backend/kernels/scalar.h"
#include "local_backend/kernels/variants.h"
#include "local_backend/kernels/vector_loops.h"

namespace weir::kernels {
namespace {

struct Eights {
  __m256 part[4];
};

// A format that has no blocks: eight weights can be taken from anywhere.
template <class Format>
struct Plain {
  WEIR_INLINE static Eights thirty_two(const std::byte* row, std::size_t i) {
    return {{Format::eight(row, i), Format::eight(row, i + 8), Format::eight(row, i + 16),
             Format::eight(row, i + 24)}};
  }

 private:
  Plain() = default;
  friend Format;
};

struct F32 : Plain<F32> {
  WEIR_INLINE static __m256 eight(const std::byte* row, std::size_t i) {
    return _mm256_loadu_ps(reinterpret_cast<const float*>(row) + i);
  }
  static float at(const std::byte* row, std::size_t i) {
    return load_unaligned<float>(row + i * 4);
  }
};

struct F16 : Plain<F16> {
  WEIR_INLINE static __m256 eight(const std::byte* row, std::size_t i) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + i * 2)));
  }
  static float at(const std::byte* row, std::size_t i) {
    return half_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

struct Bf16 : Plain<Bf16> {
  WEIR_INLINE static __m256 eight(const std::byte* row, std::size_t i) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row + i * 2));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
  }
  static float at(const std::byte* row, std::size_t i) {
    return bfloat_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

WEIR_INLINE float sum_lanes(__m256 v) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

template <class Format>
WEIR_TARGET float dot_row(const std::byte* row, const float* x, std::size_t n) {
  __m256 sum[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(),
                   _mm256_setzero_ps()};
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const Eights w = Format::thirty_two(row, i);
    for (std::size_t j = 0; j < 4; ++j) {
      sum[j] = _mm256_fmadd_ps(w.part[j], _mm256_loadu_ps(x + i + 8 * j), sum[j]);
    }
  }
  for (; i + 8 <= n; i += 8) {
    sum[0] = _mm256_fmadd_ps(Format::eight(row, i), _mm256_loadu_ps(x + i), sum[0]);
  }
  float total =
      sum_lanes(_mm256_add_ps(_mm256_add_ps(sum[0], sum[1]), _mm256_add_ps(sum[2], sum[3])));
  for (; i < n; ++i) total = std::fma(Format::at(row, i), x[i], total);
  return total;
}

template <class Format>
WEIR_TARGET void unpack(const std::byte* row, float* out, std::size_t n) {
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const Eights w = Format::thirty_two(row, i);
    for (std::size_t j = 0; j < 4; ++j) _mm256_storeu_ps(out + i + 8 * j, w.part[j]);
  }
  for (; i < n; ++i) out[i] = Format::at(row, i);
}

struct Avx2 {
  struct Lanes {
    __m256 low;
    __m256 high;
  };
  struct Block {
    __m256i quants;
    __m256i magnitudes;
    __m256 scales;
  };
  struct Pair {
    Block low;
    Block high;
  };

  WEIR_INLINE static float half(std::uint16_t bits) { return _cvtsh_ss(bits); }

  WEIR_INLINE static void look_up(const std::int8_t* table, const std::int8_t* indices,
                                  std::int8_t* out) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    const __m128i where = _mm_loadu_si128(reinterpret_cast<const __m128i*>(indices));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(values, where));
  }

  WEIR_INLINE static Pair load(const WeightChunk& chunk, std::size_t p) {
    return {load_block(chunk, 2 * p), load_block(chunk, 2 * p + 1)};
  }

  WEIR_INLINE static Block load_block(const WeightChunk& chunk, std::size_t b) {
    const __m256i quants =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(chunk.quants + 32 * b));
    const __m256 both = _mm256_castpd_ps(
        _mm256_broadcast_sd(reinterpret_cast<const double*>(chunk.scales + 2 * b)));
    const __m256i first_then_second = _mm256_set_epi32(1, 1, 1, 1, 0, 0, 0, 0);
    return {quants, _mm256_abs_epi8(quants), _mm256_permutevar_ps(both, first_then_second)};
  }

  WEIR_INLINE static void add(const Pair& pair, const ActivationChunk& x, std::size_t p,
                              Lanes& sum) {
    sum.low = add_block(pair.low, x, 2 * p, sum.low);
    sum.high = add_block(pair.high, x, 2 * p + 1, sum.high);
  }

  WEIR_INLINE static __m256 add_block(const Block& block, const ActivationChunk& x, std::size_t b,
                                      __m256 sum) {
    const __m256i quants = _mm256_load_si256(reinterpret_cast<const __m256i*>(x.quants + 32 * b));
    const __m256i pairs =
        _mm256_maddubs_epi16(block.magnitudes, _mm256_sign_epi8(quants, block.quants));
    const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    const __m256 scales = _mm256_mul_ps(block.scales, _mm256_broadcast_ss(x.scales + b));
    return _mm256_fmadd_ps(scales, _mm256_cvtepi32_ps(fours), sum);
  }

  WEIR_INLINE static void subtract_offsets(const WeightChunk& chunk, const ActivationChunk& x,
                                           Lanes& sum) {
    sum.low = _mm256_fnmadd_ps(_mm256_load_ps(chunk.offsets), _mm256_load_ps(x.sums), sum.low);
    sum.high =
        _mm256_fnmadd_ps(_mm256_load_ps(chunk.offsets + 8), _mm256_loadu_ps(x.sums + 8), sum.high);
  }

  WEIR_INLINE static float sum(const Lanes& lanes) {
    return sum_lanes(_mm256_add_ps(lanes.low, lanes.high));
  }
};

}  // namespace

namespace avx2 {

void unpack_f16(const std::byte* row, float* out, std::size_t n) { unpack<F16>(row, out, n); }
void unpack_bf16(const std::byte* row, float* out, std::size_t n) { unpack<Bf16>(row, out, n); }

float dot_f32(const std::byte* row, const float* x, std::size_t n) {
  return dot_row<F32>(row, x, n);
}
float dot_f16(const std::byte* row, const float* x, std::size_t n) {
  return dot_row<F16>(row, x, n);
}
float dot_bf16(const std::byte* row, const float* x, std::size_t n) {
  return dot_row<Bf16>(row, x, n);
}

float dot(const float* a, const float* b, std::size_t n) {
  return dot_row<F32>(reinterpret_cast<const std::byte*>(a), b, n);
}

WEIR_TARGET void add_scaled(float scale, const float* x, float* y, std::size_t n) {
  const __m256 factor = _mm256_set1_ps(scale);
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(y + i,
                     _mm256_fmadd_ps(factor, _mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
  }
  for (; i < n; ++i) y[i] = std::fma(scale, x[i], y[i]);
}

WEIR_TARGET void rms_norm(const float* x, const float* weight, float eps, float* out,
                          std::size_t n) {
  const float mean = dot(x, x, n) / static_cast<float>(std::max<std::size_t>(n, 1));
  const float scale = 1.0f / std::sqrt(mean + eps);
  const __m256 factor = _mm256_set1_ps(scale);
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + i), factor);
    _mm256_storeu_ps(out + i, _mm256_mul_ps(scaled, _mm256_loadu_ps(weight + i)));
  }
  for (; i < n; ++i) out[i] = x[i] * scale * weight[i];
}

}  // namespace avx2

constinit const Kernels kAvx2Kernels = {
    .name = "avx2",
    .runs_on = [](const CpuFeatures& cpu) { return cpu.avx2_fma_f16c; },
    .rows =
        row_kernels<Avx2>({scalar::unpack_f32, avx2::dot_f32}, {avx2::unpack_f16, avx2::dot_f16},
                          {avx2::unpack_bf16, avx2::dot_bf16}),
    .panels = &kAvx2Panels,
    .quantise = quantise_row<Avx2>,
    .level_sums = sum_levels<Avx2>,
    .dot = avx2::dot,
    .add_scaled = avx2::add_scaled,
    .rms_norm = avx2::rms_norm,
    .silu_times = silu_times<Avx2Lanes>,
    .softmax = softmax<Avx2Lanes>,
    .rope = rope<Avx2Lanes>,
    .gelu_times = gelu_times<Avx2Lanes>,
    .sigmoid_times = sigmoid_times<Avx2Lanes>,
    .limit = limit<Avx2Lanes>,
    .survey = survey_logits<Avx2Lanes>,
    .sum_logits = sum_logits<Avx2Lanes>,
    .attention = &kAvx2Attention,
};

}  // namespace weir::kernels

#endif
