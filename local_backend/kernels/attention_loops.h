// The steps of attention_kernels.h, written once and compiled for each processor's `Isa`
// (vector_math.h).
//
// Keys on their side and values upright are both a right side [depth][columns] of a
// product; a View reads sixteen columns of one of its rows. The product is made in blocks
// of up to six rows by kVectors times sixteen columns, whose sums stay in registers.
#pragma once

#include <algorithm>
#include <cmath>

#include "local_backend/kernels/attention_kernels.h"
#include "local_backend/kernels/half.h"
#include "local_backend/kernels/non_linear.h"
#include "local_backend/kernels/vector_math.h"

namespace weir::kernels {

struct NoScales {};

template <class Isa, KvType kType>
struct FloatView {
  using Scales = NoScales;
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kBytes = info_of(kType).block_bits / 8 / 16;
  static constexpr std::size_t kVectorsOfLine = 64 / (16 * kBytes);

  const std::byte* values;
  std::size_t columns;

  static FloatView keys(const std::byte* tile, std::size_t) { return {tile, kTilePositions}; }
  static FloatView rows(const std::byte* tile, std::size_t width) {
    return {tile, padded_width(kType, width)};
  }

  WEIR_INLINE Scales scales(std::size_t, std::size_t) const { return {}; }
  WEIR_INLINE typename Isa::V load(Scales, std::size_t row, std::size_t column) const {
    const std::byte* from = values + (row * columns + column) * kBytes;
    if constexpr (kType == KvType::kF16) return Isa::load_f16(from);
    if constexpr (kType == KvType::kBf16) return Isa::load_bf16(from);
    if constexpr (kType == KvType::kF32) return Isa::load(reinterpret_cast<const float*>(from));
  }
  WEIR_INLINE const std::byte* at(std::size_t row, std::size_t column) const {
    return values + (row * columns + column) * kBytes;
  }
};

template <class Isa, KvType kType>
WEIR_INLINE typename Isa::V load_four_bits(const std::byte* from, bool low) {
  if constexpr (kType == KvType::kQ4) return low ? Isa::load_low(from) : Isa::load_high(from);
  return low ? Isa::look_up_low(kNonLinear, from) : Isa::look_up_high(kNonLinear, from);
}

template <class Isa, KvType kType>
struct KeyBlocks {
  using Scales = typename Isa::V;  // of 32 rows and sixteen columns
  static constexpr std::size_t kStep = 32;
  static constexpr std::size_t kVectorsOfLine = 4;  // of 64 bytes

  const std::byte* quants;
  const std::byte* halves;

  static KeyBlocks keys(const std::byte* tile, std::size_t width) {
    return {tile, tile + quant_bytes(kType, width)};
  }

  WEIR_INLINE Scales scales(std::size_t row, std::size_t column) const {
    return Isa::load_f16(halves + (row / 32 * kTilePositions + column) * sizeof(std::uint16_t));
  }
  WEIR_INLINE typename Isa::V load(Scales scales, std::size_t row, std::size_t column) const {
    return Isa::mul(scales, load_four_bits<Isa, kType>(at(row, column), row % 32 < 16));
  }
  WEIR_INLINE const std::byte* at(std::size_t row, std::size_t column) const {
    return quants + (row / 32 * 16 + row % 16) * kTilePositions + column;
  }
};

template <class Isa, KvType kType>
struct ValueBlocks {
  using Scales = NoScales;
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kVectorsOfLine = 8;

  const std::byte* quants;
  const std::byte* halves;
  std::size_t blocks;  // in a row

  static ValueBlocks rows(const std::byte* tile, std::size_t width) {
    return {tile, tile + quant_bytes(kType, width), padded_width(kType, width) / 32};
  }

