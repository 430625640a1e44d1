// How packed weights lie in memory: sixteen rows together, a panel, so that one register holds a
// value of each row and a product with one activation needs no sum across lanes.
//
// A panel is one block behind the other along its columns; a block is 32 columns wide, or 256
// with scales for each 16 or 32 of them. Quants stand as "quads", 64 bytes each: byte 4 r + i is
// column 4 g + i of row r, for quad g of 32 columns. Formats of fewer bits lay several quads over
// one another. Nothing is rounded: a panel says what the rows of the file said, in as many
// bytes, or some more for scales that need no shifting (Q4_K, Q5_K 3 %, Q3_K 4 %, Q2_K 19 %).
//
// An unpacked quant is unsigned: the weight is scale * (quant - zero) - offset. A zero is a power
// of two, or 0. A variant's file defines WEIR_TARGET and WEIR_INLINE and includes this; `Isa` is
// described in panel_kernels.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/unpackers.h"

namespace weir::kernels {

inline constexpr std::size_t kQuadBytes = 64;

// What an unpacked quant can be.
template <unsigned kHighestQuant, unsigned kZeroQuant>
struct Levels {
  static constexpr unsigned kHighest = kHighestQuant;
  static constexpr unsigned kZero = kZeroQuant;
};

// Quants of 32 columns, by their bits. `unpack` makes eight quads of kBytes.

template <unsigned kZeroQuant>
struct FourBits : Levels<15, kZeroQuant> {
  static constexpr std::size_t kBytes = 4 * kQuadBytes;  // quad g low, quad g + 4 high

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    for (std::size_t g = 0; g < 4; ++g) {
      const auto both = Isa::load(from + g * kQuadBytes);
      quads[g] = Isa::template bits<0, 15>(both);
      quads[g + 4] = Isa::template bits<4, 15>(both);
    }
  }
};

template <unsigned kZeroQuant>
struct FiveBits : Levels<31, kZeroQuant> {
  static constexpr std::size_t kBytes = 5 * kQuadBytes;  // bit g of the last one: of quad g

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    FourBits<0>::unpack<Isa>(from, quads);
    const auto fifth = Isa::load(from + 4 * kQuadBytes);
    quads[0] = Isa::either(quads[0], Isa::template bits<-4, 16>(fifth));
    quads[1] = Isa::either(quads[1], Isa::template bits<-3, 16>(fifth));
    quads[2] = Isa::either(quads[2], Isa::template bits<-2, 16>(fifth));
    quads[3] = Isa::either(quads[3], Isa::template bits<-1, 16>(fifth));
    quads[4] = Isa::either(quads[4], Isa::template bits<0, 16>(fifth));
    quads[5] = Isa::either(quads[5], Isa::template bits<1, 16>(fifth));
    quads[6] = Isa::either(quads[6], Isa::template bits<2, 16>(fifth));
    quads[7] = Isa::either(quads[7], Isa::template bits<3, 16>(fifth));
  }
};

struct SixBits32 : Levels<63, 32> {
  static constexpr std::size_t kBytes = 6 * kQuadBytes;  // the last two: two bits of four quads

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    FourBits<0>::unpack<Isa>(from, quads);
    for (std::size_t half = 0; half < 2; ++half) {
      const auto high = Isa::load(from + (4 + half) * kQuadBytes);
      typename Isa::Quad* four = quads + 4 * half;
      four[0] = Isa::either(four[0], Isa::template bits<-4, 48>(high));
      four[1] = Isa::either(four[1], Isa::template bits<-2, 48>(high));
      four[2] = Isa::either(four[2], Isa::template bits<0, 48>(high));
      four[3] = Isa::either(four[3], Isa::template bits<2, 48>(high));
    }
  }
};

