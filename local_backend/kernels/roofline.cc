#include "local_backend/kernels/roofline.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace weir::kernels {
namespace {

constexpr std::size_t kRounds = std::size_t{1} << 22;
constexpr std::size_t kTries = 12;  // a process reaches the peak after some 50 ms
constexpr std::size_t kPasses = 4;  // over the memory

// Some products and sums over and over, in registers; how many operations that were. What is
// hidden from the compiler in each round keeps it from making one round of them.
#if defined(__x86_64__)

#define WEIR_FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define WEIR_FOR_AVX2 __attribute__((target("avx2")))

WEIR_FOR_AVX512 inline void add_products(__m512i& sum, __m512i levels) {
  sum = _mm512_dpbusd_epi32(sum, levels, levels);
  asm volatile("" : "+v"(sum));
}

WEIR_FOR_AVX2 inline void add_products(__m256i& sum, __m256i levels) {
  asm volatile("" : "+x"(levels));
  const __m256i pairs = _mm256_maddubs_epi16(levels, levels);
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  asm volatile("" : "+x"(sum));
}

// Sums by name: in a loop they would stand in memory.
WEIR_FOR_AVX512 std::size_t multiply_avx512() {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const __m512i levels = _mm512_set1_epi8(3);
  for (std::size_t i = 0; i < kRounds; ++i) {
    add_products(a, levels);
    add_products(b, levels);
    add_products(c, levels);
    add_products(d, levels);
    add_products(e, levels);
    add_products(f, levels);
    add_products(g, levels);
    add_products(h, levels);
  }
  return kRounds * 8 * 64 * 2;
}

WEIR_FOR_AVX2 std::size_t multiply_avx2() {
  __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const __m256i levels = _mm256_set1_epi8(3);
  for (std::size_t i = 0; i < kRounds; ++i) {
    add_products(a, levels);
    add_products(b, levels);
    add_products(c, levels);
    add_products(d, levels);
    add_products(e, levels);
    add_products(f, levels);
    add_products(g, levels);
    add_products(h, levels);
  }
  return kRounds * 8 * 32 * 2;
}

#elif defined(__aarch64__)

std::size_t multiply_neon() {
  int32x4_t sums[8];
  for (int32x4_t& sum : sums) sum = vdupq_n_s32(0);
  int8x16_t levels = vdupq_n_s8(3);
  for (std::size_t i = 0; i < kRounds; ++i) {
#pragma GCC unroll 8
    for (int32x4_t& sum : sums) {
      asm volatile("" : "+w"(levels));
      const int16x8_t low = vmull_s8(vget_low_s8(levels), vget_low_s8(levels));
      sum = vpadalq_s16(sum, vmlal_high_s8(low, levels, levels));
      asm volatile("" : "+w"(sum));
    }
  }
  return kRounds * 8 * 16 * 2;
}

#endif

using Words = std::uint64_t __attribute__((vector_size(16)));

inline Words load(const std::byte* from) {
  Words words;
  std::memcpy(&words, from, sizeof words);
  return words;
}

// Adds up all of it, a line of 64 bytes at a time, in registers of any processor.
std::uint64_t read_lines(const std::byte* from, std::size_t bytes) {
  constexpr std::size_t kAhead = 2304;
  Words a = {}, b = {}, c = {}, d = {};
  for (std::size_t at = 0; at < bytes; at += 64) {
    const std::byte* line = from + at;
    __builtin_prefetch(line + kAhead);
    a += load(line);
    b += load(line + 16);
    c += load(line + 32);
    d += load(line + 48);
  }
  const Words all = (a + b) + (c + d);
  return all[0] + all[1];
}

// Of `work(thread)` on all threads at once.
template <class Work>
double seconds_of(std::size_t threads, const Work& work) {
  std::atomic<bool> go = false;
  std::vector<std::thread> others;
  others.reserve(threads);
  for (std::size_t i = 1; i < threads; ++i) {
    others.emplace_back([&work, &go, i] {
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      work(i);
    });
  }
  const auto begin = std::chrono::steady_clock::now();
  go.store(true, std::memory_order_release);
  work(0);
  for (std::thread& other : others) other.join();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

double int8_operations_per_second(const Kernels& kernels, std::size_t threads) {
  std::size_t (*multiply)() = nullptr;
#if defined(__x86_64__)
  if (kernels.name == "avx2") multiply = multiply_avx2;
  if (kernels.name == "avx512") multiply = multiply_avx512;
#elif defined(__aarch64__)
  if (kernels.name == "neon") multiply = multiply_neon;
#endif
  if (multiply == nullptr) return 0;
  double best = 0;
  for (std::size_t i = 0; i < kTries; ++i) {
    std::atomic<std::size_t> operations = 0;
    const double seconds = seconds_of(threads, [&](std::size_t) { operations += multiply(); });
    best = std::max(best, static_cast<double>(operations) / seconds);
  }
  return best;
}

MemoryProbe::MemoryProbe() {
  constexpr std::size_t kLargePage = std::size_t{2} << 20;
  void* memory = ::aligned_alloc(kLargePage, kBytes);
  if (memory == nullptr) throw std::bad_alloc();
  ::madvise(memory, kBytes, MADV_HUGEPAGE);
  std::memset(memory, 1, kBytes);
  bytes_ = static_cast<std::byte*>(memory);
}

MemoryProbe::~MemoryProbe() { std::free(bytes_); }

double MemoryProbe::bytes_per_second(std::size_t threads) const {
  constexpr std::size_t kLine = 64;
  const std::size_t share = kBytes / threads / kLine * kLine;
  std::atomic<std::uint64_t> sum = 0;
  const double seconds = seconds_of(threads, [&](std::size_t thread) {
    for (std::size_t pass = 0; pass < kPasses; ++pass) {
      sum += read_lines(bytes_ + thread * share, share);
    }
  });
  return static_cast<double>(share * threads * kPasses) / seconds;
}

}  // namespace weir::kernels
