#include "local_backend/kernels/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/rng.h"
#include "local_backend/kernels/half.h"
#include "local_backend/kernels/weight_matrix.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir::kernels {
namespace {

std::vector<float> random_floats(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(n);
  for (float& v : values) v = static_cast<float>(rng.uniform() * 4 - 2);
  return values;
}

// Rows of any bytes, except that numbers stay finite and of moderate size.
std::vector<std::byte> random_row(TensorType type, std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<std::byte> row(row_bytes(type, n));
  for (std::byte& b : row) b = static_cast<std::byte>(rng.next());
  const auto tame = [&](std::size_t at, std::uint16_t bits) { std::memcpy(&row[at], &bits, 2); };
  const auto exponent = [&](unsigned one) {
    return static_cast<std::uint16_t>(rng.next() & 0x83ff) | one;
  };
  const std::size_t step = type == TensorType::kQ8_0 ? 34 : type == TensorType::kF32 ? 4 : 2;
  for (std::size_t at = 0; at < row.size(); at += step) {
    if (type == TensorType::kF32)
      tame(at + 2, static_cast<std::uint16_t>(exponent(0x3c00) & 0xbfff));
    if (type == TensorType::kF16 || type == TensorType::kQ8_0) {
      tame(at, static_cast<std::uint16_t>(exponent(0x3000)));
    }
    if (type == TensorType::kBF16)
      tame(at, static_cast<std::uint16_t>((rng.next() & 0x80ff) | 0x3f00));
  }
  return row;
}

const Kernels& variant() {
  const auto all = compiled_kernels();
  const auto index = GENERATE_COPY(range(std::size_t{0}, all.size()));
  return *all[index];
}

bool usable(const Kernels& kernels) { return kernels.runs_on(cpu_features()); }

std::size_t any_size() {
  return GENERATE(as<std::size_t>{}, 0, 1, 7, 8, 31, 33, 64, 177, 4096, 11009);
}

const Kernels& scalar() { return *compiled_kernels()[0]; }

TEST_CASE("The first variant is the scalar reference and the best one runs here", "[kernels]") {
  CHECK(scalar().name == "scalar");
  CHECK(usable(scalar()));
  CHECK(usable(best_kernels()));
}

TEST_CASE("Half floats widen exactly, subnormals and infinities included", "[kernels]") {
  CHECK(half_to_float(0x0000) == 0.0f);
  CHECK(std::signbit(half_to_float(0x8000)));
  CHECK(half_to_float(0x0001) == 0x1p-24f);
  CHECK(half_to_float(0x03ff) == 0x1.ff8p-15f);
  CHECK(half_to_float(0x3c00) == 1.0f);
  CHECK(half_to_float(0xfbff) == -65504.0f);
  CHECK(half_to_float(0x7c00) == std::numeric_limits<float>::infinity());
  CHECK(std::isnan(half_to_float(0x7c01)));
}

TEST_CASE("Every variant widens every half float like the reference, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  const TensorType type = GENERATE(TensorType::kF16, TensorType::kBF16);
  std::vector<std::uint16_t> all(65536);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
  std::vector<float> expected(all.size()), found(all.size());
  const auto* row = reinterpret_cast<const std::byte*>(all.data());
  scalar().row(type).unpack(row, expected.data(), all.size());
  kernels.row(type).unpack(row, found.data(), all.size());
  CHECK(std::memcmp(expected.data(), found.data(), all.size() * sizeof(float)) == 0);
}

TEST_CASE("Every variant's row kernels agree with the reference", "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t asked = any_size();
  const std::size_t kind = GENERATE(range(std::size_t{0}, kTensorTypes.size()));
  if (!usable(kernels)) return;
  const TensorTypeInfo& info = kTensorTypes[kind];
  const std::size_t n = asked / info.block_weights * info.block_weights;
  CAPTURE(kernels.name, info.name, n);
  const auto row = random_row(info.type, n, n + kind);
  const auto x = random_floats(n, n + 99);
  std::vector<float> expected(n), found(n);
  scalar().rows[kind].unpack(row.data(), expected.data(), n);
  kernels.rows[kind].unpack(row.data(), found.data(), n);
  CHECK((n == 0 || std::memcmp(expected.data(), found.data(), n * sizeof(float)) == 0));
  double magnitude = 0;
  for (std::size_t i = 0; i < n; ++i) magnitude += std::abs(double{expected[i]} * double{x[i]});
  const float reference = scalar().rows[kind].dot(row.data(), x.data(), n);
  const float dot = kernels.rows[kind].dot(row.data(), x.data(), n);
  CHECK(std::abs(double{dot} - double{reference}) <= 1e-6 * magnitude);
  CHECK(dot == kernels.dot(found.data(), x.data(), n));
}

TEST_CASE("Every variant's vector functions agree with the reference", "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t n = any_size();
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, n);
  const auto a = random_floats(n, n + 1), b = random_floats(n, n + 2);
  const auto near = [&](const std::vector<float>& x, const std::vector<float>& y) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::abs(x[i] - y[i]) > 1e-5f * (1 + std::abs(y[i]))) return false;
    }
    return true;
  };
  std::vector<float> expected(n), found(n);
  scalar().rms_norm(a.data(), b.data(), 1e-5f, expected.data(), n);
  kernels.rms_norm(a.data(), b.data(), 1e-5f, found.data(), n);
  CHECK(near(found, expected));
  scalar().silu_times(a.data(), b.data(), expected.data(), n);
  kernels.silu_times(a.data(), b.data(), found.data(), n);
  CHECK(near(found, expected));
  expected = found = a;
  scalar().add_scaled(0.37f, b.data(), expected.data(), n);
  kernels.add_scaled(0.37f, b.data(), found.data(), n);
  CHECK(near(found, expected));
  expected = found = a;
  scalar().softmax(expected.data(), n);
  kernels.softmax(found.data(), n);
  CHECK(near(found, expected));
}