struct TwoBits : Levels<3, 0> {
  static constexpr std::size_t kBytes = 2 * kQuadBytes;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    for (std::size_t half = 0; half < 2; ++half) {
      const auto four = Isa::load(from + half * kQuadBytes);
      quads[4 * half] = Isa::template bits<0, 3>(four);
      quads[4 * half + 1] = Isa::template bits<2, 3>(four);
      quads[4 * half + 2] = Isa::template bits<4, 3>(four);
      quads[4 * half + 3] = Isa::template bits<6, 3>(four);
    }
  }
};

struct ThreeBits : Levels<7, 4> {
  static constexpr std::size_t kBytes = 3 * kQuadBytes;  // bit g of the last one: of quad g

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    TwoBits::unpack<Isa>(from, quads);
    const auto third = Isa::load(from + 2 * kQuadBytes);
    quads[0] = Isa::either(quads[0], Isa::template bits<-2, 4>(third));
    quads[1] = Isa::either(quads[1], Isa::template bits<-1, 4>(third));
    quads[2] = Isa::either(quads[2], Isa::template bits<0, 4>(third));
    quads[3] = Isa::either(quads[3], Isa::template bits<1, 4>(third));
    quads[4] = Isa::either(quads[4], Isa::template bits<2, 4>(third));
    quads[5] = Isa::either(quads[5], Isa::template bits<3, 4>(third));
    quads[6] = Isa::either(quads[6], Isa::template bits<4, 4>(third));
    quads[7] = Isa::either(quads[7], Isa::template bits<5, 4>(third));
  }
};

struct EightBits : Levels<255, 128> {
  static constexpr std::size_t kBytes = 8 * kQuadBytes;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    for (std::size_t g = 0; g < 8; ++g) quads[g] = Isa::load(from + g * kQuadBytes);
  }
};

using TableOfSixteen = std::array<std::int8_t, 16>;

constexpr TableOfSixteen moved_up(const std::int8_t (&values)[16], int zero) {
  TableOfSixteen moved{};
  for (std::size_t i = 0; i < 16; ++i) moved[i] = static_cast<std::int8_t>(values[i] + zero);
  return moved;
}

// Four bits that are indices of values.
template <const TableOfSixteen& kTable, unsigned kHighestQuant, unsigned kZeroQuant>
struct FourBitIndices : Levels<kHighestQuant, kZeroQuant> {
  static constexpr std::size_t kBytes = FourBits<0>::kBytes;

  template <class Isa>
  WEIR_INLINE static void unpack(Bytes from, typename Isa::Quad (&quads)[8]) {
    FourBits<0>::unpack<Isa>(from, quads);
    for (auto& quad : quads) quad = Isa::look_up(kTable, quad);
  }
};

inline constexpr TableOfSixteen kNonLinearUp = moved_up(kNonLinear, 128);
inline constexpr TableOfSixteen kMicroFloatUp = moved_up(kMicroFloat, 16);
using NonLinearIndices = FourBitIndices<kNonLinearUp, 241, 128>;
using MicroFloatIndices = FourBitIndices<kMicroFloatUp, 28, 16>;

// A block of 32 columns: sixteen halves that are scales, as many that are offsets if there are
// any, quants. Q4_1 and Q5_1 add what others take away: theirs are minus what the file says.
template <class QuantBits, bool kHasOffsets>
struct HalfScaled {
  using Quants = QuantBits;
  static constexpr bool kOffsets = kHasOffsets;
  static constexpr std::size_t kColumns = 32;
  static constexpr std::size_t kGroup = 32;  // columns that share a scale
  static constexpr std::size_t kHeadBytes = kOffsets ? 64 : 32;
  static constexpr std::size_t kBytes = kHeadBytes + Quants::kBytes;

  template <class Isa>
  WEIR_INLINE static auto scales(Bytes block, std::size_t) {
    return Isa::halves(block);
  }
  template <class Isa>
  WEIR_INLINE static auto offsets(Bytes block, std::size_t) {
    return Isa::halves(block + 32);
  }
};

