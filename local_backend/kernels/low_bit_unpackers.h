// Formats of one or two bits, and NVFP4, as int8. See unpackers.h, which includes this.
#pragma once

#include "local_backend/kernels/unpack_parts.h"

namespace weir::kernels {

// Five digits of base three in a byte, as a fraction: times three, the next digit is
// what leaves the byte. Each less one.
struct Tq1x0 {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    std::fill(out->scales, out->scales + kChunkValues / 16, half_at<Isa>(from + 52));
    put_digits<Isa>(from, 32, 5, out->quants);
    put_digits<Isa>(from + 32, 16, 5, out->quants + 160);
    put_digits<Isa>(from + 48, 4, 4, out->quants + 240);
    from += 54;
  }

 private:
  // Digit d of byte j stands at out[d * bytes + j].
  template <class Isa>
  WEIR_INLINE static void put_digits(Bytes from, std::size_t bytes, std::size_t digits,
                                     std::int8_t* __restrict out) {
    for (std::size_t j = 0; j < bytes; ++j) {
      unsigned rest = from[j];
      for (std::size_t d = 0; d < digits; ++d) {
        rest = (rest & 255u) * 3;
        out[d * bytes + j] = static_cast<std::int8_t>(static_cast<int>(rest >> 8) - 1);
      }
    }
  }
};

struct Tq2x0 {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    std::fill(out->scales, out->scales + kChunkValues / 16, half_at<Isa>(from + 64));
    for (std::size_t i = 0; i < kChunkValues; ++i) {
      const int packed = from[i / 128 * 32 + i % 32];
      out->quants[i] = static_cast<std::int8_t>((packed >> (i / 32 % 4 * 2) & 3) - 1);
    }
    from += 66;
  }
};

// A block of `kWeights` fills the quants and scales of its part of a chunk.
template <template <class> class Block, std::size_t kWeights, std::size_t kBytes>
struct LargeBlocks {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t count, WeightChunk* __restrict out) {
    for (std::size_t i = 0; i < count; i += kWeights, from += kBytes) {
      Block<Isa>::unpack(from, out->quants + i, out->scales + i / 16);
    }
    if (count == kChunkValues) return;
    std::fill(out->quants + count, out->quants + kChunkValues, std::int8_t{0});
    std::fill(out->scales + count / 16, out->scales + kChunkValues / 16, 0.0f);
  }
};

template <class Isa>
struct Q1x0 {
  WEIR_INLINE static void unpack(Bytes from, std::int8_t* __restrict quants, float* scales) {
    std::fill(scales, scales + 8, half_at<Isa>(from));
    for (std::size_t i = 0; i < 128; ++i) {
      quants[i] = static_cast<std::int8_t>((from[2 + i / 8] >> (i % 8) & 1) * 2 - 1);
    }
  }
};

template <class Isa>
struct Q2x0 {
  WEIR_INLINE static void unpack(Bytes from, std::int8_t* __restrict quants, float* scales) {
    std::fill(scales, scales + 4, half_at<Isa>(from));
    for (std::size_t i = 0; i < 64; ++i) {
      quants[i] = static_cast<std::int8_t>((from[2 + i / 4] >> (2 * (i % 4)) & 3) - 1);
    }
  }
};

// Half of an UE4M3 number: its quants are twice what they stand for. 127 stands for 0.
inline float half_of_ue4m3(std::uint8_t bits) {
  if (bits == 127) return 0;
  const std::uint32_t exponent = bits >> 3 & 15u;
  const std::uint32_t mantissa = bits & 7u;
  if (exponent == 0) return static_cast<float>(mantissa) * 0x1p-10f;
  return std::bit_cast<float>((exponent + 119) << 23 | mantissa << 20);
}

template <class Isa>
struct Nvfp4 {
  WEIR_INLINE static void unpack(Bytes from, std::int8_t* __restrict quants, float* scales) {
    for (std::size_t g = 0; g < 4; ++g) {
      scales[g] = half_of_ue4m3(from[g]);
      for (std::size_t i = 0; i < 8; ++i) {
        const std::uint8_t packed = from[4 + 8 * g + i];
        quants[16 * g + i] = kMicroFloat[packed & 15];
        quants[16 * g + i + 8] = kMicroFloat[packed >> 4];
      }
    }
  }
};

}  // namespace weir::kernels