  WEIR_INLINE Scales scales(std::size_t, std::size_t) const { return {}; }
  WEIR_INLINE typename Isa::V load(Scales, std::size_t row, std::size_t column) const {
    const std::size_t block = row * blocks + column / 32;
    const auto half = load_unaligned<std::uint16_t>(halves + block * sizeof(std::uint16_t));
    return Isa::mul(Isa::set(Isa::half(half)),
                    load_four_bits<Isa, kType>(at(row, column), column % 32 == 0));
  }
  WEIR_INLINE const std::byte* at(std::size_t row, std::size_t column) const {
    return quants + (row * blocks + column / 32) * 16;
  }
};

template <class Isa, KvType kType>
using KeyView =
    std::conditional_t<has_four_bits(kType), KeyBlocks<Isa, kType>, FloatView<Isa, kType>>;
template <class Isa, KvType kType>
using ValueView =
    std::conditional_t<has_four_bits(kType), ValueBlocks<Isa, kType>, FloatView<Isa, kType>>;

template <class Isa, bool kAdd, std::size_t kRows, std::size_t kVectors, class View>
WEIR_INLINE void multiply_block(const TileProduct& product, const View& view, std::size_t row,
                                std::size_t column) {
  using V = typename Isa::V;
  constexpr int kSecondCache = 2;  // the first one is full of this tile
  const float* a = product.a + row * product.a_stride;
  float* out = product.out + row * product.out_stride + column;
  V sums[kRows][kVectors];
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      sums[r][v] = kAdd ? Isa::load(out + r * product.out_stride + 16 * v) : Isa::set(0.0f);
    }
  }
  for (std::size_t begin = 0; begin < product.depth; begin += View::kStep) {
    const std::size_t end = std::min(begin + View::kStep, product.depth);
    typename View::Scales scales[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) scales[v] = view.scales(begin, column + 16 * v);
    for (std::size_t k = begin; k < end; ++k) {
      V right[kVectors];
      for (std::size_t v = 0; v < kVectors; ++v) {
        right[v] = view.load(scales[v], k, column + 16 * v);
        if constexpr (View::kVectorsOfLine != 0) {
          if (v % View::kVectorsOfLine == 0) {
            __builtin_prefetch(view.at(k, column + 16 * v) + product.next, 0, kSecondCache);
          }
        }
      }
      for (std::size_t r = 0; r < kRows; ++r) {
        const V left = Isa::set(a[r * product.a_stride + k]);
        for (std::size_t v = 0; v < kVectors; ++v) {
          sums[r][v] = Isa::fma(left, right[v], sums[r][v]);
        }
      }
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t v = 0; v < kVectors; ++v) {
      Isa::store(out + r * product.out_stride + 16 * v, sums[r][v]);
    }
  }
}

template <class Isa, bool kAdd, std::size_t kRows, class View>
WEIR_INLINE void multiply_rows(const TileProduct& product, const View& view, std::size_t row) {
  constexpr std::size_t kWide = 16 * Isa::kVectors;
  std::size_t column = 0;
  if constexpr (kRows <= 2) {
    for (; column + 2 * kWide <= product.columns; column += 2 * kWide) {
      multiply_block<Isa, kAdd, kRows, 2 * Isa::kVectors>(product, view, row, column);
    }
  }
  for (; column + kWide <= product.columns; column += kWide) {
    multiply_block<Isa, kAdd, kRows, Isa::kVectors>(product, view, row, column);
  }
  for (; column < product.columns; column += 16) {
    multiply_block<Isa, kAdd, kRows, 1>(product, view, row, column);
  }
}

template <class Isa, bool kAdd, class View>
WEIR_INLINE void multiply_tile(const TileProduct& product, const View& view) {
  std::size_t row = 0;
  for (; row + 6 <= product.rows; row += 6) multiply_rows<Isa, kAdd, 6>(product, view, row);
  for (; row + 4 <= product.rows; row += 4) multiply_rows<Isa, kAdd, 4>(product, view, row);
  for (; row + 2 <= product.rows; row += 2) multiply_rows<Isa, kAdd, 2>(product, view, row);
  for (; row < product.rows; ++row) multiply_rows<Isa, kAdd, 1>(product, view, row);
}

template <class Isa, KvType kType>
WEIR_TARGET void score_tile(const TileProduct& product) {
  multiply_tile<Isa, false>(product, KeyView<Isa, kType>::keys(product.tile, product.width));
}

template <class Isa, KvType kType>
WEIR_TARGET void weigh_tile(const TileProduct& product) {
  multiply_tile<Isa, true>(product, ValueView<Isa, kType>::rows(product.tile, product.width));
}

template <class Isa, class View>
WEIR_INLINE void widen_tile(const View& view, std::size_t rows, std::size_t columns, float* out) {
  for (std::size_t k = 0; k < rows; ++k) {
    for (std::size_t c = 0; c < columns; c += 16) {
      Isa::store(out + k * columns + c, view.load(view.scales(k, c), k, c));
    }
  }
}

