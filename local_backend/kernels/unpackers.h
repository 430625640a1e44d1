// Every quantised format as int8, one small unpacker each, written once.
//
// A variant's file says by WEIR_INLINE for which processor it wants them, includes
// this, and the compiler vectorises the loops for it. `Isa::half` widens an f16,
// `Isa::look_up` puts sixteen values of a table of sixteen in the place of indices.
// The layouts are those of GGUF (ggml-common.h of the ggml project describes them).
#pragma once

#include "local_backend/kernels/grid_unpackers.h"
#include "local_backend/kernels/low_bit_unpackers.h"
#include "local_backend/kernels/non_linear.h"
#include "local_backend/kernels/unpack_parts.h"

namespace weir::kernels {

// What a block of 32 says beside its quants.
struct BlockScale {
  float scale;
  float offset;
};

// Sixteen bytes as every processor has them in a register. Loops of sixteen do not
// become such by themselves: compilers unroll them first.
using Sixteen = std::uint8_t __attribute__((vector_size(16)));

template <class Isa>
WEIR_INLINE Sixteen sixteen_at(Bytes from) {
  Sixteen bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

// 32 numbers less `zero`.
template <class Isa>
WEIR_INLINE void store(Sixteen first, Sixteen second, std::uint8_t zero,
                       std::int8_t* __restrict out) {
  first -= zero;
  second -= zero;
  std::memcpy(out, &first, sizeof(first));
  std::memcpy(out + 16, &second, sizeof(second));
}

// 32 nibbles in 16 bytes: the low ones first.
template <class Isa>
WEIR_INLINE void unpack_nibbles(Bytes from, std::uint8_t zero, std::int8_t* __restrict out) {
  const Sixteen packed = sixteen_at<Isa>(from);
  store<Isa>(packed & 15, packed >> 4, zero, out);
}

// 16 where a bit is set, for 16 bits.
template <class Isa>
WEIR_INLINE Sixteen fifth_bits(Bytes from) {
  constexpr std::uint64_t kToAll = 0x0101010101010101;
  using Two = std::uint64_t __attribute__((vector_size(16)));
  const Two spread = {from[0] * kToAll, from[1] * kToAll};
  const Sixteen own = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const Sixteen bits = reinterpret_cast<Sixteen>(spread) & own;
  return reinterpret_cast<Sixteen>(bits == own) & 16;
}

// The same with a fifth bit each, bit i of `high` for weight i.
template <class Isa>
WEIR_INLINE void unpack_five_bits(Bytes from, Bytes high, std::uint8_t zero,
                                  std::int8_t* __restrict out) {
  const Sixteen packed = sixteen_at<Isa>(from);
  store<Isa>((packed & 15) | fifth_bits<Isa>(high), (packed >> 4) | fifth_bits<Isa>(high + 2), zero,
             out);
}

// The same, each the index of its value.
template <class Isa>
WEIR_INLINE void look_up_nibbles(Bytes from, const std::int8_t (&table)[16],
                                 std::int8_t* __restrict out) {
  std::int8_t indices[32];
  unpack_nibbles<Isa>(from, 0, indices);
  Isa::look_up(table, indices, out);
  Isa::look_up(table, indices + 16, out + 16);
}

template <class Isa>
struct Q8x0 {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    for (std::size_t j = 0; j < 32; ++j) out[j] = static_cast<std::int8_t>(from[2 + j]);
    return {half_at<Isa>(from), 0};
  }
};

template <class Isa>
struct Q4x0 {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    unpack_nibbles<Isa>(from + 2, 8, out);
    return {half_at<Isa>(from), 0};
  }
};

template <class Isa>
struct Q4x1 {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    unpack_nibbles<Isa>(from + 4, 0, out);
    return {half_at<Isa>(from), -half_at<Isa>(from + 2)};
  }
};

template <class Isa>
struct Q5x0 {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    unpack_five_bits<Isa>(from + 6, from + 2, 16, out);
    return {half_at<Isa>(from), 0};
  }
};

template <class Isa>
struct Q5x1 {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    unpack_five_bits<Isa>(from + 8, from + 4, 0, out);
    return {half_at<Isa>(from), -half_at<Isa>(from + 2)};
  }
};

template <class Isa>
struct Iq4Nl {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    look_up_nibbles<Isa>(from + 2, kNonLinear, out);
    return {half_at<Isa>(from), 0};
  }
};

