// Sixteen floats as two AVX2 registers. See vector_math.h for what the names mean.
#pragma once

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#define WEIR_TARGET __attribute__((target("avx2,fma,f16c")))
#define WEIR_INLINE __attribute__((target("avx2,fma,f16c"), always_inline)) inline

namespace weir::kernels {

struct Avx2Lanes {
  struct V {
    __m256 low;
    __m256 high;
  };
  static constexpr std::size_t kVectors = 1;  // of a product's columns at a time

  WEIR_INLINE static V load(const float* from) {
    return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
  }
  WEIR_INLINE static void store(float* to, V x) {
    _mm256_storeu_ps(to, x.low);
    _mm256_storeu_ps(to + 8, x.high);
  }
  WEIR_INLINE static V set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
  WEIR_INLINE static V add(V a, V b) {
    return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
  }
  WEIR_INLINE static V sub(V a, V b) {
    return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
  }
  WEIR_INLINE static V mul(V a, V b) {
    return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
  }
  WEIR_INLINE static V div(V a, V b) {
    return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
  }
  WEIR_INLINE static V fma(V a, V b, V c) {
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  WEIR_INLINE static V min(V limit, V x) {
    return {_mm256_min_ps(limit.low, x.low), _mm256_min_ps(limit.high, x.high)};
  }
  WEIR_INLINE static V max(V limit, V x) {
    return {_mm256_max_ps(limit.low, x.low), _mm256_max_ps(limit.high, x.high)};
  }

  WEIR_INLINE static V load_f16(const std::byte* from) {
    const __m128i* halves = reinterpret_cast<const __m128i*>(from);
    return {_mm256_cvtph_ps(_mm_loadu_si128(halves)), _mm256_cvtph_ps(_mm_loadu_si128(halves + 1))};
  }
  WEIR_INLINE static V load_bf16(const std::byte* from) {
    const __m128i* halves = reinterpret_cast<const __m128i*>(from);
    return {upper(_mm_loadu_si128(halves)), upper(_mm_loadu_si128(halves + 1))};
  }
  WEIR_INLINE static V load_low(const std::byte* from) {
    return nibbles(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  WEIR_INLINE static V load_high(const std::byte* from) {
    const __m128i both = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return nibbles(_mm_srli_epi16(both, 4));
  }
  WEIR_INLINE static V look_up_low(const std::int8_t* levels, const std::byte* from) {
    return look_up(levels, _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  WEIR_INLINE static V look_up_high(const std::int8_t* levels, const std::byte* from) {
    const __m128i both = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return look_up(levels, _mm_srli_epi16(both, 4));
  }
  WEIR_INLINE static float half(std::uint16_t bits) { return _cvtsh_ss(bits); }
  WEIR_INLINE static void store_f16(std::uint16_t* to, V x) {
    constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
    __m128i* halves = reinterpret_cast<__m128i*>(to);
    _mm_storeu_si128(halves, _mm256_cvtps_ph(x.low, kNearest));
    _mm_storeu_si128(halves + 1, _mm256_cvtps_ph(x.high, kNearest));
  }

  WEIR_INLINE static V times_power(V x, V power) {
    return {times_power(x.low, power.low), times_power(x.high, power.high)};
  }
  WEIR_INLINE static V below(V x, V limit, V chosen, V otherwise) {
    return {
        _mm256_blendv_ps(otherwise.low, chosen.low, _mm256_cmp_ps(x.low, limit.low, _CMP_LT_OQ)),
        _mm256_blendv_ps(otherwise.high, chosen.high,
                         _mm256_cmp_ps(x.high, limit.high, _CMP_LT_OQ))};
  }
  WEIR_INLINE static V within(V x, std::size_t first, std::size_t end, V otherwise) {
    return {within(x.low, first, end, 0, otherwise.low),
            within(x.high, first, end, 8, otherwise.high)};
  }

 private:
  WEIR_INLINE static __m256 upper(__m128i bits) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
  }
  WEIR_INLINE static V widen(__m128i bytes) {
    return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
            _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128(bytes, 8)))};
  }
  WEIR_INLINE static V look_up(const std::int8_t* levels, __m128i indices) {
    const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(levels));
    return widen(_mm_shuffle_epi8(table, _mm_and_si128(indices, _mm_set1_epi8(15))));
  }
  WEIR_INLINE static V nibbles(__m128i bytes) {
    const __m128i low = _mm_and_si128(bytes, _mm_set1_epi8(15));
    return widen(_mm_sub_epi8(low, _mm_set1_epi8(8)));
  }
  WEIR_INLINE static __m256 times_power(__m256 x, __m256 power) {
    const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(power), _mm256_set1_epi32(127));
    return _mm256_mul_ps(x, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
  }
  WEIR_INLINE static __m256 within(__m256 x, std::size_t first, std::size_t end, int lane,
                                   __m256 otherwise) {
    const __m256i lanes =
        _mm256_add_epi32(_mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0), _mm256_set1_epi32(lane));
    const __m256i from = _mm256_set1_epi32(static_cast<int>(first) - 1);
    const __m256i to = _mm256_set1_epi32(static_cast<int>(end));
    const __m256i kept =
        _mm256_and_si256(_mm256_cmpgt_epi32(lanes, from), _mm256_cmpgt_epi32(to, lanes));
    return _mm256_blendv_ps(otherwise, x, _mm256_castsi256_ps(kept));
  }
};

}  // namespace weir::kernels

#endif
