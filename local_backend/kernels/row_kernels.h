// The loops over a row, written once and compiled for each processor: a variant's
// file defines WEIR_TARGET and WEIR_INLINE, includes this and brings an `Isa`:
//
//   half, look_up              what the unpackers ask for
//   Pair load(chunk, p)        64 weights from 64 * p, as its registers like them
//   add(pair, x, p, &lanes)    their products with 64 activations
//   subtract_offsets(chunk, x, &lanes)
//   sum(lanes)
//
// A sum is kept in sixteen lanes. Lane l takes of every 64 products the four from
// 4l on: exactly, as an integer, which then is multiplied by both scales and added
// in one rounding; after each chunk, offset l times activation sum l is subtracted
// in one rounding. At the end lane l is added to lane l + 8, then + 4, + 2, + 1.
// Every variant keeps to this, so all give the same bits.
#pragma once

#include <limits>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/unpackers.h"

#ifndef WEIR_TARGET
#define WEIR_TARGET
#endif

namespace weir::kernels {

constexpr std::size_t pairs_in(std::size_t values) {
  return (std::min(values, kChunkValues) + 63) / 64;
}

template <class Isa, bool kOffsets, std::size_t kTokens>
WEIR_INLINE void add_chunk(const WeightChunk& chunk, const ActivationChunk* x, std::size_t stride,
                           std::size_t pairs, typename Isa::Lanes (&lanes)[kTokens]) {
  for (std::size_t p = 0; p < pairs; ++p) {
    const typename Isa::Pair pair = Isa::load(chunk, p);
    for (std::size_t t = 0; t < kTokens; ++t) Isa::add(pair, x[t * stride], p, lanes[t]);
  }
  for (std::size_t t = 0; kOffsets && t < kTokens; ++t) {
    Isa::subtract_offsets(chunk, x[t * stride], lanes[t]);
  }
}

// What a row of a format costs nothing to widen: it goes from the file through one
// chunk into the products.
template <class Isa, class Format>
WEIR_TARGET float dot_row_int8(const std::byte* row, const ActivationChunk* x, std::size_t n) {
  constexpr std::size_t kAhead = 2048;  // bytes
  Bytes from = reinterpret_cast<Bytes>(row);
  typename Isa::Lanes lanes[1] = {};
  for (std::size_t left = n; left > 0; ++x) {
    const std::size_t count = std::min(left, kChunkValues);
    WeightChunk chunk;
    const Bytes begin = from;
    Format::template unpack<Isa>(from, count, &chunk);
    for (Bytes line = begin; line < from; line += 64) __builtin_prefetch(line + kAhead);
    add_chunk<Isa, Format::kHasOffsets>(chunk, x, 0, pairs_in(count), lanes);
    left -= count;
  }
  return Isa::sum(lanes[0]);
}

template <class Isa, class Format>
WEIR_TARGET void unpack_row_chunks(const std::byte* row, WeightChunk* out, std::size_t n) {
  Bytes from = reinterpret_cast<Bytes>(row);
  for (std::size_t left = n; left > 0; ++out) {
    const std::size_t count = std::min(left, kChunkValues);
    Format::template unpack<Isa>(from, count, out);
    left -= count;
  }
}

template <class Isa, class Format>
WEIR_TARGET void unpack_row(const std::byte* row, float* __restrict out, std::size_t n) {
  Bytes from = reinterpret_cast<Bytes>(row);
  for (std::size_t left = n; left > 0;) {
    const std::size_t count = std::min(left, kChunkValues);
    WeightChunk chunk;
    Format::template unpack<Isa>(from, count, &chunk);
    for (std::size_t g = 0; g < count / 16; ++g, out += 16) {
      for (std::size_t i = 0; i < 16; ++i) {
        const float product = chunk.scales[g] * static_cast<float>(chunk.quants[16 * g + i]);
        out[i] = Format::kHasOffsets ? product - chunk.offsets[g] : product;
      }
    }
    left -= count;
  }
}

template <class Isa, bool kOffsets, std::size_t kTokens>
WEIR_INLINE void dot_some_chunks(const WeightChunk* row, const ActivationChunk* x, std::size_t n,
                                 float* y) {
  const std::size_t chunks = chunks_of(n);
  typename Isa::Lanes lanes[kTokens] = {};
  for (std::size_t c = 0; c < chunks; ++c) {
    add_chunk<Isa, kOffsets>(row[c], x + c, chunks, pairs_in(n - c * kChunkValues), lanes);
  }
  for (std::size_t t = 0; t < kTokens; ++t) y[t] = Isa::sum(lanes[t]);
}

template <class Isa, bool kOffsets>
WEIR_TARGET void dot_chunks(const WeightChunk* row, const ActivationChunk* x, std::size_t n,
                            std::size_t tokens, float* y) {
  const std::size_t stride = chunks_of(n);
  for (; tokens >= 4; tokens -= 4, x += 4 * stride, y += 4) {
    dot_some_chunks<Isa, kOffsets, 4>(row, x, n, y);
  }
  for (; tokens > 0; --tokens, x += stride, ++y) dot_some_chunks<Isa, kOffsets, 1>(row, x, n, y);
}

struct RoundedBlock {
  float scale = 0;
  std::int32_t first = 0;  // the sum of the first sixteen quants
  std::int32_t last = 0;   // of the others
};

// The quants of 32 activations: x * 127 / max|x|, rounded to the nearest, ties to even.
// A largest one below 2^-100 counts as nothing.
template <class Isa>
WEIR_INLINE RoundedBlock quantise_block(const float* __restrict x, std::int8_t* __restrict quants) {
  if constexpr (requires { Isa::quantise(x, quants); }) return Isa::quantise(x, quants);
  constexpr float kRound = 0x1.8p23f;  // added, it leaves the whole number in the low bits
  std::uint32_t highest = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    // As bits, so that what is not a number is the highest of all.
    highest = std::max(highest, std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffu);
  }
  const float largest = std::bit_cast<float>(highest);
  const bool finite = highest < 0x7f800000u;
  if (!finite || largest < 0x1p-100f) {
    std::fill(quants, quants + 32, std::int8_t{0});
    return {finite ? 0.0f : std::numeric_limits<float>::quiet_NaN()};
  }
  const float inverse = 127.0f / largest;
  const auto rounded = [&](std::size_t i) {
    const auto bits = std::bit_cast<std::int32_t>(x[i] * inverse + kRound);
    const std::int32_t quant = bits - std::bit_cast<std::int32_t>(kRound);
    quants[i] = static_cast<std::int8_t>(quant);
    return quant;
  };
  RoundedBlock block{largest / 127.0f};
  for (std::size_t i = 0; i < 16; ++i) block.first += rounded(i);
  for (std::size_t i = 16; i < 32; ++i) block.last += rounded(i);
  return block;
}

