// The loop over a panel of packed weights, written once and compiled for each processor, as
// row_kernels.h does it. `Isa` brings, for sixteen rows at once:
//
//   Quad, Floats               four quants of each row, a float of each row
//   kTogether                  tokens whose sums fit its registers
//   load, bits<shift, mask>    a quad; its bytes shifted right (left if below 0), then masked
//   either, look_up            or; bytes of a table of sixteen in the place of indices
//   floats, halves, bfloats, powers, unsigned_bytes, signed_bytes, times
//   dot<Levels, n, stride>(quads, x, minus_sum)   exact: sums over n quads of (quant - zero) * x
//   kQuadByQuad                where few registers hold few quads: how many tokens use them
//   dots<Levels, n, stride>(quads, x, minus_sums, sums)   together, in place of dot; else 0
//   fma(Ints, Floats, Floats), add_product(Floats, float, Floats), scaled(Floats, float)
//   store(Floats, y)
//   quantise(x, quants)        quantise_block() of row_kernels.h, where it is worth writing by hand
//
// The sum of a row goes from left to right: for each group of columns that share a scale the
// products are summed exactly and multiplied, in one rounding, with both scales, themselves
// rounded once; behind each group its offset times the activations' sum is taken off in one
// rounding. Every variant keeps to this, for any number of tokens: all give the same bits.
#pragma once

#include <utility>

#include "local_backend/kernels/activation_tile.h"
#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/panel_formats.h"
#include "local_backend/kernels/row_kernels.h"

