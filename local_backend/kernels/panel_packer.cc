#include "local_backend/kernels/panel_packer.h"

#include <array>
#include <cassert>
#include <cstring>

#include "local_backend/kernels/panel_formats.h"

namespace weir::kernels {
namespace {

using Quads = std::array<std::array<std::uint8_t, kQuadBytes>, 8>;

struct Plain {
  static float half(std::uint16_t bits) { return half_to_float(bits); }
};

void copy_half(Bytes from, std::size_t row, std::uint8_t* halves) {
  std::memcpy(halves + 2 * row, from, 2);
}

// What stands before the quants: of one row's block, into its place among sixteen.

struct HalfHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) { copy_half(block, row, out); }
};

// An offset that is added becomes one that is taken off.
struct TwoHalvesHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) {
    copy_half(block, row, out);
    copy_half(block + 2, row, out + 32);
    out[32 + 2 * row + 1] ^= 0x80;
  }
};

struct PowerHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) { out[row] = block[0]; }
};

// Q4_K, Q5_K.
struct SixBitHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) {
    copy_half(block, row, out);
    copy_half(block + 2, row, out + 32);
    const SixBits six = six_bits_at<Plain>(block + 4);
    for (std::size_t g = 0; g < 8; ++g) {
      out[64 + g * kPanelRows + row] = six.scales[g];
      out[64 + (8 + g) * kPanelRows + row] = six.offsets[g];
    }
  }
};

struct Q2xKHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) {
    copy_half(block + 80, row, out);
    copy_half(block + 82, row, out + 32);
    for (std::size_t g = 0; g < 16; ++g) {
      out[64 + g * kPanelRows + row] = block[g] & 15;
      out[64 + (16 + g) * kPanelRows + row] = block[g] >> 4;
    }
  }
};

struct Q3xKHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) {
    copy_half(block + 108, row, out);
    for (std::size_t g = 0; g < 16; ++g) {
      out[32 + g * kPanelRows + row] = static_cast<std::uint8_t>(three_bit_scale(block + 96, g));
    }
  }
};

struct Q6xKHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) {
    copy_half(block + 208, row, out);
    for (std::size_t g = 0; g < 16; ++g) out[32 + g * kPanelRows + row] = block[192 + g];
  }
};

struct Iq4XsHead {
  static void put(Bytes block, std::size_t row, std::uint8_t* out) {
    copy_half(block, row, out);
    for (std::size_t g = 0; g < 8; ++g) {
      out[32 + g * kPanelRows + row] = static_cast<std::uint8_t>(iq4_xs_scale(block, g));
    }
  }
};

// Quants from numbers without sign to how they lie in memory, 32 columns.

void lay_four_bits(const Quads& quads, std::uint8_t* out) {
  for (std::size_t g = 0; g < 4; ++g) {
    for (std::size_t i = 0; i < kQuadBytes; ++i) {
      const int both = (quads[g][i] & 15) | quads[g + 4][i] << 4;
      out[g * kQuadBytes + i] = static_cast<std::uint8_t>(both);
    }
  }
}

// One bit of each quad, the lowest quad's first.
void lay_bit(const Quads& quads, unsigned bit, std::uint8_t* out) {
  for (std::size_t i = 0; i < kQuadBytes; ++i) {
    unsigned all = 0;
    for (unsigned g = 0; g < 8; ++g) all |= (quads[g][i] >> bit & 1u) << g;
    out[i] = static_cast<std::uint8_t>(all);
  }
}

// Two bits, from `bit` up, of each quad, four quads together.
void lay_two_bits(const Quads& quads, unsigned bit, std::uint8_t* out) {
  for (std::size_t half = 0; half < 2; ++half) {
    for (std::size_t i = 0; i < kQuadBytes; ++i) {
      unsigned all = 0;
      for (unsigned g = 0; g < 4; ++g) all |= (quads[4 * half + g][i] >> bit & 3u) << (2 * g);
      out[half * kQuadBytes + i] = static_cast<std::uint8_t>(all);
    }
  }
}

template <unsigned kZero>
void lay(FourBits<kZero>, const Quads& quads, std::uint8_t* out) {
  lay_four_bits(quads, out);
}

template <unsigned kZero>
void lay(FiveBits<kZero>, const Quads& quads, std::uint8_t* out) {
  lay_four_bits(quads, out);
  lay_bit(quads, 4, out + 4 * kQuadBytes);
}

void lay(SixBits32, const Quads& quads, std::uint8_t* out) {
  lay_four_bits(quads, out);
  lay_two_bits(quads, 4, out + 4 * kQuadBytes);
}

void lay(TwoBits, const Quads& quads, std::uint8_t* out) { lay_two_bits(quads, 0, out); }

void lay(ThreeBits, const Quads& quads, std::uint8_t* out) {
  lay_two_bits(quads, 0, out);
  lay_bit(quads, 2, out + 2 * kQuadBytes);
}

void lay(EightBits, const Quads& quads, std::uint8_t* out) {
  for (std::size_t g = 0; g < 8; ++g) std::memcpy(out + g * kQuadBytes, quads[g].data(), 64);
}

template <const TableOfSixteen& kTable, unsigned kHighest, unsigned kZero>
void lay(FourBitIndices<kTable, kHighest, kZero>, const Quads& quads, std::uint8_t* out) {
  static constexpr auto kIndexOf = [] {
    std::array<std::uint8_t, 256> found{};
    for (std::size_t i = 16; i-- > 0;) {
      found[static_cast<std::uint8_t>(kTable[i])] = static_cast<std::uint8_t>(i);
    }
    return found;
  }();
  Quads indices;
  for (std::size_t g = 0; g < 8; ++g) {
    for (std::size_t i = 0; i < kQuadBytes; ++i) indices[g][i] = kIndexOf[quads[g][i]];
  }
  lay_four_bits(indices, out);
}

