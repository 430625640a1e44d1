#include "local_backend/kernels/weight_packer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>
#include <string>

#include "local_backend/kernels/half.h"
#include "tests/local_backend/kernel_cases.h"

namespace weir::kernels {
namespace {

using namespace test;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

double gaussian(Rng& rng) {
  return std::sqrt(-2 * std::log(1 - rng.uniform())) *
         std::cos(2 * std::numbers::pi * rng.uniform());
}

std::vector<float> gaussian_floats(std::size_t n) {
  Rng rng(11);
  std::vector<float> values(n);
  for (float& v : values) v = static_cast<float>(0.02 * gaussian(rng));
  return values;
}

// Student's t with four degrees of freedom: now and then a weight of many times the usual.
std::vector<float> heavy_tailed_floats(std::size_t n) {
  Rng rng(12);
  std::vector<float> values(n);
  for (float& v : values) {
    double squares = 0;
    for (int i = 0; i < 4; ++i) squares += std::pow(gaussian(rng), 2);
    v = static_cast<float>(0.02 * gaussian(rng) / std::sqrt(squares / 4));
  }
  return values;
}

std::vector<TensorType> packable_types() {
  std::vector<TensorType> types;
  types.reserve(kTensorTypes.size());
  for (const TensorTypeInfo& info : kTensorTypes) {
    if (can_pack(info.type)) types.push_back(info.type);
  }
  return types;
}

TensorType any_packable_type() { return GENERATE(from_range(packable_types())); }

TensorType any_block_type() {
  return GENERATE(
      filter([](TensorType type) { return is_quantised(type); }, from_range(packable_types())));
}

std::string name_of(TensorType type) { return std::string(info_of(type).name); }

std::vector<std::byte> pack(TensorType type, const std::vector<float>& x,
                            const Kernels& kernels = best_kernels()) {
  std::vector<std::byte> packed(row_bytes(type, x.size()));
  CHECK(pack_weights(kernels, type, x.data(), x.size(), packed.data()) == x.size());
  return packed;
}

std::vector<float> there_and_back(TensorType type, const std::vector<float>& x) {
  const std::vector<std::byte> packed = pack(type, x);
  std::vector<float> found(x.size());
  scalar().row(type).unpack(packed.data(), found.data(), found.size());
  return found;
}

double relative_rms(const std::vector<float>& found, const std::vector<float>& x) {
  double lost = 0, size = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    lost += std::pow(double{found[i]} - double{x[i]}, 2);
    size += std::pow(double{x[i]}, 2);
  }
  return std::sqrt(lost / size);
}

struct Bound {
  TensorType type;
  double gaussian;
  double heavy_tailed;
};

// Relative rms, measured and rounded up.
constexpr std::array kBounds = {
    Bound{TensorType::kF32, 0, 0},
    Bound{TensorType::kF16, 2.1e-4, 2.1e-4},
    Bound{TensorType::kBF16, 1.7e-3, 1.7e-3},
    Bound{TensorType::kQ8_0, 0.0050, 0.0068},
    Bound{TensorType::kQ4_0, 0.082, 0.112},
    Bound{TensorType::kQ5_0, 0.0402, 0.0557},
    Bound{TensorType::kQ4_K, 0.0704, 0.0855},
    Bound{TensorType::kQ5_K, 0.0347, 0.0421},
    Bound{TensorType::kQ6_K, 0.0166, 0.0214},
};

TEST_CASE("Packed weights lose no more than their format must", "[packer]") {
  const Bound bound = GENERATE(from_range(kBounds));
  const auto usual = gaussian_floats(1 << 16);
  const auto heavy = heavy_tailed_floats(1 << 16);
  const double usual_loss = relative_rms(there_and_back(bound.type, usual), usual);
  const double heavy_loss = relative_rms(there_and_back(bound.type, heavy), heavy);
  CAPTURE(name_of(bound.type), usual_loss, heavy_loss);
  CHECK(usual_loss <= bound.gaussian);
  CHECK(heavy_loss <= bound.heavy_tailed);
}

TEST_CASE("Every variant packs the same bytes", "[packer]") {
  const TensorType type = any_packable_type();
  const Kernels& kernels = variant();
  if (!usable(kernels)) return;
  const auto x = heavy_tailed_floats(4096);
  CAPTURE(name_of(type), kernels.name);
  CHECK(pack(type, x, kernels) == pack(type, x, scalar()));
}

TEST_CASE("Zeros stay zeros", "[packer]") {
  const TensorType type = any_packable_type();
  const std::vector<float> zeros(512, 0.0f);
  CAPTURE(name_of(type));
  CHECK(there_and_back(type, zeros) == zeros);
}

TEST_CASE("A row of one value keeps it nearly", "[packer]") {
  const TensorType type = any_packable_type();
  const float value = GENERATE(1.0f, -1.0f, 0.37f, -3e-3f, 1000.0f, -6e4f);
  CAPTURE(name_of(type), value);
  for (const float found : there_and_back(type, std::vector<float>(512, value))) {
    CHECK(std::abs(found - value) <= 0.01f * std::abs(value));
  }
}

TEST_CASE("One weight that is far larger than its block is kept, and the rest near zero",
          "[packer]") {
  const TensorType type = any_block_type();
  const float outlier = GENERATE(100.0f, -100.0f);
  std::vector<float> x = gaussian_floats(512);
  x[77] = outlier;
  const auto found = there_and_back(type, x);
  CAPTURE(name_of(type));
  CHECK(std::abs(found[77] - outlier) <= 1.0f);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i != 77) CHECK(std::abs(found[i]) <= 1.0f);
  }
}