template <class Isa>
WEIR_TARGET void quantise_row(const float* x, ActivationChunk* out, std::size_t n) {
  for (std::size_t left = n; left > 0; ++out) {
    const std::size_t count = std::min(left, kChunkValues);
    if (count < kChunkValues) *out = {};
    for (std::size_t b = 0; b < count / 32; ++b, x += 32) {
      std::int8_t* quants = out->quants + 32 * b;
      const RoundedBlock block = quantise_block<Isa>(x, quants);
      out->scales[b] = block.scale;
      out->sums[2 * b] = block.scale * static_cast<float>(block.first);
      out->sums[2 * b + 1] = block.scale * static_cast<float>(block.last);
    }
    left -= count;
  }
}

template <class Isa, class Format>
constexpr RowKernels quantised_row() {
  return {unpack_row<Isa, Format>, nullptr, unpack_row_chunks<Isa, Format>,
          dot_row_int8<Isa, Format>, dot_chunks<Isa, Format::kHasOffsets>};
}

// In the order of TensorType; the first three have no blocks.
template <class Isa>
constexpr std::array<RowKernels, kTensorTypes.size()> row_kernels(RowKernels f32, RowKernels f16,
                                                                  RowKernels bf16) {
  return {f32,
          f16,
          bf16,
          quantised_row<Isa, BlocksOf32<Q8x0, 34, false>>(),
          quantised_row<Isa, BlocksOf32<Q4x0, 18, false>>(),
          quantised_row<Isa, BlocksOf32<Q4x1, 20, true>>(),
          quantised_row<Isa, BlocksOf32<Q5x0, 22, false>>(),
          quantised_row<Isa, BlocksOf32<Q5x1, 24, true>>(),
          quantised_row<Isa, Q2xK>(),
          quantised_row<Isa, Q3xK>(),
          quantised_row<Isa, Q4xK>(),
          quantised_row<Isa, Q5xK>(),
          quantised_row<Isa, Q6xK>(),
          quantised_row<Isa, BlocksOf32<Iq4Nl, 18, false>>(),
          quantised_row<Isa, Iq4Xs>(),
          quantised_row<Isa, BlocksOf32<Mxfp4, 17, false>>(),
          quantised_row<Isa, Iq2Xxs>(),
          quantised_row<Isa, Iq2Xs>(),
          quantised_row<Isa, Iq2S>(),
          quantised_row<Isa, Iq3Xxs>(),
          quantised_row<Isa, Iq3S>(),
          quantised_row<Isa, Iq1S>(),
          quantised_row<Isa, Iq1M>(),
          quantised_row<Isa, Tq1x0>(),
          quantised_row<Isa, Tq2x0>(),
          quantised_row<Isa, LargeBlocks<Nvfp4, 64, 36>>(),
          quantised_row<Isa, LargeBlocks<Q1x0, 128, 18>>(),
          quantised_row<Isa, LargeBlocks<Q2x0, 64, 18>>()};
}

}  // namespace weir::kernels