namespace weir::kernels {

// Of a token's activations in part g of a block: minus their sum.
template <std::size_t kParts, std::size_t kTokens>
WEIR_INLINE std::int32_t minus_sum(const TileBlock<kTokens>& x, std::size_t token, std::size_t g) {
  if constexpr (kParts == 1) return x.minus_sums[token];
  return g == 1 ? x.minus_lasts[token] : x.minus_sums[token] - x.minus_lasts[token];
}

template <class Isa, class Format, std::size_t kTokens, std::size_t kTogether>
WEIR_INLINE void add_block(Bytes block, std::size_t part, const TileBlock<kTokens>& x,
                           std::size_t first, typename Isa::Floats (&sums)[kTogether]) {
  using Quants = typename Format::Quants;
  typename Isa::Quad quads[8];
  Quants::template unpack<Isa>(block + Format::kHeadBytes + part * Quants::kBytes, quads);
  constexpr std::size_t kParts = 32 / Format::kGroup;
  constexpr std::size_t kQuads = 8 / kParts;
  for (std::size_t g = 0; g < kParts; ++g) {
    const auto scales = Format::template scales<Isa>(block, part * kParts + g);
    if constexpr (Isa::kQuadByQuad > 0) {
      typename Isa::Ints products[kTogether];
      std::int32_t minus_sums[kTogether];
      for (std::size_t t = 0; t < kTogether; ++t)
        minus_sums[t] = minus_sum<kParts>(x, first + t, g);
      Isa::template dots<Quants, kQuads, kTokens>(quads + g * kQuads, &x.quads[g * kQuads][first],
                                                  minus_sums, products);
      for (std::size_t t = 0; t < kTogether; ++t) {
        sums[t] = Isa::fma(products[t], Isa::scaled(scales, x.scales[first + t]), sums[t]);
      }
    } else {
      for (std::size_t t = 0; t < kTogether; ++t) {
        const std::size_t token = first + t;
        const auto products = Isa::template dot<Quants, kQuads, kTokens>(
            quads + g * kQuads, &x.quads[g * kQuads][token], minus_sum<kParts>(x, token, g));
        sums[t] = Isa::fma(products, Isa::scaled(scales, x.scales[token]), sums[t]);
      }
    }
    if constexpr (Format::kOffsets) {
      const auto offsets = Format::template offsets<Isa>(block, part * kParts + g);
      for (std::size_t t = 0; t < kTogether; ++t) {
        const std::size_t token = first + t;
        float minus_weighted = x.minus_weighted[token];
        if constexpr (kParts == 2) {
          minus_weighted = x.scales[token] * static_cast<float>(minus_sum<kParts>(x, token, g));
        }
        sums[t] = Isa::add_product(offsets, minus_weighted, sums[t]);
      }
    }
  }
}

// y[t * stride + r] = the product of row r < 16 with token t of the tile.
template <class Isa, class Format, std::size_t kTokens>
WEIR_TARGET void multiply_panel(const std::byte* panel, const std::byte* tile, std::size_t columns,
                                float* y, std::size_t stride) {
  constexpr std::size_t kTogether = std::min(kTokens, std::max(Isa::kTogether, Isa::kQuadByQuad));
  constexpr std::size_t kAhead = 4096;                 // bytes
  constexpr int kKept = kTokens <= kTogether ? 0 : 3;  // what is read once need not stay cached
  constexpr std::size_t kParts = Format::kColumns / 32;
  for (std::size_t first = 0; first < kTokens; first += kTogether) {
    Bytes block = reinterpret_cast<Bytes>(panel);
    const auto* x = reinterpret_cast<const TileBlock<kTokens>*>(tile);
    typename Isa::Floats sums[kTogether] = {};
    for (std::size_t c = 0; c < columns; c += Format::kColumns, block += Format::kBytes) {
      for (std::size_t part = 0; part < kParts; ++part, ++x) {
        if constexpr (kTokens < kWidestTile) {
          const Bytes ahead = block + part * Format::kBytes / kParts + kAhead;
          for (std::size_t line = 0; line < Format::kBytes / kParts; line += 64) {
            __builtin_prefetch(ahead + line, 0, kKept);
          }
        }
        add_block<Isa, Format, kTokens, kTogether>(block, part, *x, first, sums);
      }
    }
    for (std::size_t t = 0; t < kTogether; ++t) Isa::store(sums[t], y + (first + t) * stride);
  }
}

// Fills a tile of kTokens with `tokens` of them, each `n` values long, `stride` apart.
template <class Isa, std::size_t kTokens>
WEIR_TARGET void quantise_tile(const float* x, std::size_t stride, std::size_t tokens,
                               std::size_t n, std::byte* out) {
  auto* block = reinterpret_cast<TileBlock<kTokens>*>(out);
  for (std::size_t c = 0; c < n; c += 32, ++block) {
    if (tokens < kTokens) *block = {};
    for (std::size_t t = 0; t < tokens; ++t) {
      alignas(64) std::int8_t quants[32];
      const auto [scale, first, last] = quantise_block<Isa>(x + t * stride + c, quants);
      std::int32_t quads[8];
      std::memcpy(quads, quants, sizeof(quads));
      for (std::size_t g = 0; g < 8; ++g) block->quads[g][t] = quads[g];
      block->scales[t] = scale;
      const std::int32_t minus_sum = -(first + last);
      block->minus_weighted[t] = scale * static_cast<float>(minus_sum);
      block->minus_sums[t] = minus_sum;
      block->minus_lasts[t] = -last;
    }
  }
}

// The same of weights that are floats: the sum of a row goes from left to right, each product
// added in one rounding.
template <class Isa, class Format, std::size_t kTokens>
WEIR_TARGET void multiply_float_panel(const std::byte* panel, const std::byte* tile,
                                      std::size_t columns, float* y, std::size_t stride) {
  constexpr std::size_t kTogether = std::min(kTokens, Isa::kTogether);
  constexpr std::size_t kAhead = 2048;  // bytes
  for (std::size_t first = 0; first < kTokens; first += kTogether) {
    Bytes weights = reinterpret_cast<Bytes>(panel);
    const float* x = reinterpret_cast<const float*>(tile) + first;
    typename Isa::Floats sums[kTogether] = {};
    for (std::size_t c = 0; c < columns; ++c, weights += Format::kBytes, x += kTokens) {
      __builtin_prefetch(weights + kAhead);
      const auto row = Format::template load<Isa>(weights);
      for (std::size_t t = 0; t < kTogether; ++t) sums[t] = Isa::add_product(row, x[t], sums[t]);
    }
    for (std::size_t t = 0; t < kTogether; ++t) Isa::store(sums[t], y + (first + t) * stride);
  }
}

template <std::size_t kTokens>
void fill_float_tile(const float* x, std::size_t stride, std::size_t tokens, std::size_t n,
                     std::byte* out) {
  auto* values = reinterpret_cast<float*>(out);
  if (tokens < kTokens) std::fill(values, values + n * kTokens, 0.0f);
  for (std::size_t t = 0; t < tokens; ++t) {
    for (std::size_t i = 0; i < n; ++i) values[i * kTokens + t] = x[t * stride + i];
  }
}

template <class Isa, class Format, std::size_t... kKinds>
constexpr PanelKernels panel_of(std::index_sequence<kKinds...>) {
  return {{multiply_panel<Isa, Format, kTileWidths[kKinds]>...},
          {quantise_tile<Isa, kTileWidths[kKinds]>...}};
}

template <class Isa, class Format, std::size_t... kKinds>
constexpr PanelKernels float_panel_of(std::index_sequence<kKinds...>) {
  return {{multiply_float_panel<Isa, Format, kTileWidths[kKinds]>...},
          {fill_float_tile<kTileWidths[kKinds]>...}};
}

template <class Isa>
constexpr PanelTable panel_table() {
  using Kinds = std::make_index_sequence<kTileWidths.size()>;
  PanelTable all;
  const auto set = [&all](TensorType type, PanelKernels kernels) { all[index_of(type)] = kernels; };
  set(TensorType::kF32, float_panel_of<Isa, PanelF32>(Kinds{}));
  set(TensorType::kF16, float_panel_of<Isa, PanelF16>(Kinds{}));
  set(TensorType::kBF16, float_panel_of<Isa, PanelBf16>(Kinds{}));
  set(TensorType::kQ8_0, panel_of<Isa, PanelQ8x0>(Kinds{}));
  set(TensorType::kQ4_0, panel_of<Isa, PanelQ4x0>(Kinds{}));
  set(TensorType::kQ4_1, panel_of<Isa, PanelQ4x1>(Kinds{}));
  set(TensorType::kQ5_0, panel_of<Isa, PanelQ5x0>(Kinds{}));
  set(TensorType::kQ5_1, panel_of<Isa, PanelQ5x1>(Kinds{}));
  set(TensorType::kQ2_K, panel_of<Isa, PanelQ2xK>(Kinds{}));
  set(TensorType::kQ3_K, panel_of<Isa, PanelQ3xK>(Kinds{}));
  set(TensorType::kQ4_K, panel_of<Isa, PanelQ4xK>(Kinds{}));
  set(TensorType::kQ5_K, panel_of<Isa, PanelQ5xK>(Kinds{}));
  set(TensorType::kQ6_K, panel_of<Isa, PanelQ6xK>(Kinds{}));
  set(TensorType::kIQ4_NL, panel_of<Isa, PanelIq4Nl>(Kinds{}));
  set(TensorType::kIQ4_XS, panel_of<Isa, PanelIq4Xs>(Kinds{}));
  set(TensorType::kMXFP4, panel_of<Isa, PanelMxfp4>(Kinds{}));
  return all;
}

}  // namespace weir::kernels