// 2^(exponent - 128).
WEIR_INLINE float power_of(std::uint32_t exponent) {
  const std::uint32_t bits = exponent > 1 ? (exponent - 1) << 23 : 0x200000u << exponent;
  return std::bit_cast<float>(bits);
}

template <class Isa>
struct Mxfp4 {
  WEIR_INLINE static BlockScale unpack(Bytes from, std::int8_t* __restrict out) {
    look_up_nibbles<Isa>(from + 1, kMicroFloat, out);
    return {power_of(from[0]), 0};
  }
};

// Makes of a block of 32 what fills a chunk.
template <template <class> class Block, std::size_t kBytes, bool kOffsets>
struct BlocksOf32 {
  static constexpr bool kHasOffsets = kOffsets;

  // `count` values, a multiple of 32, from `from`, which moves behind them.
  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t count, WeightChunk* __restrict out) {
    for (std::size_t b = 0; b < count / 32; ++b, from += kBytes) {
      const BlockScale scale = Block<Isa>::unpack(from, out->quants + 32 * b);
      out->scales[2 * b] = out->scales[2 * b + 1] = scale.scale;
      if (kOffsets) out->offsets[2 * b] = out->offsets[2 * b + 1] = scale.offset;
    }
    if (count == kChunkValues) return;
    std::fill(out->quants + count, out->quants + kChunkValues, std::int8_t{0});
    std::fill(out->scales + count / 16, out->scales + kChunkValues / 16, 0.0f);
    if (kOffsets) std::fill(out->offsets + count / 16, out->offsets + kChunkValues / 16, 0.0f);
  }
};

// Eight scales and eight offsets of six bits each, in twelve bytes.
struct SixBits {
  std::array<std::uint8_t, 8> scales;
  std::array<std::uint8_t, 8> offsets;
};

template <class Isa>
WEIR_INLINE SixBits six_bits_at(Bytes from) {
  std::uint32_t a, b, c;
  std::memcpy(&a, from, 4);
  std::memcpy(&b, from + 4, 4);
  std::memcpy(&c, from + 8, 4);
  const std::uint32_t words[4] = {
      a & 0x3f3f3f3fu, (c & 0x0f0f0f0fu) | ((a >> 6 & 0x03030303u) << 4), b & 0x3f3f3f3fu,
      (c >> 4 & 0x0f0f0f0fu) | ((b >> 6 & 0x03030303u) << 4)};
  SixBits found;
  std::memcpy(found.scales.data(), words, 8);
  std::memcpy(found.offsets.data(), words + 2, 8);
  return found;
}

// Scales and offsets of Q4_K and Q5_K: both blocks begin alike.
template <class Isa>
WEIR_INLINE void unpack_super_scales(Bytes from, WeightChunk* __restrict out) {
  const float scale = half_at<Isa>(from);
  const float offset = half_at<Isa>(from + 2);
  const SixBits six = six_bits_at<Isa>(from + 4);
  for (std::size_t g = 0; g < 8; ++g) {
    out->scales[2 * g] = out->scales[2 * g + 1] = scale * static_cast<float>(six.scales[g]);
    out->offsets[2 * g] = out->offsets[2 * g + 1] = offset * static_cast<float>(six.offsets[g]);
  }
}

struct Q4xK {
  static constexpr bool kHasOffsets = true;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    unpack_super_scales<Isa>(from, out);
    for (std::size_t g = 0; g < 4; ++g) {
      const Bytes packed = from + 16 + 32 * g;
      std::int8_t* quants = out->quants + 64 * g;
      for (std::size_t j = 0; j < 32; ++j) {
        quants[j] = static_cast<std::int8_t>(packed[j] & 15);
        quants[j + 32] = static_cast<std::int8_t>(packed[j] >> 4);
      }
    }
    from += 144;
  }
};

struct Q5xK {
  static constexpr bool kHasOffsets = true;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    unpack_super_scales<Isa>(from, out);
    const Bytes high = from + 16;
    for (std::size_t g = 0; g < 4; ++g) {
      const Bytes packed = from + 48 + 32 * g;
      std::int8_t* quants = out->quants + 64 * g;
      for (std::size_t j = 0; j < 32; ++j) {
        const int bits = high[j] >> (2 * g);
        quants[j] = static_cast<std::int8_t>((packed[j] & 15) | (bits & 1) << 4);
        quants[j + 32] = static_cast<std::int8_t>((packed[j] >> 4) | (bits & 2) << 3);
      }
    }
    from += 176;
  }
};