template <class Isa, KvType kType>
WEIR_TARGET void widen_key_tile(const std::byte* tile, std::size_t width, float* out) {
  const auto view = KeyView<Isa, kType>::keys(tile, width);
  widen_tile<Isa>(view, padded_width(kType, width), kTilePositions, out);
}

template <class Isa, KvType kType>
WEIR_TARGET void widen_value_tile(const std::byte* tile, std::size_t width, float* out) {
  const auto view = ValueView<Isa, kType>::rows(tile, width);
  widen_tile<Isa>(view, kTilePositions, padded_width(kType, width), out);
}

// Sixteen values as they are kept, `count` of them there and zeros behind.
template <class Isa, KvType kType, class Bits>
WEIR_INLINE void pack_floats(const float* from, std::size_t count, Bits* bits) {
  float values[16] = {};
  std::copy_n(from, std::min<std::size_t>(count, 16), values);
  if constexpr (kType == KvType::kF16) {
    const auto most = Isa::set(65504.0f);
    const auto least = Isa::set(-65504.0f);
    Isa::store_f16(bits, Isa::min(most, Isa::max(least, Isa::load(values))));
  } else {
    for (std::size_t i = 0; i < 16; ++i) {
      if constexpr (kType == KvType::kBf16) bits[i] = float_to_bfloat(values[i]);
      if constexpr (kType == KvType::kF32) bits[i] = std::bit_cast<std::uint32_t>(values[i]);
    }
  }
}

template <KvType kType>
using FloatBits = std::conditional_t<kType == KvType::kF32, std::uint32_t, std::uint16_t>;

template <class Isa, KvType kType>
WEIR_INLINE void store_floats(const float* row, std::size_t width, std::byte* to,
                              std::size_t stride) {
  for (std::size_t i = 0; i < width; i += 16) {
    FloatBits<kType> bits[16];
    pack_floats<Isa, kType>(row + i, width - i, bits);
    for (std::size_t j = 0; j < 16; ++j) {
      std::memcpy(to + (i + j) * stride * sizeof(bits[0]), bits + j, sizeof(bits[0]));
    }
  }
}

// What makes some values whole numbers: to be multiplied with `inverse` and rounded, and the
// result with `scale`. Q8_0: x * 127 / max|x|. Q4_0: the value farthest from zero becomes -8,
// the others what is nearest in [-8, 7]. IQ4_NL: it becomes -127. Not finite in, NaN and zeros
// out.
struct Rounding {
  float scale = 0;
  float inverse = 0;
  float most = 0;

  std::int8_t operator()(float value) const {
    const float rounded = std::nearbyint(inverse == 0 ? 0.0f : value * inverse);
    return static_cast<std::int8_t>(std::min(rounded, most));
  }
};

template <KvType kType>
WEIR_INLINE Rounding rounding_of(const float* values, std::size_t count) {
  constexpr bool kEight = kType == KvType::kQ8;
  float farthest = 0;
  bool finite = true;
  for (std::size_t i = 0; i < count; ++i) {
    finite = finite && std::isfinite(values[i]);
    farthest = std::fabs(values[i]) > std::fabs(farthest) ? values[i] : farthest;
  }
  Rounding rounding{std::numeric_limits<float>::quiet_NaN(), 0, kEight ? 127.0f : 7.0f};
  if (!finite) return rounding;
  constexpr float kLowest = kType == KvType::kNonLinear ? -127.0f : -8.0f;
  rounding.scale = kEight ? std::fabs(farthest) / 127.0f : farthest / kLowest;
  if (std::fabs(rounding.scale) > 0x1p-100f) rounding.inverse = 1.0f / rounding.scale;
  return rounding;
}

// 32 values and their scale as a half; those behind `count` are zeros.
template <class Isa, KvType kType>
WEIR_INLINE std::uint16_t round_block(const float* from, std::size_t count, std::int8_t* quants) {
  float values[32] = {};
  std::copy_n(from, std::min<std::size_t>(count, 32), values);
  const Rounding rounding = rounding_of<kType>(values, 32);
  for (std::size_t i = 0; i < 32; ++i) quants[i] = rounding(values[i]);
  std::uint16_t halves[16];
  pack_floats<Isa, KvType::kF16>(&rounding.scale, 1, halves);
  return halves[0];
}

// The index of the level that is nearest.
WEIR_INLINE std::size_t nearest_level(float x) {
  std::size_t index = 0;
  for (std::size_t i = 1; i < 16; ++i) {
    const float middle = 0.5f * static_cast<float>(kNonLinear[i - 1] + kNonLinear[i]);
    index += x > middle ? 1 : 0;
  }
  return index;
}