TEST_CASE("Weights too small for a half become zeros or nearly", "[packer]") {
  const TensorType type = any_packable_type();
  const float size = GENERATE(1e-45f, 1e-38f, 1e-20f, 1e-9f, 1e-7f, 1e-6f);
  std::vector<float> x = random_floats(512, 5);
  for (float& v : x) v *= size;
  const auto found = there_and_back(type, x);
  CAPTURE(name_of(type), size);
  for (std::size_t i = 0; i < x.size(); ++i) {
    // The smallest half is 2^-24, and half of it is how far a scale may be off.
    CHECK(std::abs(found[i] - x[i]) <= std::max(2 * size, 0x1p-20f));
  }
}

TEST_CASE("A weight that the format cannot hold is found", "[packer]") {
  const TensorType type = any_packable_type();
  const float bad =
      GENERATE(as<float>{}, kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> x = gaussian_floats(1024);
  const std::size_t at = GENERATE(0, 300, 1023);
  x[at] = bad;
  std::vector<std::byte> packed(row_bytes(type, x.size()));
  CAPTURE(name_of(type), bad, at);
  CHECK(pack_weights(best_kernels(), type, x.data(), x.size(), packed.data()) == at);
}

TEST_CASE("A weight too large for halves is found, one just below is kept", "[packer]") {
  std::vector<float> x(256, 1.0f);
  std::vector<std::byte> packed(row_bytes(TensorType::kF16, x.size()));
  x[9] = 65519.0f;
  CHECK(there_and_back(TensorType::kF16, x)[9] == 65504.0f);
  x[9] = 65520.0f;
  CHECK(pack_weights(scalar(), TensorType::kF16, x.data(), x.size(), packed.data()) == 9);
}

TEST_CASE("A weight too large for a format with scales is found", "[packer]") {
  const TensorType type = any_block_type();
  const float huge = GENERATE(1e9f, 3e38f, -3e38f);
  std::vector<float> x(512, 1.0f);
  x[300] = huge;
  std::vector<std::byte> packed(row_bytes(type, x.size()));
  CAPTURE(name_of(type), huge);
  CHECK(pack_weights(best_kernels(), type, x.data(), x.size(), packed.data()) == 300);
}

TEST_CASE("What was packed is packed again to the same weights, nearly", "[packer]") {
  const TensorType type = any_block_type();
  const auto once = there_and_back(type, gaussian_floats(4096));
  const double lost = relative_rms(there_and_back(type, once), once);
  CAPTURE(name_of(type), lost);
  CHECK(lost < 0.02);
}

TEST_CASE("Every half and every bfloat survives the way through float", "[packer]") {
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const auto narrow = static_cast<std::uint16_t>(bits);
    const float half = half_to_float(narrow);
    const float bfloat = bfloat_to_float(narrow);
    if (!std::isnan(half)) REQUIRE(float_to_half(half) == narrow);
    if (!std::isnan(bfloat)) REQUIRE(float_to_bfloat(bfloat) == narrow);
    if (std::isnan(half)) REQUIRE(std::isnan(half_to_float(float_to_half(half))));
    if (std::isnan(bfloat)) REQUIRE(std::isnan(bfloat_to_float(float_to_bfloat(bfloat))));
  }
}

TEST_CASE("Floats between two halves go to the nearest, ties to even", "[packer]") {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const double low = double{half_to_float(static_cast<std::uint16_t>(bits))};
    const double high = double{half_to_float(static_cast<std::uint16_t>(bits + 1))};
    const auto middle = static_cast<float>((low + high) / 2);
    const float below = std::nextafter(middle, 0.0f);
    const float above = std::nextafter(middle, 1e9f);
    REQUIRE(float_to_half(below) == bits);
    REQUIRE(float_to_half(above) == bits + 1);
    REQUIRE(float_to_half(middle) == bits + bits % 2);
    REQUIRE(float_to_half(-above) == (0x8000 | (bits + 1)));
  }
}

}  // namespace
}  // namespace weir::kernels