struct Q6xK {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const Bytes scales = from + 192;
    const float scale = half_at<Isa>(from + 208);
    for (std::size_t g = 0; g < 16; ++g) {
      out->scales[g] = scale * static_cast<float>(static_cast<std::int8_t>(scales[g]));
    }
    for (std::size_t g = 0; g < 2; ++g) {
      const Bytes low = from + 64 * g;
      const Bytes high = from + 128 + 32 * g;
      std::int8_t* quants = out->quants + 128 * g;
      for (std::size_t j = 0; j < 32; ++j) {
        const int h = high[j];
        quants[j] = static_cast<std::int8_t>(((low[j] & 15) | (h & 3) << 4) - 32);
        quants[j + 32] = static_cast<std::int8_t>(((low[j + 32] & 15) | (h & 12) << 2) - 32);
        quants[j + 64] = static_cast<std::int8_t>(((low[j] >> 4) | (h & 48)) - 32);
        quants[j + 96] = static_cast<std::int8_t>(((low[j + 32] >> 4) | (h & 192) >> 2) - 32);
      }
    }
    from += 210;
  }
};

struct Q2xK {
  static constexpr bool kHasOffsets = true;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from + 80);
    const float offset = half_at<Isa>(from + 82);
    for (std::size_t g = 0; g < 16; ++g) {
      out->scales[g] = scale * static_cast<float>(from[g] & 15);
      out->offsets[g] = offset * static_cast<float>(from[g] >> 4);
    }
    for (std::size_t g = 0; g < 2; ++g) {
      const Bytes packed = from + 16 + 32 * g;
      std::int8_t* quants = out->quants + 128 * g;
      for (std::size_t j = 0; j < 32; ++j) {
        quants[j] = static_cast<std::int8_t>(packed[j] & 3);
        quants[j + 32] = static_cast<std::int8_t>(packed[j] >> 2 & 3);
        quants[j + 64] = static_cast<std::int8_t>(packed[j] >> 4 & 3);
        quants[j + 96] = static_cast<std::int8_t>(packed[j] >> 6);
      }
    }
    from += 84;
  }
};

// Of Q3_K, group g of 16: six bits less 32, four of them in bytes 0 to 7, two in bytes 8 to 11.
WEIR_INLINE int three_bit_scale(Bytes packed, std::size_t g) {
  const int low = packed[g % 8] >> (g < 8 ? 0 : 4) & 15;
  const int high = packed[8 + g % 4] >> (2 * (g / 4)) & 3;
  return (low | high << 4) - 32;
}

struct Q3xK {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from + 108);
    for (std::size_t g = 0; g < 16; ++g) {
      out->scales[g] = scale * static_cast<float>(three_bit_scale(from + 96, g));
    }
    for (std::size_t g = 0; g < 2; ++g) {
      const Bytes packed = from + 32 + 32 * g;
      std::int8_t* quants = out->quants + 128 * g;
      for (std::size_t j = 0; j < 32; ++j) {
        const int low = packed[j];
        const int high = from[j] >> (4 * g);
        quants[j] = static_cast<std::int8_t>(((low & 3) | (high & 1) << 2) - 4);
        quants[j + 32] = static_cast<std::int8_t>(((low >> 2 & 3) | (high & 2) << 1) - 4);
        quants[j + 64] = static_cast<std::int8_t>(((low >> 4 & 3) | (high & 4)) - 4);
        quants[j + 96] = static_cast<std::int8_t>(((low >> 6) | (high & 8) >> 1) - 4);
      }
    }
    from += 110;
  }
};

// Of a block of IQ4_XS, group g of 32: six bits less 32.
WEIR_INLINE int iq4_xs_scale(Bytes block, std::size_t g) {
  std::uint16_t high;
  std::memcpy(&high, block + 2, sizeof(high));
  const int low = block[4 + g / 2] >> (g % 2 == 0 ? 0 : 4) & 15;
  return (low | (high >> (2 * g) & 3) << 4) - 32;
}

struct Iq4Xs {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from);
    for (std::size_t g = 0; g < 8; ++g) {
      const auto own = static_cast<float>(iq4_xs_scale(from, g));
      out->scales[2 * g] = out->scales[2 * g + 1] = scale * own;
      look_up_nibbles<Isa>(from + 8 + 16 * g, kNonLinear, out->quants + 32 * g);
    }
    from += 136;
  }
};

}  // namespace weir::kernels
