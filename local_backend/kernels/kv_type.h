// How keys and values are kept: number formats, and the tile of one head's 64 positions.
//
// A tile of keys stands on its side, [width][64 positions], a tile of values upright,
// [64 positions][width]: both are then the right side of a product whose rows are
// queries, and nobody turns anything. Widths are padded with zeros to padded_width().
//
// Types of four bits hold, behind all quants, a half as scale for each 32 neighbours of one
// position: [width / 32][64] for keys, [64][width / 32] for values. Value i of a block is in the
// low and value i + 16 in the high half of byte i. The bits stand for -8 to 7 (Q4_0) or for the
// levels of non_linear.h (IQ4_NL).
//
// Q8_0 lies as packed weights of that type do (panel_formats.h), and meets rounded queries: of
// keys a panel is sixteen positions along the width; of values it is sixteen channels along the
// positions, its scales are ones, and behind all panels stand 64 floats, the scale of each
// position.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::kernels {

inline constexpr std::size_t kTilePositions = 64;

enum class KvType : std::uint8_t { kF32, kF16, kBf16, kQ8, kQ4, kNonLinear };

struct KvTypeInfo {
  KvType type;
  std::string_view name;
  std::size_t block;       // values that share a scale; widths are padded to a multiple
  std::size_t block_bits;  // what they take, the scale not counted
  bool scaled;
};

inline constexpr std::array<KvTypeInfo, 6> kKvTypes = {{
    {KvType::kF32, "f32", 16, 512, false},
    {KvType::kF16, "f16", 16, 256, false},
    {KvType::kBf16, "bf16", 16, 256, false},
    {KvType::kQ8, "q8_0", 32, 256, true},
    {KvType::kQ4, "q4_0", 32, 128, true},
    {KvType::kNonLinear, "iq4_nl", 32, 128, true},
}};

constexpr const KvTypeInfo& info_of(KvType type) {
  return kKvTypes[static_cast<std::size_t>(type)];
}

constexpr bool has_four_bits(KvType type) {
  return info_of(type).block_bits == 4 * info_of(type).block;
}

constexpr std::size_t padded_width(KvType type, std::size_t width) {
  const std::size_t block = info_of(type).block;
  return (width + block - 1) / block * block;
}

// A multiple of 64.
constexpr std::size_t quant_bytes(KvType type, std::size_t width) {
  const KvTypeInfo& info = info_of(type);
  return padded_width(type, width) / info.block * info.block_bits / 8 * kTilePositions;
}

// Of a panel of Q8_0: 32 columns of sixteen rows.
inline constexpr std::size_t kKvBlockBytes = 16 * (sizeof(std::uint16_t) + 32);

// Multiples of 64: the quants and their scales.
constexpr std::size_t key_tile_bytes(KvType type, std::size_t width) {
  const KvTypeInfo& info = info_of(type);
  const std::size_t scales = info.scaled ? padded_width(type, width) / info.block : 0;
  return quant_bytes(type, width) + scales * sizeof(std::uint16_t) * kTilePositions;
}
constexpr std::size_t value_tile_bytes(KvType type, std::size_t width) {
  if (type != KvType::kQ8) return key_tile_bytes(type, width);
  const std::size_t panels = padded_width(type, width) / 16;
  return panels * (kTilePositions / 32) * kKvBlockBytes + kTilePositions * sizeof(float);
}

}  // namespace weir::kernels
