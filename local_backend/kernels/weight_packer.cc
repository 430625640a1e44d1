#include "local_backend/kernels/weight_packer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "local_backend/kernels/block_fit.h"
#include "local_backend/kernels/half.h"
#include "local_backend/kernels/super_blocks.h"

namespace weir::kernels {
namespace {

// No format with scales holds more: the largest half, times the scales and levels of Q6_K.
constexpr float kLargest = 0x1p28f;

void store_half(std::uint16_t half, std::uint8_t* out) { std::memcpy(out, &half, sizeof(half)); }

// One scale for 32 weights.
struct PlainBlock {
  std::uint16_t scale = 0;
  std::int8_t levels[32] = {};
};

// False if its scale would be no half.
bool fit_plain(const Kernels& kernels, const float* x, LevelRange range, PlainBlock* out) {
  float importance[32];
  weigh(x, 32, importance);
  const Scaling best = BlockFit(kernels, x, importance, 32).best_scale(range);
  out->scale = float_to_half(static_cast<float>(best.scale));
  if (!std::isfinite(half_to_float(out->scale))) return false;
  nearest_levels(x, 32, {double{half_to_float(out->scale)}, 0}, range, out->levels);
  return true;
}

struct PackQ8x0 {
  static constexpr TensorType kType = TensorType::kQ8_0;
  static bool pack(const Kernels& kernels, const float* x, std::uint8_t* out) {
    PlainBlock block;
    if (!fit_plain(kernels, x, {-127, 127}, &block)) return false;
    store_half(block.scale, out);
    std::memcpy(out + 2, block.levels, 32);
    return true;
  }
};

struct PackQ4x0 {
  static constexpr TensorType kType = TensorType::kQ4_0;
  static bool pack(const Kernels& kernels, const float* x, std::uint8_t* out) {
    PlainBlock block;
    if (!fit_plain(kernels, x, {-8, 7}, &block)) return false;
    store_half(block.scale, out);
    for (std::size_t j = 0; j < 16; ++j) {
      out[2 + j] =
          static_cast<std::uint8_t>((block.levels[j] + 8) | (block.levels[j + 16] + 8) << 4);
    }
    return true;
  }
};

struct PackQ5x0 {
  static constexpr TensorType kType = TensorType::kQ5_0;
  static bool pack(const Kernels& kernels, const float* x, std::uint8_t* out) {
    PlainBlock block;
    if (!fit_plain(kernels, x, {-16, 15}, &block)) return false;
    store_half(block.scale, out);
    std::uint32_t fifth_bits = 0;
    for (std::size_t j = 0; j < 32; ++j) {
      fifth_bits |= static_cast<std::uint32_t>(block.levels[j] + 16) >> 4 << j;
    }
    std::memcpy(out + 2, &fifth_bits, sizeof(fifth_bits));
    for (std::size_t j = 0; j < 16; ++j) {
      const int low = (block.levels[j] + 16) & 15;
      const int high = (block.levels[j + 16] + 16) & 15;
      out[6 + j] = static_cast<std::uint8_t>(low | high << 4);
    }
    return true;
  }
};

void store_six_bits(const OffsetBlocks& blocks, std::uint8_t* out) {
  for (std::size_t b = 0; b < 4; ++b) {
    const int s = blocks.scales[b], o = blocks.offsets[b];
    const int later_s = blocks.scales[b + 4], later_o = blocks.offsets[b + 4];
    out[b] = static_cast<std::uint8_t>(s | later_s >> 4 << 6);
    out[b + 4] = static_cast<std::uint8_t>(o | later_o >> 4 << 6);
    out[b + 8] = static_cast<std::uint8_t>((later_s & 15) | (later_o & 15) << 4);
  }
}

// What Q4_K and Q5_K have in common: all but the levels. False if it has no scale.
bool pack_offset_blocks(const Kernels& kernels, const float* x, LevelRange range, std::uint8_t* out,
                        std::int8_t* levels) {
  const OffsetBlocks blocks = fit_offset_blocks(kernels, x, range);
  if (!blocks.finite()) return false;
  store_half(blocks.scale_unit, out);
  store_half(blocks.offset_unit, out + 2);
  store_six_bits(blocks, out + 4);
  for (std::size_t b = 0; b < 8; ++b) {
    nearest_levels(x + 32 * b, 32, blocks.scaling(b), range, levels + 32 * b);
  }
  return true;
}

struct PackQ4xK {
  static constexpr TensorType kType = TensorType::kQ4_K;
  static bool pack(const Kernels& kernels, const float* x, std::uint8_t* out) {
    std::int8_t levels[kSuperBlock];
    if (!pack_offset_blocks(kernels, x, {0, 15}, out, levels)) return false;
    for (std::size_t i = 0; i < 128; ++i) {
      const std::int8_t* low = levels + i / 32 * 64 + i % 32;
      out[16 + i] = static_cast<std::uint8_t>(low[0] | low[32] << 4);
    }
    return true;
  }
};

struct PackQ5xK {
  static constexpr TensorType kType = TensorType::kQ5_K;
  static bool pack(const Kernels& kernels, const float* x, std::uint8_t* out) {
    std::int8_t levels[kSuperBlock];
    if (!pack_offset_blocks(kernels, x, {0, 31}, out, levels)) return false;
    std::fill(out + 16, out + 48, std::uint8_t{0});
    for (std::size_t i = 0; i < 128; ++i) {
      const std::size_t group = i / 32;
      const std::int8_t* low = levels + group * 64 + i % 32;
      out[48 + i] = static_cast<std::uint8_t>((low[0] & 15) | (low[32] & 15) << 4);
      const int fifth = (low[0] >> 4) | low[32] >> 4 << 1;
      out[16 + i % 32] = static_cast<std::uint8_t>(out[16 + i % 32] | fifth << (2 * group));
    }
    return true;
  }
};

struct PackQ6xK {
  static constexpr TensorType kType = TensorType::kQ6_K;
  static constexpr LevelRange kRange = {-32, 31};

