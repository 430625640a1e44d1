// Quantised weights times int8 activations: every variant gives the reference's bits.
#include <algorithm>
#include <limits>

#include "tests/local_backend/kernel_cases.h"

namespace weir::kernels {
namespace {

using namespace test;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<ActivationChunk> quantised(const Kernels& kernels, const std::vector<float>& x) {
  std::vector<ActivationChunk> chunks(chunks_of(x.size()));
  kernels.quantise(x.data(), chunks.data(), x.size());
  return chunks;
}

std::vector<float> widened(const std::vector<ActivationChunk>& chunks, std::size_t n) {
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    const ActivationChunk& chunk = chunks[i / kChunkValues];
    const std::size_t j = i % kChunkValues;
    x[i] = chunk.scales[j / 32] * static_cast<float>(chunk.quants[j]);
  }
  return x;
}

template <class Chunk>
bool same_chunks(const std::vector<Chunk>& a, const std::vector<Chunk>& b) {
  return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Chunk)) == 0;
}

float dot_int8(const Kernels& kernels, TensorType type, const Row& row,
               const std::vector<ActivationChunk>& x, std::size_t n) {
  return kernels.row(type).dot_int8(row.data(), x.data(), n);
}

std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

std::size_t any_length() {
  return GENERATE(as<std::size_t>{}, 0, 32, 64, 96, 256, 288, 512, 736, 768, 1280, 4096, 11008);
}

TEST_CASE("Every variant quantises activations like the reference, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t n = any_length();
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, n);
  const auto x = random_floats(n, n);
  CHECK(same_chunks(quantised(kernels, x), quantised(scalar(), x)));
}

TEST_CASE("A quantised activation is within half a step of itself", "[kernels]") {
  const auto x = random_floats(512, 3);
  const auto chunks = quantised(scalar(), x);
  const auto found = widened(chunks, x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float step = chunks[i / 256].scales[i % 256 / 32];
    CHECK(std::abs(found[i] - x[i]) <= 0.5001f * step);
  }
}

TEST_CASE("Activations of any size quantise alike in every variant", "[kernels]") {
  const Kernels& kernels = variant();
  const float size = GENERATE(0.0f, -0.0f, 1e-45f, 1e-38f, 0x1p-100f, 1e-20f, 3e38f, -3.4e38f);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, size);
  std::vector<float> x = random_floats(256, 4);
  for (float& v : x) v *= size / 2;
  CHECK(same_chunks(quantised(kernels, x), quantised(scalar(), x)));
  x.assign(256, size);
  const auto chunks = quantised(kernels, x);
  CHECK(same_chunks(chunks, quantised(scalar(), x)));
  const bool counts = std::abs(size) >= 0x1p-100f;
  CHECK(int{chunks[0].quants[77]} == (counts ? std::signbit(size) ? -127 : 127 : 0));
}

TEST_CASE("An activation that is not finite makes the product not a number", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_quantised_type();
  const float strange = GENERATE(as<float>{}, kNan, -kNan, kInfinity, -kInfinity);
  const std::size_t where = GENERATE(as<std::size_t>{}, 0, 31, 200, 511);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name, strange, where);
  const Row row = random_row(info.type, 512, 7);
  auto x = random_floats(512, 8);
  x[where] = strange;
  CHECK(std::isnan(dot_int8(kernels, info.type, row, quantised(kernels, x), 512)));
}

TEST_CASE("Every variant's int8 products are the reference's, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_quantised_type();
  const std::size_t n = whole_blocks(info, any_length());
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name, n);
  const Row row = random_row(info.type, n, n + 5);
  const auto x = quantised(scalar(), random_floats(n, n + 6));
  CHECK(bits_of(dot_int8(kernels, info.type, row, x, n)) ==
        bits_of(dot_int8(scalar(), info.type, row, x, n)));
}

