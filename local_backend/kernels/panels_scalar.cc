// The reference of products with panels: plain loops.
#include <cmath>

#include "local_backend/kernels/panel_kernels.h"
#include "local_backend/kernels/variants.h"

namespace weir::kernels {
namespace {

struct ScalarRows {
  static constexpr std::size_t kTogether = kWidestTile;
  static constexpr std::size_t kQuadByQuad = 0;

  struct Quad {
    std::uint8_t bytes[kQuadBytes];
  };
  struct Floats {
    float row[kPanelRows];
  };
  struct Ints {
    std::int32_t row[kPanelRows];
  };

  static Quad load(Bytes from) {
    Quad quad;
    std::memcpy(quad.bytes, from, sizeof(quad.bytes));
    return quad;
  }

  template <int kRight, unsigned kMask>
  static Quad bits(const Quad& from) {
    Quad out;
    for (std::size_t i = 0; i < kQuadBytes; ++i) {
      const unsigned moved = kRight < 0 ? unsigned{from.bytes[i]} << std::max(-kRight, 0)
                                        : unsigned{from.bytes[i]} >> std::max(kRight, 0);
      out.bytes[i] = static_cast<std::uint8_t>(moved & kMask);
    }
    return out;
  }

  static Quad either(const Quad& a, const Quad& b) {
    Quad out;
    for (std::size_t i = 0; i < kQuadBytes; ++i) {
      out.bytes[i] = static_cast<std::uint8_t>(a.bytes[i] | b.bytes[i]);
    }
    return out;
  }

  static Quad look_up(const TableOfSixteen& table, const Quad& where) {
    Quad out;
    for (std::size_t i = 0; i < kQuadBytes; ++i) {
      out.bytes[i] = static_cast<std::uint8_t>(table[where.bytes[i]]);
    }
    return out;
  }

  template <class Value>
  static Floats each(Value value) {
    Floats out;
    for (std::size_t r = 0; r < kPanelRows; ++r) out.row[r] = value(r);
    return out;
  }

  static Floats floats(Bytes from) {
    Floats out;
    std::memcpy(out.row, from, sizeof(out.row));
    return out;
  }
  static Floats bfloats(Bytes from) {
    return each([from](std::size_t r) {
      return bfloat_to_float(
          load_unaligned<std::uint16_t>(reinterpret_cast<const std::byte*>(from + 2 * r)));
    });
  }
  static Floats halves(Bytes from) {
    return each([from](std::size_t r) {
      return half_to_float(
          load_unaligned<std::uint16_t>(reinterpret_cast<const std::byte*>(from + 2 * r)));
    });
  }
  static Floats powers(Bytes from) {
    return each([from](std::size_t r) { return power_of(from[r]); });
  }
  static Floats unsigned_bytes(Bytes from) {
    return each([from](std::size_t r) { return static_cast<float>(from[r]); });
  }
  static Floats signed_bytes(Bytes from) {
    return each(
        [from](std::size_t r) { return static_cast<float>(static_cast<std::int8_t>(from[r])); });
  }
  static Floats times(const Floats& a, const Floats& b) {
    return each([&](std::size_t r) { return a.row[r] * b.row[r]; });
  }
  static Floats scaled(const Floats& a, float by) {
    return each([&](std::size_t r) { return a.row[r] * by; });
  }
  static Floats fma(const Ints& products, const Floats& scales, const Floats& sum) {
    return each([&](std::size_t r) {
      return std::fma(scales.row[r], static_cast<float>(products.row[r]), sum.row[r]);
    });
  }
  static Floats add_product(const Floats& a, float by, const Floats& sum) {
    return each([&](std::size_t r) { return std::fma(a.row[r], by, sum.row[r]); });
  }
  static void store(const Floats& sums, float* y) { std::memcpy(y, sums.row, sizeof(sums.row)); }

  template <class Levels, std::size_t kQuads, std::size_t kStride>
  static Ints dot(const Quad* quads, const std::int32_t* x, std::int32_t minus_sum) {
    Ints sums;
    for (std::size_t r = 0; r < kPanelRows; ++r) {
      std::int32_t sum = minus_sum * static_cast<std::int32_t>(Levels::kZero);
      for (std::size_t g = 0; g < kQuads; ++g) {
        std::int8_t quants[4];
        std::memcpy(quants, x + g * kStride, sizeof(quants));
        for (std::size_t i = 0; i < 4; ++i) sum += quads[g].bytes[4 * r + i] * quants[i];
      }
      sums.row[r] = sum;
    }
    return sums;
  }
};

}  // namespace

constinit const PanelTable kScalarPanels = panel_table<ScalarRows>();

}  // namespace weir::kernels
