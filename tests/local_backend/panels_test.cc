// Products of packed weights with tiles of activations.
#include <algorithm>
#include <limits>

#include "local_backend/kernels/panel_packer.h"
#include "tests/local_backend/kernel_cases.h"

namespace weir::kernels {
namespace {

using namespace test;

const TensorTypeInfo& any_type_with_panels() {
  static const auto all = [] {
    std::vector<const TensorTypeInfo*> found;
    for (const TensorTypeInfo& info : kTensorTypes) {
      if (has_panels(info.type)) found.push_back(&info);
    }
    return found;
  }();
  return *all[GENERATE_COPY(range(std::size_t{0}, all.size()))];
}

// Memory at a multiple of 64 bytes.
class Aligned {
 public:
  explicit Aligned(std::size_t size) : lines_(size / 64 + 1) {}
  std::byte* data() { return reinterpret_cast<std::byte*>(lines_.data()); }
  const std::byte* data() const { return reinterpret_cast<const std::byte*>(lines_.data()); }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> lines_;
};

Row random_rows(TensorType type, std::size_t rows, std::size_t n, std::uint64_t seed) {
  return random_row(type, rows * n, seed);
}

Aligned panel_of(TensorType type, const Row& rows, std::size_t count, std::size_t n) {
  Aligned panel(panel_bytes(type, n));
  std::vector<WeightChunk> scratch(count * chunks_of(n));
  pack_panel(scalar(), {type, rows.data(), count, n}, scratch.data(), panel.data());
  return panel;
}

Aligned tile_of(const Kernels& kernels, TensorType type, const std::vector<float>& x,
                std::size_t tokens, std::size_t n, std::size_t width) {
  Aligned tile(width * tile_token_bytes(type, n));
  kernels.panel(type).fill[tile_kind(width)](x.data(), n, tokens, n, tile.data());
  return tile;
}

std::vector<float> product(const Kernels& kernels, TensorType type, const Aligned& panel,
                           const Aligned& tile, std::size_t n, std::size_t width) {
  std::vector<float> y(width * kPanelRows);
  kernels.panel(type).multiply[tile_kind(width)](panel.data(), tile.data(), n, y.data(),
                                                 kPanelRows);
  return y;
}

// The activations of a tile of one token, as the products see them.
std::vector<float> widened(const Aligned& tile, std::size_t n) {
  std::vector<float> x(n);
  const auto* blocks = reinterpret_cast<const TileBlock<1>*>(tile.data());
  for (std::size_t i = 0; i < n; ++i) {
    std::int8_t quants[32];
    std::memcpy(quants, blocks[i / 32].quads, sizeof(quants));
    x[i] = blocks[i / 32].scales[0] * static_cast<float>(quants[i % 32]);
  }
  return x;
}

std::size_t any_panel_width(const TensorTypeInfo& info) {
  const std::size_t n = GENERATE(as<std::size_t>{}, 0, 32, 96, 256, 512, 1280, 4096);
  return whole_blocks(info, n);
}

TEST_CASE("Every format that people run has panels, in every variant", "[kernels]") {
  const Kernels& kernels = variant();
  for (const TensorType type :
       {TensorType::kF32, TensorType::kF16, TensorType::kBF16, TensorType::kQ8_0, TensorType::kQ4_0,
        TensorType::kQ4_1, TensorType::kQ5_0, TensorType::kQ5_1, TensorType::kQ2_K,
        TensorType::kQ3_K, TensorType::kQ4_K, TensorType::kQ5_K, TensorType::kQ6_K,
        TensorType::kIQ4_NL, TensorType::kIQ4_XS, TensorType::kMXFP4}) {
    CAPTURE(info_of(type).name);
    CHECK(has_panels(type));
    CHECK(kernels.panel(type).multiply[0] != nullptr);
    CHECK(panel_bytes(type, 1024) <= row_bytes(type, 1024) * kPanelRows * 120 / 100);
  }
}

TEST_CASE("Every variant's products with panels are the reference's, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_type_with_panels();
  const std::size_t n = any_panel_width(info);
  if (!usable(kernels)) return;
  const Row rows = random_rows(info.type, kPanelRows, n, n + 5);
  const Aligned panel = panel_of(info.type, rows, kPanelRows, n);
  for (const std::size_t width : kTileWidths) {
    CAPTURE(kernels.name, info.name, n, width);
    const auto x = random_floats(width * n, n + 6);
    const Aligned tile = tile_of(scalar(), info.type, x, width, n, width);
    CHECK(same_bits(product(kernels, info.type, panel, tile, n, width),
                    product(scalar(), info.type, panel, tile, n, width)));
  }
}

TEST_CASE("Every variant rounds tiles of activations alike, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t width = kTileWidths[GENERATE(range(std::size_t{0}, kTileWidths.size()))];
  const auto type = GENERATE(TensorType::kQ8_0, TensorType::kF16);
  if (!usable(kernels)) return;
  const std::size_t n = 352;
  for (std::size_t tokens = 1; tokens <= width; ++tokens) {
    CAPTURE(kernels.name, width, tokens);
    const auto x = random_floats(tokens * n, tokens);
    const Aligned one = tile_of(kernels, type, x, tokens, n, width);
    const Aligned other = tile_of(scalar(), type, x, tokens, n, width);
    CHECK(std::memcmp(one.data(), other.data(), width * tile_token_bytes(type, n)) == 0);
  }
}

TEST_CASE("A token's product does not depend on the width of its tile", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_type_with_panels();
  if (!usable(kernels)) return;
  const std::size_t n = 768;
  const Aligned panel =
      panel_of(info.type, random_rows(info.type, kPanelRows, n, 3), kPanelRows, n);
  const auto x = random_floats(kWidestTile * n, 4);
  for (const std::size_t width : kTileWidths) {
    CAPTURE(kernels.name, info.name, width);
    const auto together = product(kernels, info.type, panel,
                                  tile_of(kernels, info.type, x, width, n, width), n, width);
    for (std::size_t t = 0; t < width; ++t) {
      const auto begin = x.begin() + static_cast<std::ptrdiff_t>(t * n);
      const std::vector<float> one(begin, begin + static_cast<std::ptrdiff_t>(n));
      const auto alone =
          product(kernels, info.type, panel, tile_of(kernels, info.type, one, 1, n, 1), n, 1);
      CHECK(std::equal(alone.begin(), alone.end(),
                       together.begin() + static_cast<std::ptrdiff_t>(t * kPanelRows)));
    }
  }
}

TEST_CASE("A product with a panel is exact but for the order of its sum", "[kernels]") {
  const TensorTypeInfo& info = any_type_with_panels();
  const std::size_t n = any_panel_width(info);
  const std::size_t count = GENERATE(as<std::size_t>{}, 1, 5, 16);
  CAPTURE(info.name, n, count);
  const Row rows = random_rows(info.type, count, n, n + 7);
  const auto x = random_floats(n, n + 8);
  const Aligned tile = tile_of(scalar(), info.type, x, 1, n, 1);
  const auto found = product(scalar(), info.type, panel_of(info.type, rows, count, n), tile, n, 1);
  const std::vector<float> rounded = is_quantised(info.type) ? widened(tile, n) : x;
  for (std::size_t r = 0; r < kPanelRows; ++r) {
    std::vector<float> weights(n);
    if (r < count) {
      scalar().row(info.type).unpack(rows.data() + r * row_bytes(info.type, n), weights.data(), n);
    }
    const Product expected = product_of(weights, rounded);
    CHECK(std::abs(double{found[r]} - expected.sum) <= 4e-6 * expected.magnitude + 1e-30);
  }
}

TEST_CASE("Extreme quants with extreme activations neither saturate nor overflow", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_type_with_panels();
  const auto fill = GENERATE(as<unsigned>{}, 0x00, 0xff, 0x80, 0x7f, 0x08);
  if (!usable(kernels) || !is_quantised(info.type)) return;
  const std::size_t n = 512;
  Row rows(row_bytes(info.type, n * kPanelRows));
  std::fill_n(rows.data(), rows.size(), static_cast<std::byte>(fill));
  for (std::size_t block = 0; block < rows.size(); block += info.block_bytes) {
    for (const std::size_t at : halves_of(info.type)) set_half(rows.data() + block + at, 0x3c00);
    if (info.type == TensorType::kMXFP4) rows.data()[block] = std::byte{128};
  }
  const Aligned panel = panel_of(info.type, rows, kPanelRows, n);
  for (const float value : {1.0f, -1.0f}) {
    CAPTURE(kernels.name, info.name, fill, value);
    const Aligned tile = tile_of(kernels, info.type, std::vector<float>(4 * n, value), 4, n, 4);
    CHECK(same_bits(product(kernels, info.type, panel, tile, n, 4),
                    product(scalar(), info.type, panel, tile, n, 4)));
  }
}

TEST_CASE("An activation that is not finite makes products with panels neither", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_type_with_panels();
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name);
  const std::size_t n = 512;
  const Aligned panel =
      panel_of(info.type, random_rows(info.type, kPanelRows, n, 7), kPanelRows, n);
  auto x = random_floats(n, 8);
  x[300] = std::numeric_limits<float>::infinity();
  const auto y = product(kernels, info.type, panel, tile_of(kernels, info.type, x, 1, n, 1), n, 1);
  CHECK(std::all_of(y.begin(), y.end(), [](float v) { return !std::isfinite(v); }));
}

TEST_CASE("Any number of tokens is cut into tiles that hold all of them", "[kernels]") {
  for (std::size_t tokens = 1; tokens < 100; ++tokens) {
    std::size_t left = tokens;
    while (left != 0) {
      const TileCut cut = next_tile(left);
      CAPTURE(tokens, left, cut.width, cut.tokens);
      REQUIRE(cut.tokens >= 1);
      REQUIRE(cut.tokens <= cut.width);
      REQUIRE(4 * cut.tokens >= 3 * cut.width);
      left -= cut.tokens;
    }
  }
}

}  // namespace
}  // namespace weir::kernels
