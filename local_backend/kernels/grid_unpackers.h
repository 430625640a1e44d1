// The IQ formats of one to three bits as int8: 256 weights a block, each index a point
// of a grid. See unpackers.h, which includes this.
#pragma once

#include <bit>

#include "local_backend/kernels/grids.h"
#include "local_backend/kernels/unpack_parts.h"

namespace weir::kernels {

// Seven signs; the eighth makes the number of them even.
constexpr unsigned eight_signs(unsigned seven) {
  return seven | (static_cast<unsigned>(std::popcount(seven)) & 1u) << 7;
}

// The point's values, turned where a bit of `signs` is set.
template <class Isa, std::size_t kValues>
WEIR_INLINE void put_point(const std::array<std::int8_t, kValues>& point, unsigned signs,
                           std::int8_t* __restrict out) {
  for (std::size_t i = 0; i < kValues; ++i) {
    const int sign = -static_cast<int>(signs >> i & 1u);
    out[i] = static_cast<std::int8_t>((point[i] ^ sign) - sign);
  }
}

template <class T>
WEIR_INLINE T number_at(Bytes from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

struct Iq2Xxs {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from);
    for (std::size_t g = 0; g < 8; ++g) {
      const Bytes indices = from + 2 + 8 * g;
      const auto rest = number_at<std::uint32_t>(indices + 4);
      const float steps = 0.5f + static_cast<float>(rest >> 28);
      out->scales[2 * g] = out->scales[2 * g + 1] = scale * steps * 0.25f;
      for (std::size_t i = 0; i < 4; ++i) {
        put_point<Isa>(kIq2XxsGrid[indices[i]], eight_signs(rest >> (7 * i) & 127),
                       out->quants + 32 * g + 8 * i);
      }
    }
    from += 66;
  }
};

// Two scales of four bits for 32 weights.
template <class Isa>
WEIR_INLINE void put_half_scales(float scale, Bytes packed, WeightChunk* __restrict out) {
  for (std::size_t g = 0; g < 8; ++g) {
    out->scales[2 * g] = scale * (0.5f + static_cast<float>(packed[g] & 15)) * 0.25f;
    out->scales[2 * g + 1] = scale * (0.5f + static_cast<float>(packed[g] >> 4)) * 0.25f;
  }
}

struct Iq2Xs {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    put_half_scales<Isa>(half_at<Isa>(from), from + 66, out);
    for (std::size_t i = 0; i < 32; ++i) {
      const auto packed = number_at<std::uint16_t>(from + 2 + 2 * i);
      put_point<Isa>(kIq2XsGrid[packed & 511u], eight_signs(packed >> 9), out->quants + 8 * i);
    }
    from += 74;
  }
};

struct Iq2S {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    put_half_scales<Isa>(half_at<Isa>(from), from + 74, out);
    for (std::size_t i = 0; i < 32; ++i) {
      const unsigned high = from[66 + i / 4] >> (2 * (i % 4)) & 3u;
      put_point<Isa>(kIq2SGrid[from[2 + i] | high << 8], from[34 + i], out->quants + 8 * i);
    }
    from += 82;
  }
};

struct Iq3Xxs {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from);
    for (std::size_t g = 0; g < 8; ++g) {
      const auto rest = number_at<std::uint32_t>(from + 66 + 4 * g);
      const float steps = 0.5f + static_cast<float>(rest >> 28);
      out->scales[2 * g] = out->scales[2 * g + 1] = scale * steps * 0.5f;
      for (std::size_t i = 0; i < 8; ++i) {
        const unsigned signs = eight_signs(rest >> (7 * (i / 2)) & 127) >> (4 * (i % 2));
        put_point<Isa>(kIq3XxsGrid[from[2 + 8 * g + i]], signs, out->quants + 32 * g + 4 * i);
      }
    }
    from += 98;
  }
};

struct Iq3S {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from);
    for (std::size_t g = 0; g < 8; ++g) {
      const int steps = from[106 + g / 2] >> (4 * (g % 2)) & 15;
      out->scales[2 * g] = out->scales[2 * g + 1] = scale * static_cast<float>(1 + 2 * steps);
    }
    for (std::size_t i = 0; i < 64; ++i) {
      const unsigned high = from[66 + i / 8] >> (i % 8) & 1u;
      const unsigned signs = from[74 + i / 2] >> (4 * (i % 2));
      put_point<Isa>(kIq3SGrid[from[2 + i] | high << 8], signs, out->quants + 4 * i);
    }
    from += 110;
  }
};

// Eight times the point, plus or minus one; the scale is an eighth.
template <class Isa>
WEIR_INLINE void put_moved_point(std::size_t index, bool down, std::int8_t* __restrict out) {
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::int8_t>(8 * kIq1Grid[index][i] + (down ? -1 : 1));
  }
}

struct Iq1S {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    const float scale = half_at<Isa>(from);
    for (std::size_t g = 0; g < 8; ++g) {
      const unsigned high = number_at<std::uint16_t>(from + 34 + 2 * g);
      const auto steps = static_cast<float>(2 * (high >> 12 & 7u) + 1);
      out->scales[2 * g] = out->scales[2 * g + 1] = scale * steps * 0.125f;
      for (std::size_t i = 0; i < 4; ++i) {
        put_moved_point<Isa>(from[2 + 4 * g + i] | (high >> (3 * i) & 7u) << 8,
                             (high & 0x8000u) != 0, out->quants + 32 * g + 8 * i);
      }
    }
    from += 50;
  }
};

// The scale of all is in the high four bits of four numbers, whose low twelve are four
// scales of 16 weights each.
struct Iq1M {
  static constexpr bool kHasOffsets = false;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes& from, std::size_t, WeightChunk* __restrict out) {
    unsigned bits = 0;
    for (std::size_t i = 0; i < 4; ++i) bits |= (from[49 + 2 * i] >> 4 & 15u) << (4 * i);
    const float scale = Isa::half(static_cast<std::uint16_t>(bits));
    for (std::size_t g = 0; g < 16; ++g) {
      const unsigned packed = number_at<std::uint16_t>(from + 48 + 2 * (g / 4));
      const auto steps = static_cast<float>(2 * (packed >> (3 * (g % 4)) & 7u) + 1);
      out->scales[g] = scale * steps * 0.125f;
      for (std::size_t i = 0; i < 2; ++i) {
        const unsigned high = from[32 + g] >> (4 * i) & 15u;
        put_moved_point<Isa>(from[2 * g + i] | (high & 7u) << 8, high > 7,
                             out->quants + 16 * g + 8 * i);
      }
    }
    from += 56;
  }
};

}  // namespace weir::kernels
