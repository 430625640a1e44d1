// Softmax attention on tiles of keys and values (kv_type.h), once per instruction set.
//
// The steps of one page: score(), soften() row by row, weigh(). A row is a query of one
// head. Its numbers do not depend on the rows beside it, and every variant gives the same
// bits: sums run over widths and positions in their order, each in one accumulator, with
// one rounding a product. Pure and thread-safe; nothing needs alignment.
#pragma once

#include <array>
#include <cstddef>

#include "local_backend/kernels/kv_type.h"

namespace weir::kernels {

// rows of `a` times a tile.
struct TileProduct {
  const float* a = nullptr;  // [rows][a_stride], of which `depth` are used
  std::size_t a_stride = 0;
  std::size_t rows = 0;
  const std::byte* tile = nullptr;
  std::size_t width = 0;    // of the tile's keys or values, not padded
  std::size_t depth = 0;    // score: padded width; weigh: positions
  std::size_t columns = 0;  // of `out`, a multiple of 16: positions; the padded width
  float* out = nullptr;     // [rows][out_stride]
  std::size_t out_stride = 0;
  // Bytes from the tile to the one that is read next, which may be fetched meanwhile.
  std::ptrdiff_t next = 0;
};

// What a row has found among the positions it has seen.
struct AttentionRow {
  float highest = 0;     // -infinity: it saw none
  float sum = 0;         // of e^(score - highest)
  float* out = nullptr;  // the same sum of the values; a multiple of 16 floats
};

struct KvKernels {
  // Puts one position's key or value into a tile. What is too large for a half becomes the
  // largest one; not finite in, not finite out.
  void (*store_key)(const float* key, std::size_t width, std::byte* tile, std::size_t position);
  void (*store_value)(const float* value, std::size_t width, std::byte* tile, std::size_t position);
  // out = a * keys. Not of kQ8 (rounded_attention.h).
  void (*score)(const TileProduct& product);
  // out += a * values. Not of kQ8.
  void (*weigh)(const TileProduct& product);
  // The tile as one of kF32 with the same padded width. Products with it are the same, but for
  // those of kQ8.
  void (*widen_keys)(const std::byte* tile, std::size_t width, float* out);
  void (*widen_values)(const std::byte* tile, std::size_t width, float* out);
};

struct AttentionKernels {
  std::array<KvKernels, kKvTypes.size()> kv;  // by KvType

  struct Softening {
    float* scores = nullptr;  // [kTilePositions], becomes weights; 0 outside [first, end)
    std::size_t first = 0;
    std::size_t end = 0;
    float scale = 1;
    float softcap = 0;      // 0: none
    std::size_t width = 0;  // of the row's out
  };
  // Takes a page's scores into the row. (Milakov & Gimelshein 2018)
  void (*soften)(const Softening& page, AttentionRow* row);
  // Adds what `part` found among other positions.
  void (*merge)(const AttentionRow& part, std::size_t width, AttentionRow* row);
  // x times the Hadamard matrix over sqrt(size), in place, for each `size` neighbours of n:
  // its own inverse. `size` is a power of two.
  void (*rotate)(float* x, std::size_t n, std::size_t size);

  const KvKernels& of(KvType type) const { return kv[static_cast<std::size_t>(type)]; }
};

extern const AttentionKernels kScalarAttention;
#if defined(__x86_64__)
extern const AttentionKernels kAvx2Attention;
extern const AttentionKernels kAvx512Attention;
#elif defined(__aarch64__)
extern const AttentionKernels kNeonAttention;
#endif

}  // namespace weir::kernels
