// AVX2, FMA and F16C. Activations stay float, so a product is rounded as in the
// reference and only the order of summation differs: 32 weights at a time into
// four accumulators of eight lanes, then the rest. Bound: one rounding per term
// and lane, |error| <= n/32 * 2^-24 * sum|a*b|. Reference: scalar.cc.
#include "local_backend/kernels/scalar.h"
#include "local_backend/kernels/variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cmath>

#include "local_backend/kernels/half.h"

#define WEIR_AVX2 __attribute__((target("avx2,fma,f16c")))
#define WEIR_AVX2_INLINE __attribute__((target("avx2,fma,f16c"), always_inline)) inline

namespace weir::kernels {
namespace {

struct Eights {
  __m256 part[4];
};

// A format that has no blocks: eight weights can be taken from anywhere.
template <class Format>
struct Plain {
  WEIR_AVX2_INLINE static Eights thirty_two(const std::byte* row, std::size_t i) {
    return {{Format::eight(row, i), Format::eight(row, i + 8), Format::eight(row, i + 16),
             Format::eight(row, i + 24)}};
  }
};

struct F32 : Plain<F32> {
  WEIR_AVX2_INLINE static __m256 eight(const std::byte* row, std::size_t i) {
    return _mm256_loadu_ps(reinterpret_cast<const float*>(row) + i);
  }
  static float at(const std::byte* row, std::size_t i) {
    return load_unaligned<float>(row + i * 4);
  }
};

struct F16 : Plain<F16> {
  WEIR_AVX2_INLINE static __m256 eight(const std::byte* row, std::size_t i) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + i * 2)));
  }
  static float at(const std::byte* row, std::size_t i) {
    return half_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

struct Bf16 : Plain<Bf16> {
  WEIR_AVX2_INLINE static __m256 eight(const std::byte* row, std::size_t i) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row + i * 2));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
  }
  static float at(const std::byte* row, std::size_t i) {
    return bfloat_to_float(load_unaligned<std::uint16_t>(row + i * 2));
  }
};

// Rows are whole blocks of 32, so the loops over rests never run.
struct Q8x0 {
  WEIR_AVX2_INLINE static Eights thirty_two(const std::byte* row, std::size_t i) {
    const std::byte* block = row + i / 32 * 34;
    const __m256 scale = _mm256_set1_ps(_cvtsh_ss(load_unaligned<std::uint16_t>(block)));
    return {{scaled(scale, block + 2), scaled(scale, block + 10), scaled(scale, block + 18),
             scaled(scale, block + 26)}};
  }
  WEIR_AVX2_INLINE static __m256 scaled(__m256 scale, const std::byte* quants) {
    const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(quants));
    return _mm256_mul_ps(scale, _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(eight)));
  }
  WEIR_AVX2_INLINE static __m256 eight(const std::byte*, std::size_t) {
    return _mm256_setzero_ps();
  }
  static float at(const std::byte*, std::size_t) { return 0; }
};

WEIR_AVX2_INLINE float sum_lanes(__m256 v) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

template <class Format>
WEIR_AVX2 float dot_row(const std::byte* row, const float* x, std::size_t n) {
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
WEIR_AVX2 void unpack(const std::byte* row, float* out, std::size_t n) {
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    const Eights w = Format::thirty_two(row, i);
    for (std::size_t j = 0; j < 4; ++j) _mm256_storeu_ps(out + i + 8 * j, w.part[j]);
  }
  for (; i < n; ++i) out[i] = Format::at(row, i);
}

float dot(const float* a, const float* b, std::size_t n) {
  return dot_row<F32>(reinterpret_cast<const std::byte*>(a), b, n);
}

WEIR_AVX2 void add_scaled(float scale, const float* x, float* y, std::size_t n) {
  const __m256 factor = _mm256_set1_ps(scale);
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    _mm256_storeu_ps(y + i,
                     _mm256_fmadd_ps(factor, _mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
  }
  for (; i < n; ++i) y[i] = std::fma(scale, x[i], y[i]);
}

WEIR_AVX2 void rms_norm(const float* x, const float* weight, float eps, float* out, std::size_t n) {
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

}  // namespace

constinit const Kernels kAvx2Kernels = {
    .name = "avx2",
    .runs_on = [](const CpuFeatures& cpu) { return cpu.avx2_fma_f16c; },
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