// 32 quants of each row, moved up by the format's zero; rows that are missing stand for 0.
template <class Quants>
void gather(const WeightChunk* chunks, std::size_t rows, std::size_t stride, std::size_t column,
            Quads* quads) {
  const WeightChunk* chunk = chunks + column / kChunkValues;
  for (std::size_t r = 0; r < kPanelRows; ++r) {
    std::uint8_t quants[32];
    for (std::size_t i = 0; i < 32; ++i) {
      const int quant = r < rows ? chunk[r * stride].quants[column % kChunkValues + i] : 0;
      quants[i] = static_cast<std::uint8_t>(quant + static_cast<int>(Quants::kZero));
    }
    for (std::size_t g = 0; g < 8; ++g) std::memcpy((*quads)[g].data() + 4 * r, quants + 4 * g, 4);
  }
}

template <class Format, class Head>
void pack(const Kernels& kernels, RowsToPack from, WeightChunk* chunks, std::byte* to) {
  using Quants = typename Format::Quants;
  const TensorTypeInfo& info = info_of(from.type);
  const std::size_t bytes = row_bytes(from.type, from.columns);
  const std::size_t stride = chunks_of(from.columns);
  for (std::size_t r = 0; r < from.rows; ++r) {
    kernels.row(from.type).unpack_chunks(from.first + r * bytes, chunks + r * stride, from.columns);
  }
  auto* out = reinterpret_cast<std::uint8_t*>(to);
  static_assert(Format::kColumns % 32 == 0);
  for (std::size_t c = 0; c < from.columns; c += Format::kColumns, out += Format::kBytes) {
    std::memset(out, 0, Format::kHeadBytes);
    for (std::size_t r = 0; r < from.rows; ++r) {
      const auto* row = reinterpret_cast<Bytes>(from.first + r * bytes);
      Head::put(row + c / info.block_weights * info.block_bytes, r, out);
    }
    for (std::size_t part = 0; part < Format::kColumns / 32; ++part) {
      Quads quads;
      gather<Quants>(chunks, from.rows, stride, c + 32 * part, &quads);
      lay(Quants{}, quads, out + Format::kHeadBytes + part * Quants::kBytes);
    }
  }
}

// Columns of sixteen values; rows that are missing stand for 0.
template <std::size_t kValueBytes>
void pack_floats(const Kernels&, RowsToPack from, WeightChunk*, std::byte* out) {
  for (std::size_t c = 0; c < from.columns; ++c) {
    for (std::size_t r = 0; r < kPanelRows; ++r, out += kValueBytes) {
      if (r < from.rows) {
        std::memcpy(out, from.first + (r * from.columns + c) * kValueBytes, kValueBytes);
      } else {
        std::memset(out, 0, kValueBytes);
      }
    }
  }
}

struct Layout {
  std::size_t columns = 0;  // of a block; 0: the format has no panels
  std::size_t bytes = 0;
  void (*pack)(const Kernels&, RowsToPack, WeightChunk*, std::byte*) = nullptr;
};

template <class Format, class Head>
constexpr Layout layout() {
  return {Format::kColumns, Format::kBytes, pack<Format, Head>};
}

Layout layout_of(TensorType type) {
  switch (type) {
    case TensorType::kF32: return {1, PanelF32::kBytes, pack_floats<4>};
    case TensorType::kF16:
    case TensorType::kBF16: return {1, PanelF16::kBytes, pack_floats<2>};
    case TensorType::kQ8_0: return layout<PanelQ8x0, HalfHead>();
    case TensorType::kQ4_0: return layout<PanelQ4x0, HalfHead>();
    case TensorType::kQ4_1: return layout<PanelQ4x1, TwoHalvesHead>();
    case TensorType::kQ5_0: return layout<PanelQ5x0, HalfHead>();
    case TensorType::kQ5_1: return layout<PanelQ5x1, TwoHalvesHead>();
    case TensorType::kQ2_K: return layout<PanelQ2xK, Q2xKHead>();
    case TensorType::kQ3_K: return layout<PanelQ3xK, Q3xKHead>();
    case TensorType::kQ4_K: return layout<PanelQ4xK, SixBitHead>();
    case TensorType::kQ5_K: return layout<PanelQ5xK, SixBitHead>();
    case TensorType::kQ6_K: return layout<PanelQ6xK, Q6xKHead>();
    case TensorType::kIQ4_NL: return layout<PanelIq4Nl, HalfHead>();
    case TensorType::kIQ4_XS: return layout<PanelIq4Xs, Iq4XsHead>();
    case TensorType::kMXFP4: return layout<PanelMxfp4, PowerHead>();
    default: return {};
  }
}

}  // namespace

bool has_panels(TensorType type) { return layout_of(type).columns != 0; }

std::size_t panel_bytes(TensorType type, std::size_t columns) {
  const Layout layout = layout_of(type);
  return columns / layout.columns * layout.bytes;
}

void pack_panel(const Kernels& kernels, RowsToPack rows, WeightChunk* scratch, std::byte* out) {
  assert(rows.rows >= 1 && rows.rows <= kPanelRows);
  layout_of(rows.type).pack(kernels, rows, scratch, out);
}

}  // namespace weir::kernels