// Scales that are powers of two: a byte is the exponent, 2^(byte - 128).
struct PowerScaled {
  using Quants = MicroFloatIndices;
  static constexpr bool kOffsets = false;
  static constexpr std::size_t kColumns = 32;
  static constexpr std::size_t kGroup = 32;
  static constexpr std::size_t kHeadBytes = 16;
  static constexpr std::size_t kBytes = kHeadBytes + Quants::kBytes;

  template <class Isa>
  WEIR_INLINE static auto scales(Bytes block, std::size_t) {
    return Isa::powers(block);
  }
};

// A block of 256 columns: sixteen halves to multiply all scales with, as many for the offsets if
// there are any; for each group a byte of each row, signed if there are no offsets; as many for
// offsets; the quants, 32 columns behind one another.
template <class QuantBits, std::size_t kGroupColumns, bool kHasOffsets>
struct SuperScaled {
  using Quants = QuantBits;
  static constexpr bool kOffsets = kHasOffsets;
  static constexpr std::size_t kColumns = 256;
  static constexpr std::size_t kGroup = kGroupColumns;
  static constexpr std::size_t kGroups = kColumns / kGroup;
  static constexpr std::size_t kBytesAt = kOffsets ? 64 : 32;
  static constexpr std::size_t kHeadBytes = kBytesAt + kGroups * kPanelRows * (kOffsets ? 2 : 1);
  static constexpr std::size_t kBytes = kHeadBytes + 8 * Quants::kBytes;

  template <class Isa>
  WEIR_INLINE static auto scales(Bytes block, std::size_t group) {
    const Bytes bytes = block + kBytesAt + group * kPanelRows;
    if constexpr (kOffsets)
      return Isa::times(Isa::halves(block), Isa::unsigned_bytes(bytes));
    else
      return Isa::times(Isa::halves(block), Isa::signed_bytes(bytes));
  }
  template <class Isa>
  WEIR_INLINE static auto offsets(Bytes block, std::size_t group) {
    const Bytes bytes = block + kBytesAt + (kGroups + group) * kPanelRows;
    return Isa::times(Isa::halves(block + 32), Isa::unsigned_bytes(bytes));
  }
};

// Floats have no blocks: a column is a value of each row.
struct PanelF32 {
  static constexpr std::size_t kBytes = 4 * kPanelRows;
  template <class Isa>
  WEIR_INLINE static auto load(Bytes column) {
    return Isa::floats(column);
  }
};

struct PanelF16 {
  static constexpr std::size_t kBytes = 2 * kPanelRows;
  template <class Isa>
  WEIR_INLINE static auto load(Bytes column) {
    return Isa::halves(column);
  }
};

struct PanelBf16 {
  static constexpr std::size_t kBytes = 2 * kPanelRows;
  template <class Isa>
  WEIR_INLINE static auto load(Bytes column) {
    return Isa::bfloats(column);
  }
};

using PanelQ8x0 = HalfScaled<EightBits, false>;
using PanelQ4x0 = HalfScaled<FourBits<8>, false>;
using PanelQ4x1 = HalfScaled<FourBits<0>, true>;
using PanelQ5x0 = HalfScaled<FiveBits<16>, false>;
using PanelQ5x1 = HalfScaled<FiveBits<0>, true>;
using PanelIq4Nl = HalfScaled<NonLinearIndices, false>;
using PanelMxfp4 = PowerScaled;
using PanelQ2xK = SuperScaled<TwoBits, 16, true>;
using PanelQ3xK = SuperScaled<ThreeBits, 16, false>;
using PanelQ4xK = SuperScaled<FourBits<0>, 32, true>;
using PanelQ5xK = SuperScaled<FiveBits<0>, 32, true>;
using PanelQ6xK = SuperScaled<SixBits32, 16, false>;
using PanelIq4Xs = SuperScaled<NonLinearIndices, 32, false>;

}  // namespace weir::kernels
