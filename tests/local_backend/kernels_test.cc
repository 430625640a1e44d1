#include "local_backend/kernels/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "local_backend/kernels/half.h"
#include "local_backend/kernels/roofline.h"
#include "local_backend/kernels/weight_matrix.h"
#include "tests/local_backend/kernel_cases.h"
#include "tests/support/catch.h"

namespace weir::kernels {
namespace {

using namespace test;

std::size_t any_size() {
  return GENERATE(as<std::size_t>{}, 0, 1, 7, 8, 31, 33, 64, 177, 4096, 11009);
}

TEST_CASE("The first variant is the scalar reference and the best one runs here", "[kernels]") {
  CHECK(scalar().name == "scalar");
  CHECK(usable(scalar()));
  CHECK(usable(best_kernels()));
}

TEST_CASE("Only kernels that run here can be chosen", "[kernels]") {
  CHECK_FALSE(choose_kernels("mmx"));
  CHECK(choose_kernels(best_kernels().name));
}

TEST_CASE("The machine's limits are measured with any number of threads", "[kernels]") {
  const std::size_t threads = GENERATE(1u, 2u, 3u);
  CHECK(MemoryProbe().bytes_per_second(threads) > 1e8);
  CHECK((int8_operations_per_second(best_kernels(), threads) > 0) ==
        (best_kernels().name != "scalar"));
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

TEST_CASE("Every variant widens rows of every format like the reference, bit for bit",
          "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t asked = any_size();
  const TensorTypeInfo& info = any_type();
  if (!usable(kernels)) return;
  const std::size_t n = whole_blocks(info, asked);
  CAPTURE(kernels.name, info.name, n);
  const Row row = random_row(info.type, n, n + 1);
  std::vector<float> expected(n), found(n);
  scalar().row(info.type).unpack(row.data(), expected.data(), n);
  kernels.row(info.type).unpack(row.data(), found.data(), n);
  CHECK(same_bits(expected, found));
}

TEST_CASE("Every variant's float dots agree with the reference and with widened rows",
          "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t n = any_size();
  const TensorType type = GENERATE(TensorType::kF32, TensorType::kF16, TensorType::kBF16);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info_of(type).name, n);
  const Row row = random_row(type, n, n + 2);
  const auto x = random_floats(n, n + 99);
  std::vector<float> wide(n);
  kernels.row(type).unpack(row.data(), wide.data(), n);
  double magnitude = 0;
  for (std::size_t i = 0; i < n; ++i) magnitude += std::abs(double{wide[i]} * double{x[i]});
  const float reference = scalar().row(type).dot(row.data(), x.data(), n);
  const float dot = kernels.row(type).dot(row.data(), x.data(), n);
  CHECK(std::abs(double{dot} - double{reference}) <= 1e-6 * magnitude);
  CHECK(dot == kernels.dot(wide.data(), x.data(), n));
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

TEST_CASE("Every variant finds the same in logits, bit for bit", "[kernels]") {
  const Kernels& kernels = variant();
  const std::size_t n = any_size() + 2;
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, n);
  auto logits = random_floats(n, n + 4);
  logits[n / 3] = -std::numeric_limits<float>::infinity();
  const LogitSurvey found = kernels.survey(logits.data(), n);
  const LogitSurvey expected = scalar().survey(logits.data(), n);
  CHECK(found.highest == expected.highest);
  CHECK(found.second == expected.second);
  CHECK(found.best == expected.best);
  CHECK(found.sound);
  const LogitSums sums = kernels.sum_logits(logits.data(), n, found.highest);
  const LogitSums expected_sums = scalar().sum_logits(logits.data(), n, found.highest);
  CHECK(sums.total == expected_sums.total);
  CHECK(sums.weighted == expected_sums.weighted);
  std::vector<float> limited = logits, expected_limited = logits;
  kernels.limit(limited.data(), n, 0.5f, 3.0f);
  scalar().limit(expected_limited.data(), n, 0.5f, 3.0f);
  CHECK(limited == expected_limited);
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(limited[i] == Approx(3 * std::tanh(logits[i] * 0.5f / 3)).margin(1e-5));
  }
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
  const TensorTypeInfo& info = any_type();
  const auto arithmetic = GENERATE(Arithmetic::kInt8, Arithmetic::kF32);
  const bool packed = GENERATE(false, true);
  if (!usable(kernels)) return;
  CAPTURE(kernels.name, info.name, packed);
  const std::size_t rows = 61, columns = 512 + whole_blocks(info, 96), batch = 11;
  const Row bytes = random_row(info.type, rows * columns, 5);
  WeightMatrix matrix(info.type, {rows, columns}, bytes.span(), arithmetic);
  const auto x = random_floats(batch * columns, 6);
  WorkerPool one(1), three(3);
  HugeMemory memory;
  if (const auto panels = matrix.panels(); panels && packed) panels->pack(memory, three);
  std::vector<float> alone(batch * rows);
  for (std::size_t b = 0; b < batch; ++b) {
    matrix.matmul(kernels, one, x.data() + b * columns, 1, alone.data() + b * rows);
  }
  for (const std::size_t chunk : {2, 3, 4, 5, 11}) {
    std::vector<float> together(batch * rows);
    for (std::size_t b = 0; b < batch; b += chunk) {
      const std::size_t size = std::min(chunk, batch - b);
      matrix.matmul(kernels, three, x.data() + b * columns, size, together.data() + b * rows);
    }
    CHECK(same_bits(alone, together));
  }
}

TEST_CASE("A matrix product in float is exact for every format, in int8 within its noise",
          "[kernels]") {
  const TensorTypeInfo& info = any_type();
  const bool packed = GENERATE(false, true);
  CAPTURE(info.name, packed);
  const std::size_t rows = 21, columns = 768;
  const Row bytes = random_row(info.type, rows * columns, 8);
  const auto x = random_floats(columns, 9);
  WorkerPool pool(1);
  HugeMemory memory;
  std::vector<float> exact(rows), int8(rows), wide(columns);
  const WeightMatrix judge(info.type, {rows, columns}, bytes.span(), Arithmetic::kF32);
  judge.matmul(best_kernels(), pool, x.data(), 1, exact.data());
  WeightMatrix fast(info.type, {rows, columns}, bytes.span());
  if (const auto panels = fast.panels(); panels && packed) panels->pack(memory, pool);
  fast.matmul(best_kernels(), pool, x.data(), 1, int8.data());
  for (std::size_t r = 0; r < rows; ++r) {
    judge.unpack_row(best_kernels(), r, wide.data());
    const Product product = product_of(wide, x);
    CHECK(std::abs(double{exact[r]} - product.sum) <= 1e-6 * product.magnitude);
    CHECK(std::abs(double{int8[r]} - product.sum) <= 5e-3 * product.norms);
  }
}

TEST_CASE("Products that run together are those that run one by one, bit for bit", "[kernels]") {
  const std::size_t columns = 512;
  const auto x = random_floats(19 * columns, 1), other = random_floats(3 * columns, 2);
  WorkerPool pool(3);
  HugeMemory memory;
  std::vector<Row> rows;
  std::vector<WeightMatrix> matrices;
  std::vector<MatrixProduct> products;
  std::vector<std::vector<float>> found, expected;
  rows.reserve(5);
  matrices.reserve(5);
  for (const TensorType type : {TensorType::kQ4_0, TensorType::kQ6_K, TensorType::kF16,
                                TensorType::kIQ2_S, TensorType::kQ4_K}) {
    const std::size_t count = 20 + 13 * rows.size();
    rows.push_back(random_row(type, count * columns, count));
    WeightMatrix& matrix =
        matrices.emplace_back(type, MatrixShape{count, columns}, rows.back().span());
    if (const auto panels = matrix.panels()) panels->pack(memory, pool);
    for (const auto* input : {&x, &other}) {
      const std::size_t batch = input->size() / columns;
      found.emplace_back(batch * count);
      expected.emplace_back(batch * count);
      matrix.matmul(best_kernels(), pool, input->data(), batch, expected.back().data());
    }
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& input = i % 2 == 0 ? x : other;
    products.push_back({&matrices[i / 2], input.data(), input.size() / columns, found[i].data()});
  }
  multiply(best_kernels(), pool, products);
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(same_bits(found[i], expected[i]));
  multiply(best_kernels(), pool, {});
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

}  // namespace
}  // namespace weir::kernels
