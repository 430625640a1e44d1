#include "local_backend/kernels/attention_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "local_backend/kernels/lanes_scalar.h"
#include "local_backend/kernels/rounded_attention.h"
#include "local_backend/kernels/vector_math.h"
#include "tests/local_backend/kernel_cases.h"
#include "tests/support/catch.h"

namespace weir::kernels {
namespace {

using namespace test;

constexpr float kNothing = -std::numeric_limits<float>::infinity();

const KvTypeInfo& any_kv_type() {
  return kKvTypes[GENERATE(range(std::size_t{0}, kKvTypes.size()))];
}

std::size_t any_width() { return GENERATE(as<std::size_t>{}, 1, 15, 32, 80, 128, 200); }

// The tiles of 64 positions, filled by a variant, and what went in.
struct Tiles {
  Tiles(const AttentionKernels& steps, KvType type, std::size_t width)
      : keys(key_tile_bytes(type, width)), values(value_tile_bytes(type, width)), width_(width) {
    for (std::size_t p = 0; p < kTilePositions; ++p) {
      steps.of(type).store_key(key(p), width, keys.data(), p);
      steps.of(type).store_value(value(p), width, values.data(), p);
    }
  }
  const float* key(std::size_t p) const { return key_rows.data() + p * width_; }
  const float* value(std::size_t p) const { return value_rows.data() + p * width_; }

  std::vector<float> key_rows = random_floats(kTilePositions * 200, 1);
  std::vector<float> value_rows = random_floats(kTilePositions * 200, 2);
  std::vector<std::byte> keys;
  std::vector<std::byte> values;