// The same to the levels of IQ4_NL: the value farthest from zero becomes the lowest, the others
// what is nearest, as the index less 8; then the scale is the one that leaves the least squares.
template <class Isa>
WEIR_INLINE std::uint16_t round_to_levels(const float* from, std::size_t count,
                                          std::int8_t* quants) {
  float values[32] = {};
  std::copy_n(from, std::min<std::size_t>(count, 32), values);
  Rounding rounding = rounding_of<KvType::kNonLinear>(values, 32);
  float products = 0;
  int squares = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const float x = rounding.inverse == 0 ? 0.0f : values[i] * rounding.inverse;
    const std::size_t index = nearest_level(x);
    const int level = kNonLinear[index];
    products += static_cast<float>(level) * x;
    squares += level * level;
    quants[i] = static_cast<std::int8_t>(static_cast<int>(index) - 8);
  }
  if (!std::isnan(rounding.scale)) rounding.scale *= products / static_cast<float>(squares);
  std::uint16_t halves[16];
  pack_floats<Isa, KvType::kF16>(&rounding.scale, 1, halves);
  return halves[0];
}

// Where a block of four bits goes: its bytes, `apart` from one to the next, and its scale.
struct BlockPlace {
  std::byte* quants;
  std::size_t apart;
  std::byte* scale;
};

template <class Isa, KvType kType>
WEIR_INLINE void store_block(const float* from, std::size_t count, BlockPlace place) {
  std::int8_t quants[32];
  std::uint16_t scale = 0;
  if constexpr (kType == KvType::kQ4) scale = round_block<Isa, kType>(from, count, quants);
  if constexpr (kType == KvType::kNonLinear) scale = round_to_levels<Isa>(from, count, quants);
  std::memcpy(place.scale, &scale, sizeof(scale));
  for (std::size_t i = 0; i < 16; ++i) {
    const int both = (quants[i] + 8) | (quants[i + 16] + 8) << 4;
    place.quants[i * place.apart] = static_cast<std::byte>(both);
  }
}

// A quant as panels have it.
WEIR_INLINE std::byte panel_byte(std::int8_t quant) {
  return static_cast<std::byte>(static_cast<std::uint8_t>(quant) ^ 0x80u);
}

// Block `block` of panel `panel`, of so many each.
WEIR_INLINE std::size_t panel_block_at(std::size_t panel, std::size_t blocks, std::size_t block) {
  return (panel * blocks + block) * kKvBlockBytes;
}

inline constexpr std::size_t kPanelScales = 16 * sizeof(std::uint16_t);  // bytes before the quads

template <class Isa>
WEIR_INLINE void store_panel_key(const float* key, std::size_t width, std::byte* tile,
                                 std::size_t position) {
  const std::size_t blocks = padded_width(KvType::kQ8, width) / 32;
  const std::size_t row = position % 16;
  for (std::size_t b = 0; b < blocks; ++b) {
    std::int8_t quants[32];
    const std::uint16_t scale = round_block<Isa, KvType::kQ8>(key + 32 * b, width - 32 * b, quants);
    std::byte* block = tile + panel_block_at(position / 16, blocks, b);
    std::memcpy(block + row * sizeof(scale), &scale, sizeof(scale));
    std::byte quads[32];
    for (std::size_t i = 0; i < 32; ++i) quads[i] = panel_byte(quants[i]);
    for (std::size_t g = 0; g < 8; ++g) {
      std::memcpy(block + kPanelScales + 64 * g + 4 * row, quads + 4 * g, 4);
    }
  }
}

template <class Isa>
WEIR_INLINE void store_panel_value(const float* value, std::size_t width, std::byte* tile,
                                   std::size_t position) {
  constexpr std::size_t kBlocks = kTilePositions / 32;
  constexpr std::uint16_t kOne = 0x3c00;
  const std::size_t padded = padded_width(KvType::kQ8, width);
  const Rounding rounding = rounding_of<KvType::kQ8>(value, width);
  const std::size_t place = kPanelScales + position % 32 / 4 * 64 + position % 4;
  for (std::size_t c = 0; c < padded; ++c) {
    std::byte* block = tile + panel_block_at(c / 16, kBlocks, position / 32);
    block[place + 4 * (c % 16)] = panel_byte(c < width ? rounding(value[c]) : std::int8_t{0});
    if (position % 32 == 0) std::memcpy(block + c % 16 * sizeof(kOne), &kOne, sizeof(kOne));
  }
  std::byte* scales = tile + panel_block_at(padded / 16, kBlocks, 0);
  std::memcpy(scales + position * sizeof(float), &rounding.scale, sizeof(float));
}

