// AVX-512 with VNNI: sixteen lanes are one register, and one instruction multiplies
// 64 bytes and sums them by four. It wants one side unsigned: activations move up by
// 128, and 128 times the weights is taken off again, exactly. Float is avx2.cc's.
#include "local_backend/kernels/avx2.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "local_backend/kernels/lanes_avx512.h"
#include "local_backend/kernels/level_sums.h"
#include "local_backend/kernels/row_kernels.h"
#include "local_backend/kernels/scalar.h"
#include "local_backend/kernels/variants.h"
#include "local_backend/kernels/vector_loops.h"

namespace weir::kernels {
namespace {

struct Avx512 {
  struct Lanes {
    __m512 lane;
  };
  struct Pair {
    __m512i quants;
    __m512i start;  // -128 times the sum of four quants
    __m512 scales;
  };

  WEIR_INLINE static float half(std::uint16_t bits) { return _cvtsh_ss(bits); }

  WEIR_INLINE static void look_up(const std::int8_t* table, const std::int8_t* indices,
                                  std::int8_t* out) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    const __m128i where = _mm_loadu_si128(reinterpret_cast<const __m128i*>(indices));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(values, where));
  }

  WEIR_INLINE static Pair load(const WeightChunk& chunk, std::size_t p) {
    const __m512i quants = _mm512_load_si512(chunk.quants + 64 * p);
    const __m512i moved =
        _mm512_dpbusd_epi32(_mm512_setzero_si512(), _mm512_set1_epi8(-128), quants);
    const __m512i by_four = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
    const __m512 scales = _mm512_castps128_ps512(_mm_load_ps(chunk.scales + 4 * p));
    return {quants, _mm512_sub_epi32(_mm512_setzero_si512(), moved),
            _mm512_permutexvar_ps(by_four, scales)};
  }

  WEIR_INLINE static void add(const Pair& pair, const ActivationChunk& x, std::size_t p,
                              Lanes& sum) {
    const __m512i quants =
        _mm512_xor_si512(_mm512_load_si512(x.quants + 64 * p), _mm512_set1_epi8(-128));
    const __m512i fours = _mm512_dpbusd_epi32(pair.start, quants, pair.quants);
    const __m512i by_eight = _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128 two =
        _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x.scales + 2 * p)));
    const __m512 scales =
        _mm512_mul_ps(pair.scales, _mm512_permutexvar_ps(by_eight, _mm512_castps128_ps512(two)));
    sum.lane = _mm512_fmadd_ps(scales, _mm512_cvtepi32_ps(fours), sum.lane);
  }

  WEIR_INLINE static void subtract_offsets(const WeightChunk& chunk, const ActivationChunk& x,
                                           Lanes& sum) {
    sum.lane = _mm512_fnmadd_ps(_mm512_load_ps(chunk.offsets), _mm512_loadu_ps(x.sums), sum.lane);
  }

  WEIR_INLINE static float sum(const Lanes& lanes) {
    const __m256 eight =
        _mm256_add_ps(_mm512_castps512_ps256(lanes.lane), _mm512_extractf32x8_ps(lanes.lane, 1));
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
  }
};

}  // namespace

constinit const Kernels kAvx512Kernels = {
    .name = "avx512",
    .runs_on = [](const CpuFeatures& cpu) { return cpu.avx2_fma_f16c && cpu.avx512_vnni; },
    .rows =
        row_kernels<Avx512>({scalar::unpack_f32, avx2::dot_f32}, {avx2::unpack_f16, avx2::dot_f16},
                            {avx2::unpack_bf16, avx2::dot_bf16}),
    .panels = &kAvx512Panels,
    .quantise = quantise_row<Avx512>,
    .level_sums = sum_levels<Avx512>,
    .dot = avx2::dot,
    .add_scaled = avx2::add_scaled,
    .rms_norm = avx2::rms_norm,
    .silu_times = silu_times<Avx512Lanes>,
    .softmax = softmax<Avx512Lanes>,
    .rope = rope<Avx512Lanes>,
    .gelu_times = gelu_times<Avx512Lanes>,
    .sigmoid_times = sigmoid_times<Avx512Lanes>,
    .limit = limit<Avx512Lanes>,
    .survey = survey_logits<Avx512Lanes>,
    .sum_logits = sum_logits<Avx512Lanes>,
    .attention = &kAvx512Attention,
};

}  // namespace weir::kernels

#endif