 private:
  std::size_t width_;
};

struct Found {
  std::vector<float> scores, weights, out, ends;
  bool operator==(const Found&) const = default;
};

std::byte* aligned(std::byte* memory) {
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  return memory + ((address + 63) / 64 * 64 - address);
}

// Some rows' attention to the first `positions` of a page.
Found attend(const Kernels& kernels, KvType type, std::size_t width, std::size_t rows,
             std::size_t positions) {
  const AttentionKernels& steps = *kernels.attention;
  const Tiles tiles(steps, type, width);
  const std::size_t padded = padded_width(type, width);
  std::vector<float> queries(rows * padded);
  const std::vector<float> asked = random_floats(rows * width, 3);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    queries[i / width * padded + i % width] = asked[i];
  }
  Found found;
  found.scores.resize(RoundedAttention::roomy(rows) * kTilePositions);
  found.out.resize(rows * padded);
  std::vector<std::byte> memory(RoundedAttention::bytes(rows, padded, padded) + 63);
  RoundedAttention rounded(kernels, rows, padded, padded, aligned(memory.data()));
  const std::size_t columns = (positions + 15) / 16 * 16;
  if (type == KvType::kQ8) {
    rounded.ask(queries.data());
    rounded.score(tiles.keys.data(), columns, found.scores.data());
  } else {
    steps.of(type).score({queries.data(), padded, rows, tiles.keys.data(), width, padded, columns,
                          found.scores.data(), kTilePositions});
  }
  found.scores.resize(rows * kTilePositions);
  found.weights = found.scores;
  for (std::size_t r = 0; r < rows; ++r) {
    AttentionRow row{kNothing, 0, found.out.data() + r * padded};
    steps.soften({found.weights.data() + r * kTilePositions, 0, positions, 0.3f, 0, padded}, &row);
    found.ends.insert(found.ends.end(), {row.highest, row.sum});
  }
  std::vector<float> weights = found.weights;
  if (type == KvType::kQ8) {
    rounded.weigh(weights.data(), tiles.values.data(), positions, found.out.data());
  } else {
    steps.of(type).weigh({weights.data(), kTilePositions, rows, tiles.values.data(), width,
                          positions, padded, found.out.data(), padded});
  }
  return found;
}

// The same in double, from what went in.
double naive(const Tiles& tiles, const float* query, std::size_t width, std::size_t positions,
             std::size_t column) {
  double sum = 0, weighed = 0;
  for (std::size_t p = 0; p < positions; ++p) {
    double score = 0;
    for (std::size_t i = 0; i < width; ++i) score += double{query[i]} * double{tiles.key(p)[i]};
    const double weight = std::exp(score * double{0.3f});
    sum += weight;
    weighed += weight * double{tiles.value(p)[column]};
  }
  return weighed / sum;
}

TEST_CASE("Our exponential and tangent are as near as they say", "[kernels][attention]") {
  double exp_error = 0, tanh_error = 0;
  for (float x = -87.3f; x < 88.3f; x += 0.00317f) {
    const ScalarLanes::V lanes = ScalarLanes::set(x);
    const double power = std::exp(double{x});
    exp_error =
        std::max(exp_error, std::abs(double{exp_of<ScalarLanes>(lanes).lane[0]} / power - 1));
    const double tangent = std::tanh(double{x});
    tanh_error =
        std::max(tanh_error, std::abs(double{tanh_of<ScalarLanes>(lanes).lane[0]} - tangent));
  }
  CHECK(exp_error < 1.276e-7);  // 2^-22.9
  CHECK(tanh_error < 0x1p-22);
  CHECK(exp_of_one<ScalarLanes>(0) == 1.0f);
  CHECK(exp_of_one<ScalarLanes>(kNothing) == 0.0f);
  CHECK(exp_of_one<ScalarLanes>(-88.0f) == 0.0f);
  CHECK(std::isnan(exp_of_one<ScalarLanes>(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("Gates of every variant are the reference's, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t n = GENERATE(as<std::size_t>{}, 0, 1, 16, 177);
  if (!usable(kernels)) return;
  const std::vector<float> gate = random_floats(n, 7), up = random_floats(n, 8);
  for (const auto member : {&Kernels::silu_times, &Kernels::gelu_times, &Kernels::sigmoid_times}) {
    std::vector<float> expected(n), found(n);
    (scalar().*member)(gate.data(), up.data(), expected.data(), n);
    (kernels.*member)(gate.data(), up.data(), found.data(), n);
    CHECK(found == expected);
  }
}

TEST_CASE("GELU by the tanh approximation keeps its small values", "[kernels]") {
  const std::vector<float> gate = {-6, -1, 0, 0.001f, 1, 6}, up(6, 2.0f);
  std::vector<float> found(6);
  best_kernels().gelu_times(gate.data(), up.data(), found.data(), 6);
  for (std::size_t i = 0; i < 6; ++i) {
    const double x = double{gate[i]};
    const double t = 0.7978845608028654 * x * (1 + 0.044715 * x * x);
    const double expected = 2 * x / (1 + std::exp(-2 * t));
    CHECK(std::abs(double{found[i]} - expected) <= 1e-5 * std::abs(expected));
  }
}

TEST_CASE("Every variant finds what the reference finds, bit for bit", "[kernels][attention]") {
  const Kernels& kernels = variant();
  const KvTypeInfo& info = any_kv_type();
  const std::size_t width = any_width();
  const std::size_t rows = GENERATE(as<std::size_t>{}, 1, 2, 5, 13);
  const std::size_t positions = GENERATE(as<std::size_t>{}, 1, 33, 64);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name, width, rows, positions);
  const Found expected = attend(scalar(), info.type, width, rows, positions);
  CHECK(attend(kernels, info.type, width, rows, positions) == expected);
}

TEST_CASE("A row finds the same with other rows beside it", "[kernels][attention]") {
  const KvTypeInfo& info = any_kv_type();
  const Found alone = attend(best_kernels(), info.type, 80, 1, 50);
  const Found together = attend(best_kernels(), info.type, 80, 17, 50);
  CHECK(std::equal(alone.out.begin(), alone.out.end(), together.out.begin()));
  CHECK(std::equal(alone.ends.begin(), alone.ends.end(), together.ends.begin()));
}

TEST_CASE("Attention is that of exact numbers within the error of the format",
          "[kernels][attention]") {
  const AttentionKernels& steps = *best_kernels().attention;
  const KvTypeInfo& info = any_kv_type();
  const std::size_t width = any_width();
  const Tiles tiles(steps, info.type, width);
  const Found found = attend(best_kernels(), info.type, width, 1, 40);
  const std::vector<float> query = random_floats(width, 3);
  const double bounds[] = {1e-5, 1e-2, 8e-2, 6e-2, 1.0, 1.0};
  for (std::size_t c = 0; c < width; ++c) {
    CAPTURE(info.name, width, c);
    const double expected = naive(tiles, query.data(), width, 40, c);
    CHECK(std::abs(double{found.out[c]} / double{found.ends[1]} - expected) <
          bounds[static_cast<std::size_t>(info.type)]);
  }
}

TEST_CASE("A widened tile gives the same products", "[kernels][attention]") {
  const Kernels& kernels = variant();
  const KvTypeInfo& info = any_kv_type();
  if (!usable(kernels) || info.type == KvType::kQ8) return;
  const AttentionKernels& steps = *kernels.attention;
  const std::size_t width = 200;
  const std::size_t padded = padded_width(info.type, width);
  const Tiles tiles(*scalar().attention, info.type, width);
  std::vector<float> keys(padded * kTilePositions), values(keys.size());
  steps.of(info.type).widen_keys(tiles.keys.data(), width, keys.data());
  steps.of(info.type).widen_values(tiles.values.data(), width, values.data());
  const std::vector<float> a = random_floats(3 * padded, 5);
  std::vector<float> direct(3 * padded), widened(3 * padded);
  TileProduct product{a.data(), padded, 3, tiles.keys.data(), width, padded, 64, direct.data(), 64};
  steps.of(info.type).score(product);
  product.tile = reinterpret_cast<const std::byte*>(keys.data());
  product.out = widened.data();
  steps.of(KvType::kF32).score(product);
  CHECK(direct == widened);
  std::fill(direct.begin(), direct.end(), 1.0f);
  std::fill(widened.begin(), widened.end(), 1.0f);
  product = {a.data(), padded, 3, tiles.values.data(), width, 64, padded, direct.data(), padded};
  steps.of(info.type).weigh(product);
  product.tile = reinterpret_cast<const std::byte*>(values.data());
  product.width = padded;
  product.out = widened.data();
  steps.of(KvType::kF32).weigh(product);
  CHECK(direct == widened);
}

TEST_CASE("Tiles of panels hold what went in, within half a step of its scale",
          "[kernels][attention]") {
  const Kernels& kernels = variant();
  const std::size_t width = any_width();
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, width);
  const std::size_t padded = padded_width(KvType::kQ8, width);
  const KvKernels& steps = kernels.attention->of(KvType::kQ8);
  const Tiles tiles(*kernels.attention, KvType::kQ8, width);
  std::vector<float> keys(padded * kTilePositions), values(keys.size());
  steps.widen_keys(tiles.keys.data(), width, keys.data());
  steps.widen_values(tiles.values.data(), width, values.data());
  for (std::size_t p = 0; p < kTilePositions; ++p) {
    for (std::size_t i = 0; i < padded; ++i) {
      const float key = i < width ? tiles.key(p)[i] : 0;
      const float value = i < width ? tiles.value(p)[i] : 0;
      CHECK(std::abs(keys[i * kTilePositions + p] - key) <= 0.009f);
      CHECK(std::abs(values[p * padded + i] - value) <= 0.008f);
    }
  }
}

TEST_CASE("Positions that were never stored add nothing to rounded sums", "[kernels][attention]") {
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  constexpr std::size_t kWidth = 32, kPositions = 5;
  std::vector<std::byte> tile(value_tile_bytes(KvType::kQ8, kWidth), std::byte{0xff});
  const std::vector<float> value(kWidth, 2.0f);
  for (std::size_t p = 0; p < kPositions; ++p) {
    kernels.attention->of(KvType::kQ8).store_value(value.data(), kWidth, tile.data(), p);
  }
  std::vector<std::byte> memory(RoundedAttention::bytes(1, kWidth, kWidth) + 63);
  RoundedAttention rounded(kernels, 1, kWidth, kWidth, aligned(memory.data()));
  std::vector<float> weights(kTilePositions, 0.0f), sums(kWidth, 1.0f);
  std::fill_n(weights.begin(), kPositions, 0.5f);
  rounded.weigh(weights.data(), tile.data(), kPositions, sums.data());
  for (const float sum : sums) CHECK(sum == Approx(6).epsilon(0.01));
}

TEST_CASE("Positions that a row does not see weigh nothing, whatever stands there",
          "[kernels][attention]") {
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  std::vector<float> scores(kTilePositions, std::numeric_limits<float>::quiet_NaN());
  std::fill(scores.begin() + 10, scores.begin() + 20, 1.0f);
  std::vector<float> out(16, 3.0f);
  AttentionRow row{kNothing, 0, out.data()};
  kernels.attention->soften({scores.data(), 10, 20, 1, 0, 16}, &row);
  CHECK(row.highest == 1.0f);
  CHECK(row.sum == 10.0f);
  CHECK(std::count(scores.begin(), scores.end(), 1.0f) == 10);
  CHECK(std::count(scores.begin(), scores.end(), 0.0f) == 54);

  const AttentionRow before = row;
  std::fill(scores.begin(), scores.end(), 100.0f);
  kernels.attention->soften({scores.data(), 64, 64, 1, 0, 16}, &row);
  CHECK(row.highest == before.highest);
  CHECK(row.sum == before.sum);
  CHECK(std::count(scores.begin(), scores.end(), 0.0f) == 64);
}

TEST_CASE("A score that is not a number makes the row not a number", "[kernels][attention]") {
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  const float bad =
      GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
  std::vector<float> scores(kTilePositions, 1.0f);
  scores[GENERATE(0, 17, 63)] = bad;
  std::vector<float> out(16, 0.0f);
  AttentionRow row{kNothing, 0, out.data()};
  kernels.attention->soften({scores.data(), 0, 64, 1, GENERATE(0.0f, 30.0f), 16}, &row);
  CHECK((std::isnan(row.sum) || bad > 0));
}

TEST_CASE("Merging spans is attention to all of them", "[kernels][attention]") {
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  const float low = GENERATE(-3.0f, 2.0f);
  std::vector<float> out(16, 4.0f), other(16, 2.0f);
  AttentionRow row{1.0f, 2.0f, out.data()};
  kernels.attention->merge({low, 3.0f, other.data()}, 16, &row);
  const double highest = std::max(1.0, double{low});
  const double old_share = std::exp(1.0 - highest), new_share = std::exp(double{low} - highest);
  CHECK(row.highest == static_cast<float>(highest));
  CHECK(std::abs(double{row.sum} - (2 * old_share + 3 * new_share)) < 1e-6);
  CHECK(std::abs(double{out[5]} - (4 * old_share + 2 * new_share)) < 1e-6);
  const AttentionRow before = row;
  kernels.attention->merge({kNothing, 0, other.data()}, 16, &row);
  CHECK(row.sum == before.sum);
}

TEST_CASE("Rotating twice gives the vector back, and once keeps products", "[kernels][attention]") {
  const Kernels& kernels = variant();
  const std::size_t size = GENERATE(as<std::size_t>{}, 1, 2, 16, 128);
  if (!usable(kernels)) return;
  const std::vector<float> a = random_floats(384, 1), b = random_floats(384, 2);
  std::vector<float> x = a, y = b;
  kernels.attention->rotate(x.data(), x.size(), size);
  kernels.attention->rotate(y.data(), y.size(), size);
  CHECK(std::abs(scalar().dot(x.data(), y.data(), 384) - scalar().dot(a.data(), b.data(), 384)) <
        1e-3f);
  kernels.attention->rotate(x.data(), x.size(), size);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(x[i] - a[i]) < 1e-5f);
}

double rounding_error(const AttentionKernels& steps, KvType type, const std::vector<float>& row) {
  std::vector<std::byte> tile(value_tile_bytes(type, row.size()));
  std::vector<float> wide(row.size() * kTilePositions);
  steps.of(type).store_value(row.data(), row.size(), tile.data(), 5);
  steps.of(type).widen_values(tile.data(), row.size(), wide.data());
  double squares = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    squares += std::pow(double{wide[5 * row.size() + i]} - double{row[i]}, 2);
  }
  return std::sqrt(squares);
}

TEST_CASE("Levels that stand where normal numbers are lose less than even ones",
          "[kernels][attention]") {
  const AttentionKernels& steps = *best_kernels().attention;
  std::vector<float> row = random_floats(4096, 1);
  steps.rotate(row.data(), row.size(), 128);  // sums of many are normal
  const double even = rounding_error(steps, KvType::kQ4, row);
  CHECK(rounding_error(steps, KvType::kNonLinear, row) < 0.95 * even);
}

TEST_CASE("A block of zeros stays one", "[kernels][attention]") {
  const KvType type = any_kv_type().type;
  CHECK(rounding_error(*best_kernels().attention, type, std::vector<float>(64, 0.0f)) == 0);
}

TEST_CASE("Numbers too large for a half are kept as the largest, and NaN as NaN",
          "[kernels][attention]") {
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  const float kNan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> key = {1e6f, -1e9f, kNan, 65504.0f};
  std::vector<std::byte> tile(key_tile_bytes(KvType::kF16, 4));
  std::vector<float> wide(16 * kTilePositions);
  kernels.attention->of(KvType::kF16).store_key(key.data(), 4, tile.data(), 9);
  kernels.attention->of(KvType::kF16).widen_keys(tile.data(), 4, wide.data());
  CHECK(wide[9] == 65504.0f);
  CHECK(wide[kTilePositions + 9] == -65504.0f);
  CHECK(std::isnan(wide[2 * kTilePositions + 9]));
}

TEST_CASE("A block with a number that is none is none", "[kernels][attention]") {
  const Kernels& kernels = variant();
  const KvType type = GENERATE(KvType::kQ8, KvType::kQ4, KvType::kNonLinear);
  if (!usable(kernels)) return;
  std::vector<float> key(32, 1.0f), wide(32 * kTilePositions);
  key[20] =
      GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
  std::vector<std::byte> tile(key_tile_bytes(type, 32));
  kernels.attention->of(type).store_key(key.data(), 32, tile.data(), 0);
  kernels.attention->of(type).widen_keys(tile.data(), 32, wide.data());
  CHECK_FALSE(std::isfinite(wide[20 * kTilePositions]));
}

}  // namespace
}  // namespace weir::kernels