// Sixteen rows' quant i of a quad, as numbers.
template <class Isa>
WEIR_INLINE void unpack_quad(const std::byte* quad, std::size_t i, float* out) {
  for (std::size_t r = 0; r < 16; ++r) {
    out[r] = static_cast<float>(std::to_integer<int>(quad[4 * r + i]) - 128);
  }
}

template <class Isa>
WEIR_TARGET void widen_panel_keys(const std::byte* tile, std::size_t width, float* out) {
  const std::size_t padded = padded_width(KvType::kQ8, width);
  for (std::size_t panel = 0; panel < kTilePositions / 16; ++panel) {
    for (std::size_t k = 0; k < padded; ++k) {
      const std::byte* block = tile + panel_block_at(panel, padded / 32, k / 32);
      float quants[16];
      unpack_quad<Isa>(block + kPanelScales + k % 32 / 4 * 64, k % 4, quants);
      Isa::store(out + k * kTilePositions + 16 * panel,
                 Isa::mul(Isa::load_f16(block), Isa::load(quants)));
    }
  }
}

template <class Isa>
WEIR_TARGET void widen_panel_values(const std::byte* tile, std::size_t width, float* out) {
  constexpr std::size_t kBlocks = kTilePositions / 32;
  const std::size_t padded = padded_width(KvType::kQ8, width);
  const std::byte* scales = tile + panel_block_at(padded / 16, kBlocks, 0);
  for (std::size_t p = 0; p < kTilePositions; ++p) {
    const auto scale = Isa::set(load_unaligned<float>(scales + p * sizeof(float)));
    for (std::size_t c = 0; c < padded; c += 16) {
      const std::byte* block = tile + panel_block_at(c / 16, kBlocks, p / 32);
      float quants[16];
      unpack_quad<Isa>(block + kPanelScales + p % 32 / 4 * 64, p % 4, quants);
      Isa::store(out + p * padded + c, Isa::mul(scale, Isa::load(quants)));
    }
  }
}

template <class Isa, KvType kType>
WEIR_TARGET void store_key(const float* key, std::size_t width, std::byte* tile,
                           std::size_t position) {
  if constexpr (kType == KvType::kQ8) {
    store_panel_key<Isa>(key, width, tile, position);
  } else if constexpr (has_four_bits(kType)) {
    std::byte* scales = tile + quant_bytes(kType, width) + position * sizeof(std::uint16_t);
    for (std::size_t i = 0; i < width; i += 32) {
      store_block<Isa, kType>(key + i, width - i,
                              {tile + i / 32 * 16 * kTilePositions + position, kTilePositions,
                               scales + i / 32 * kTilePositions * sizeof(std::uint16_t)});
    }
  } else {
    std::byte* column = tile + position * sizeof(FloatBits<kType>);
    store_floats<Isa, kType>(key, width, column, kTilePositions);
  }
}

template <class Isa, KvType kType>
WEIR_TARGET void store_value(const float* value, std::size_t width, std::byte* tile,
                             std::size_t position) {
  const std::size_t padded = padded_width(kType, width);
  if constexpr (kType == KvType::kQ8) {
    store_panel_value<Isa>(value, width, tile, position);
  } else if constexpr (has_four_bits(kType)) {
    const std::size_t first = position * padded / 32;
    std::byte* scales = tile + quant_bytes(kType, width);
    for (std::size_t i = 0; i < width; i += 32) {
      const std::size_t block = first + i / 32;
      store_block<Isa, kType>(value + i, width - i,
                              {tile + block * 16, 1, scales + block * sizeof(std::uint16_t)});
    }
  } else {
    std::byte* row = tile + position * padded * sizeof(FloatBits<kType>);
    store_floats<Isa, kType>(value, width, row, 1);
  }
}

template <class Isa>
WEIR_INLINE void scale_all(float factor, float* x, std::size_t n) {
  if (factor == 1) return;
  for (std::size_t i = 0; i < n; i += 16) {
    Isa::store(x + i, Isa::mul(Isa::load(x + i), Isa::set(factor)));
  }
}