TEST_CASE("Every variant turns pairs like the reference, both pairings", "[kernels]") {
  const Kernels& kernels = variant();
  const auto pairing = GENERATE(RopePairing::kAdjacent, RopePairing::kHalves);
  const std::size_t pairs = GENERATE(as<std::size_t>{}, 0, 1, 5, 64);
  if (!usable(kernels)) return;
  const auto cosine = random_floats(pairs, 1), sine = random_floats(pairs, 2);
  auto expected = random_floats(2 * pairs, 3);
  auto found = expected;
  scalar().rope(expected.data(), cosine.data(), sine.data(), pairs, pairing);
  kernels.rope(found.data(), cosine.data(), sine.data(), pairs, pairing);
  for (std::size_t i = 0; i < 2 * pairs; ++i) CHECK(found[i] == Approx(expected[i]));
}

TEST_CASE("A pair turned by a right angle swaps its halves", "[kernels]") {
  const float cosine[] = {0, 0}, sine[] = {1, 1};
  float adjacent[] = {1, 2, 3, 4};
  scalar().rope(adjacent, cosine, sine, 2, RopePairing::kAdjacent);
  CHECK(std::vector<float>(adjacent, adjacent + 4) == std::vector<float>{-2, 1, -4, 3});
  float halves[] = {1, 2, 3, 4};
  scalar().rope(halves, cosine, sine, 2, RopePairing::kHalves);
  CHECK(std::vector<float>(halves, halves + 4) == std::vector<float>{-3, -4, 1, 2});
}

TEST_CASE("A matrix product does not depend on batch or threads, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const TensorType type = GENERATE(TensorType::kF32, TensorType::kF16, TensorType::kQ8_0);
  if (!usable(kernels)) return;
  const std::size_t rows = 301, columns = 256, batch = 5;
  const auto bytes = random_row(type, rows * columns, 5);
  const WeightMatrix matrix(type, {rows, columns}, bytes);
  const auto x = random_floats(batch * columns, 6);
  WorkerPool one(1), three(3);
  std::vector<float> together(batch * rows), alone(rows);
  matrix.matmul(kernels, three, x.data(), batch, together.data());
  for (std::size_t b = 0; b < batch; ++b) {
    matrix.matmul(kernels, one, x.data() + b * columns, 1, alone.data());
    CHECK(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<long>(b * rows)));
  }
}

TEST_CASE("A worker pool runs every task once, many times over", "[kernels]") {
  WorkerPool pool(4);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::atomic<int>> hits(static_cast<std::size_t>(round % 17));
    pool.run({hits.size()}, [&](std::size_t i, float*) { ++hits[i]; });
    REQUIRE(std::all_of(hits.begin(), hits.end(), [](const auto& h) { return h == 1; }));
  }
}

TEST_CASE("Each thread of a worker pool has scratch memory of its own", "[kernels]") {
  const bool share = GENERATE(true, false);
  WorkerPool pool(4);
  for (const std::size_t size : {1, 1000, 10}) {
    std::atomic<int> disturbed = 0;
    pool.run({200, size, share}, [&](std::size_t i, float* scratch) {
      const auto mine = static_cast<float>(i);
      std::fill_n(scratch, size, mine);
      const auto strange = [&](float f) { return f != mine; };
      if (std::any_of(scratch, scratch + size, strange)) ++disturbed;
    });
    CHECK(disturbed == 0);
  }
}

TEST_CASE("A worker pool without memory for the scratch throws before any work", "[kernels]") {
  const bool share = GENERATE(true, false);
  WorkerPool pool(2);
  std::atomic<int> calls = 0;
  const std::size_t impossible = std::vector<float>().max_size() + 1;
  CHECK_THROWS(pool.run({8, impossible, share}, [&](std::size_t, float*) { ++calls; }));
  CHECK(calls == 0);
}

TEST_CASE("Number formats widen as the golden pack says, bit for bit", "[kernels][golden]") {
  const auto name = GENERATE(as<std::string>{}, "F16", "BF16", "Q8_0");
  const auto path = test::data_path("golden/quants");
  if (!path) return;
  const auto pack = test::read_json(*path / (name + ".json"));
  const std::string bytes = test::read_all(*path / (name + ".bin"));
  const auto* info = find_tensor_type(pack["ggml_type"]);
  REQUIRE(info != nullptr);
  const std::size_t n = pack["n"];
  const auto part = [&](const char* key) -> std::size_t { return pack["parts"][key]["offset"]; };
  const auto expected = test::floats_at(bytes, part("dequantised_f32"), n);
  const auto x = test::floats_at(bytes, part("activation_f32"), n);
  const auto* row = reinterpret_cast<const std::byte*>(bytes.data()) + part("quantised");
  for (const Kernels* kernels : compiled_kernels()) {
    if (!usable(*kernels)) continue;
    std::vector<float> found(n);
    kernels->row(info->type).unpack(row, found.data(), n);
    CHECK(found == expected);
    const double error =
        double{kernels->row(info->type).dot(row, x.data(), n)} - pack["dot_f64"].get<double>();
    CHECK(std::abs(error) < 1e-6 * pack["sum_abs_products"].get<double>());
  }
}

}  // namespace
}  // namespace weir::kernels
