#include "local_backend/gguf/random_blocks.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "local_backend/kernels/half.h"

namespace weir {
namespace {

using kernels::TensorType;

void fill_with_random_bytes(Rng* rng, std::span<std::byte> out) {
  for (std::size_t at = 0; at < out.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t bits = rng->next();
    std::memcpy(out.data() + at, &bits, std::min(sizeof bits, out.size() - at));
  }
}

void put_half(std::byte* to, float value) {
  const std::uint16_t bits = kernels::float_to_half(value);
  std::memcpy(to, &bits, sizeof bits);
}

// Levels of -127 to 127: no quantiser makes -128.
void finish_q8_0(std::byte* block, float rms) {
  constexpr float kLevelRms = 73.6f;
  for (std::byte* level = block + 2; level != block + 34; ++level) {
    if (*level == std::byte{0x80}) *level = std::byte{0x81};
  }
  put_half(block, rms / kLevelRms);
}

// Levels of -8 to 7.
void finish_q4_0(std::byte* block, float rms) {
  constexpr float kLevelRms = 4.64f;
  put_half(block, rms / kLevelRms);
}

// Scale times a level of 0 to 15, less an offset that is as much on average; both of 0 to 63
// units.
void finish_q4_k(std::byte* block, float rms) {
  constexpr float kMeanLevel = 7.5f;
  constexpr float kProductRms = 257.0f;
  put_half(block, rms / kProductRms);
  put_half(block + 2, kMeanLevel * rms / kProductRms);
}

// Levels of -32 to 31, with scales of -16 to 15 so that their unit is a normal half.
void finish_q6_k(std::byte* block, float rms) {
  constexpr float kProductRms = 170.7f;
  for (std::byte* scale = block + 192; scale != block + 208; ++scale) {
    *scale = static_cast<std::byte>(std::to_integer<int>(*scale & std::byte{0x1f}) - 16);
  }
  put_half(block + 208, rms / kProductRms);
}

template <class Store>
void fill_with_floats(std::size_t width, float rms, Rng* rng, std::span<std::byte> out,
                      Store store) {
  const float span = rms * std::sqrt(12.0f);  // of a uniform value with this deviation
  for (std::size_t at = 0; at < out.size(); at += width) {
    store(out.data() + at, static_cast<float>(rng->uniform() - 0.5) * span);
  }
}

}  // namespace

void fill_with_random_blocks(TensorType type, float rms, Rng* rng, std::span<std::byte> out) {
  void (*finish)(std::byte*, float) = nullptr;
  switch (type) {
    case TensorType::kF32:
      return fill_with_floats(4, rms, rng, out,
                              [](std::byte* to, float x) { std::memcpy(to, &x, sizeof x); });
    case TensorType::kF16: return fill_with_floats(2, rms, rng, out, put_half);
    case TensorType::kBF16:
      return fill_with_floats(2, rms, rng, out, [](std::byte* to, float x) {
        const std::uint16_t bits = kernels::float_to_bfloat(x);
        std::memcpy(to, &bits, sizeof bits);
      });
    case TensorType::kQ8_0: finish = finish_q8_0; break;
    case TensorType::kQ4_0: finish = finish_q4_0; break;
    case TensorType::kQ4_K: finish = finish_q4_k; break;
    case TensorType::kQ6_K: finish = finish_q6_k; break;
    default: assert(false && "no recipe has this format"); return;
  }
  fill_with_random_bytes(rng, out);
  const std::size_t block = kernels::info_of(type).block_bytes;
  for (std::size_t at = 0; at < out.size(); at += block) finish(out.data() + at, rms);
}

}  // namespace weir