TEST_CASE("An int8 product is exact but for the order of its sum", "[kernels]") {
  const TensorTypeInfo& info = any_quantised_type();
  const std::size_t n = whole_blocks(info, any_length());
  CAPTURE(info.name, n);
  const Row row = random_row(info.type, n, n + 7);
  const auto x = quantised(scalar(), random_floats(n, n + 8));
  std::vector<float> weights(n);
  scalar().row(info.type).unpack(row.data(), weights.data(), n);
  const Product product = product_of(weights, widened(x, n));
  const double error = double{dot_int8(scalar(), info.type, row, x, n)} - product.sum;
  CHECK(std::abs(error) <= 2e-6 * product.magnitude + 1e-30);
}

TEST_CASE("Chunks and the row itself give the same products for any number of tokens",
          "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_quantised_type();
  const std::size_t n = whole_blocks(info, GENERATE(as<std::size_t>{}, 0, 32, 256, 352, 1024));
  const std::size_t tokens = GENERATE(as<std::size_t>{}, 1, 2, 3, 4, 5, 8, 9);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name, n, tokens);
  const RowKernels& functions = kernels.row(info.type);
  const Row row = random_row(info.type, n, n + 9);
  std::vector<WeightChunk> chunks(chunks_of(n));
  functions.unpack_chunks(row.data(), chunks.data(), n);
  std::vector<ActivationChunk> x;
  std::vector<float> expected, found(tokens);
  for (std::size_t t = 0; t < tokens; ++t) {
    const auto one = quantised(kernels, random_floats(n, 100 + t));
    x.insert(x.end(), one.begin(), one.end());
    expected.push_back(dot_int8(kernels, info.type, row, one, n));
  }
  functions.dot_chunks(chunks.data(), x.data(), n, tokens, found.data());
  CHECK(same_bits(expected, found));
}

// Every byte of the quants is `fill`, every f16 number `half`.
Row extreme_row(const TensorTypeInfo& info, std::size_t n, unsigned fill, unsigned half) {
  Row row(row_bytes(info.type, n));
  std::fill_n(row.data(), row.size(), static_cast<std::byte>(fill));
  for (std::size_t block = 0; block < row.size(); block += info.block_bytes) {
    for (const std::size_t at : halves_of(info.type)) set_half(row.data() + block + at, half);
    if (info.type == TensorType::kIQ1_M) set_spread_half(row.data() + block, half);
  }
  return row;
}

TEST_CASE("Extreme quants and scales give the reference's bits in every variant", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_quantised_type();
  const unsigned fill = GENERATE(0x00u, 0x7fu, 0x80u, 0x81u, 0xffu);  // -128 is 0x80 in Q8_0
  // 0, -0, the largest, the smallest normal, the smallest and the largest subnormal
  const unsigned half = GENERATE(0x0000u, 0x8000u, 0x7bffu, 0xfbffu, 0x0400u, 0x0001u, 0x83ffu);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name, fill, half);
  const std::size_t n = 512;
  const Row row = extreme_row(info, n, fill, half);
  std::vector<float> expected(n), found(n);
  scalar().row(info.type).unpack(row.data(), expected.data(), n);
  kernels.row(info.type).unpack(row.data(), found.data(), n);
  CHECK(same_bits(expected, found));
  for (const float activation : {1.0f, -1.0f}) {
    const auto x = quantised(kernels, std::vector<float>(n, activation));
    const float product = dot_int8(kernels, info.type, row, x, n);
    CHECK(bits_of(product) == bits_of(dot_int8(scalar(), info.type, row, x, n)));
    const double sum = product_of(expected, widened(x, n)).sum;
    CHECK(double{product} == Approx(sum).epsilon(1e-5).margin(1e-3 * std::abs(sum) + 1e-6));
  }
}

TEST_CASE("A scale that is not finite gives no finite product and no crash", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorTypeInfo& info = any_quantised_type();
  const unsigned half = GENERATE(0x7c00u, 0xfc00u, 0x7e00u);
  if (!usable(kernels) || halves_of(info.type).empty()) return;
  CAPTURE(kernels.name, info.name, half);
  const Row row = extreme_row(info, 256, 0x55, half);
  const auto x = quantised(kernels, random_floats(256, 1));
  CHECK_FALSE(std::isfinite(dot_int8(kernels, info.type, row, x, 256)));
}

}  // namespace
}  // namespace weir::kernels