  static bool pack(const Kernels& kernels, const float* x, std::uint8_t* out) {
    const ScaledBlocks blocks = fit_scaled_blocks(kernels, x, kRange);
    if (!blocks.finite()) return false;
    std::int8_t levels[kSuperBlock];
    for (std::size_t b = 0; b < 16; ++b) {
      nearest_levels(x + 16 * b, 16, blocks.scaling(b), kRange, levels + 16 * b);
      out[192 + b] = static_cast<std::uint8_t>(blocks.scales[b]);
    }
    store_half(blocks.unit, out + 208);
    for (std::size_t g = 0; g < 2; ++g)
      store_levels(levels + 128 * g, out + 64 * g, out + 128 + 32 * g);
    return true;
  }

  // 128 levels: four bits of each, then two.
  static void store_levels(const std::int8_t* levels, std::uint8_t* low, std::uint8_t* high) {
    for (std::size_t j = 0; j < 32; ++j) {
      const int q[4] = {levels[j] + 32, levels[j + 32] + 32, levels[j + 64] + 32,
                        levels[j + 96] + 32};
      low[j] = static_cast<std::uint8_t>((q[0] & 15) | (q[2] & 15) << 4);
      low[j + 32] = static_cast<std::uint8_t>((q[1] & 15) | (q[3] & 15) << 4);
      high[j] =
          static_cast<std::uint8_t>(q[0] >> 4 | q[1] >> 4 << 2 | q[2] >> 4 << 4 | q[3] >> 4 << 6);
    }
  }
};

std::size_t first_above(const float* x, std::size_t n, float largest) {
  const auto bad = std::find_if(x, x + n, [=](float v) { return !(std::abs(v) <= largest); });
  return static_cast<std::size_t>(bad - x);
}

template <class Format>
std::size_t pack_blocks(const Kernels& kernels, const float* x, std::size_t n, std::uint8_t* out) {
  const TensorTypeInfo& info = info_of(Format::kType);
  for (std::size_t i = 0; i < n; i += info.block_weights, out += info.block_bytes) {
    const std::size_t bad = first_above(x + i, info.block_weights, kLargest);
    if (bad < info.block_weights) return i + bad;
    if (Format::pack(kernels, x + i, out)) continue;
    const auto larger = [](float a, float b) { return std::abs(a) < std::abs(b); };
    return static_cast<std::size_t>(std::max_element(x + i, x + i + info.block_weights, larger) -
                                    x);
  }
  return n;
}

std::size_t pack_floats(const float* x, std::size_t n, std::uint8_t* out) {
  std::memcpy(out, x, n * sizeof(float));
  return first_above(x, n, std::numeric_limits<float>::max());
}

template <std::uint16_t (*kNarrow)(float)>
std::size_t pack_narrow(const float* x, std::size_t n, float largest, std::uint8_t* out) {
  for (std::size_t i = 0; i < n; ++i) store_half(kNarrow(x[i]), out + 2 * i);
  return first_above(x, n, largest);
}

}  // namespace

bool can_pack(TensorType type) {
  switch (type) {
    case TensorType::kF32:
    case TensorType::kF16:
    case TensorType::kBF16:
    case TensorType::kQ8_0:
    case TensorType::kQ4_0:
    case TensorType::kQ5_0:
    case TensorType::kQ4_K:
    case TensorType::kQ5_K:
    case TensorType::kQ6_K: return true;
    default: return false;
  }
}

std::size_t pack_weights(const Kernels& kernels, TensorType type, const float* x, std::size_t n,
                         std::byte* out) {
  assert(can_pack(type) && n % info_of(type).block_weights == 0);
  auto* bytes = reinterpret_cast<std::uint8_t*>(out);
  switch (type) {
    case TensorType::kF32: return pack_floats(x, n, bytes);
    // What rounds to no infinity: less than half a step above the largest.
    case TensorType::kF16: return pack_narrow<float_to_half>(x, n, 0x1.ffdffep15f, bytes);
    case TensorType::kBF16: return pack_narrow<float_to_bfloat>(x, n, 0x1.fefffep127f, bytes);
    case TensorType::kQ8_0: return pack_blocks<PackQ8x0>(kernels, x, n, bytes);
    case TensorType::kQ4_0: return pack_blocks<PackQ4x0>(kernels, x, n, bytes);
    case TensorType::kQ5_0: return pack_blocks<PackQ5x0>(kernels, x, n, bytes);
    case TensorType::kQ4_K: return pack_blocks<PackQ4xK>(kernels, x, n, bytes);
    case TensorType::kQ5_K: return pack_blocks<PackQ5xK>(kernels, x, n, bytes);
    case TensorType::kQ6_K: return pack_blocks<PackQ6xK>(kernels, x, n, bytes);
    default: return 0;
  }
}

}  // namespace weir::kernels
