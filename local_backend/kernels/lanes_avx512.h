// Sixteen floats as one AVX-512 register. See vector_math.h for what the names mean.
#pragma once

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#define WEIR_TARGET \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define WEIR_INLINE                                                                     \
  __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"), \
                 always_inline)) inline

namespace weir::kernels {

struct Avx512Lanes {
  using V = __m512;
  static constexpr std::size_t kVectors = 4;  // of a product's columns at a time

  WEIR_INLINE static V load(const float* from) { return _mm512_loadu_ps(from); }
  WEIR_INLINE static void store(float* to, V x) { _mm512_storeu_ps(to, x); }
  WEIR_INLINE static V set(float x) { return _mm512_set1_ps(x); }
  WEIR_INLINE static V add(V a, V b) { return _mm512_add_ps(a, b); }
  WEIR_INLINE static V sub(V a, V b) { return _mm512_sub_ps(a, b); }
  WEIR_INLINE static V mul(V a, V b) { return _mm512_mul_ps(a, b); }
  WEIR_INLINE static V div(V a, V b) { return _mm512_div_ps(a, b); }
  WEIR_INLINE static V fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
  WEIR_INLINE static V min(V limit, V x) { return _mm512_min_ps(limit, x); }
  WEIR_INLINE static V max(V limit, V x) { return _mm512_max_ps(limit, x); }

  WEIR_INLINE static V load_f16(const std::byte* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  WEIR_INLINE static V load_bf16(const std::byte* from) {
    const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
  }
  WEIR_INLINE static V load_low(const std::byte* from) {
    const __m128i both = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return nibbles(both);
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
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  }

  WEIR_INLINE static V times_power(V x, V power) {
    const __m512i exponent = _mm512_add_epi32(_mm512_cvtps_epi32(power), _mm512_set1_epi32(127));
    return _mm512_mul_ps(x, _mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23)));
  }
  WEIR_INLINE static V below(V x, V limit, V chosen, V otherwise) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, limit, _CMP_LT_OQ), otherwise, chosen);
  }
  WEIR_INLINE static V within(V x, std::size_t first, std::size_t end, V otherwise) {
    const std::uint32_t lanes =
        (end >= 16 ? 0xffffu : (1u << end) - 1) & (first >= 16 ? 0u : 0xffffu << first);
    return _mm512_mask_blend_ps(static_cast<__mmask16>(lanes), otherwise, x);
  }

  WEIR_INLINE static float total(V x) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  WEIR_INLINE static float highest(V x) {
    const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

 private:
  WEIR_INLINE static V widen(__m128i bytes) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
  }
  WEIR_INLINE static V look_up(const std::int8_t* levels, __m128i indices) {
    const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(levels));
    return widen(_mm_shuffle_epi8(table, _mm_and_si128(indices, _mm_set1_epi8(15))));
  }
  WEIR_INLINE static V nibbles(__m128i bytes) {
    const __m128i low = _mm_and_si128(bytes, _mm_set1_epi8(15));
    return widen(_mm_sub_epi8(low, _mm_set1_epi8(8)));
  }
};

}  // namespace weir::kernels

#endif