template <class Isa>
WEIR_INLINE typename Isa::V settled_score(const AttentionKernels::Softening& page, std::size_t i) {
  typename Isa::V score = Isa::mul(Isa::load(page.scores + i), Isa::set(page.scale));
  if (page.softcap != 0) {
    score = tanh_of<Isa>(Isa::div(score, Isa::set(page.softcap)));
    score = Isa::mul(score, Isa::set(page.softcap));
  }
  const std::size_t first = page.first > i ? page.first - i : 0;
  const std::size_t end = page.end > i ? page.end - i : 0;
  return Isa::within(score, first, end, Isa::set(-std::numeric_limits<float>::infinity()));
}

template <class Isa>
WEIR_TARGET void soften_page(const AttentionKernels::Softening& page, AttentionRow* row) {
  constexpr float kNothing = -std::numeric_limits<float>::infinity();
  constexpr std::size_t kParts = kTilePositions / 16;
  typename Isa::V scores[kParts];
  typename Isa::V most = Isa::set(kNothing);
  for (std::size_t i = 0; i < kParts; ++i) {
    scores[i] = settled_score<Isa>(page, 16 * i);
    most = Isa::max(most, scores[i]);
  }
  const float found = highest_of<Isa>(most);
  const float highest = found > row->highest ? found : row->highest;
  const bool nothing = page.first >= page.end;
  typename Isa::V sum = Isa::set(0.0f);
  for (std::size_t i = 0; i < kParts; ++i) {
    const typename Isa::V weight =
        nothing ? Isa::set(0.0f) : exp_of<Isa>(Isa::sub(scores[i], Isa::set(highest)));
    Isa::store(page.scores + 16 * i, weight);
    sum = Isa::add(sum, weight);
  }
  if (nothing) return;
  const float faded = highest == row->highest ? 1.0f : exp_of_one<Isa>(row->highest - highest);
  row->sum = std::fma(row->sum, faded, total_of<Isa>(sum));
  row->highest = highest;
  scale_all<Isa>(faded, row->out, page.width);
}

template <class Isa>
WEIR_TARGET void merge_row(const AttentionRow& part, std::size_t width, AttentionRow* row) {
  if (part.highest == -std::numeric_limits<float>::infinity()) return;
  const float highest = part.highest > row->highest ? part.highest : row->highest;
  const float old_share = exp_of_one<Isa>(row->highest - highest);
  const float new_share = exp_of_one<Isa>(part.highest - highest);
  row->highest = highest;
  row->sum = std::fma(row->sum, old_share, part.sum * new_share);
  for (std::size_t i = 0; i < width; i += 16) {
    const auto added = Isa::mul(Isa::load(part.out + i), Isa::set(new_share));
    Isa::store(row->out + i, Isa::fma(Isa::load(row->out + i), Isa::set(old_share), added));
  }
}

template <class Isa>
WEIR_TARGET void rotate_blocks(float* x, std::size_t n, std::size_t size) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(size));
  for (std::size_t half = 1; half < size; half *= 2) {
    for (std::size_t begin = 0; begin + 2 * half <= n; begin += 2 * half) {
      for (std::size_t i = begin; i < begin + half; ++i) {
        const float a = x[i];
        const float b = x[i + half];
        x[i] = a + b;
        x[i + half] = a - b;
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) x[i] *= scale;
}

template <class Isa, KvType kType>
constexpr KvKernels kv_kernels() {
  if constexpr (kType == KvType::kQ8) {
    return {store_key<Isa, kType>, store_value<Isa, kType>, nullptr, nullptr,
            widen_panel_keys<Isa>, widen_panel_values<Isa>};
  } else {
    return {store_key<Isa, kType>,  store_value<Isa, kType>,    score_tile<Isa, kType>,
            weigh_tile<Isa, kType>, widen_key_tile<Isa, kType>, widen_value_tile<Isa, kType>};
  }
}

template <class Isa>
constexpr AttentionKernels attention_kernels() {
  return {{kv_kernels<Isa, KvType::kF32>(), kv_kernels<Isa, KvType::kF16>(),
           kv_kernels<Isa, KvType::kBf16>(), kv_kernels<Isa, KvType::kQ8>(),
           kv_kernels<Isa, KvType::kQ4>(), kv_kernels<Isa, KvType::kNonLinear>()},
          soften_page<Isa>,
          merge_row<Isa>,
          rotate_blocks<Isa>};
}

}  // namespace weir::kernels
