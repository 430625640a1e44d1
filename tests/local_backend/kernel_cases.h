// Rows, activations and variants for the tests of the kernels.
#pragma once

#include <cmath>
#include <cstring>
#include <span>
#include <vector>

#include "core/rng.h"
#include "local_backend/kernels/kernels.h"
#include "tests/support/catch.h"

namespace weir::kernels::test {

inline const Kernels& scalar() { return *compiled_kernels()[0]; }
inline bool usable(const Kernels& kernels) { return kernels.runs_on(cpu_features()); }

inline const Kernels& variant() {
  const auto all = compiled_kernels();
  const auto index = GENERATE_COPY(range(std::size_t{0}, all.size()));
  return *all[index];
}

inline const TensorTypeInfo& any_type() {
  return kTensorTypes[GENERATE(range(std::size_t{0}, kTensorTypes.size()))];
}

inline const TensorTypeInfo& any_quantised_type() {
  return kTensorTypes[GENERATE(range(index_of(TensorType::kQ8_0), kTensorTypes.size()))];
}

inline std::size_t whole_blocks(const TensorTypeInfo& info, std::size_t n) {
  return n / info.block_weights * info.block_weights;
}

inline std::vector<float> random_floats(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> values(n);
  for (float& v : values) v = static_cast<float>(rng.uniform() * 4 - 2);
  return values;
}

// The bytes of a row, at an odd address, with nothing readable behind them.
class Row {
 public:
  explicit Row(std::size_t size) : bytes_(size + 1) {}
  std::byte* data() { return bytes_.data() + 1; }
  const std::byte* data() const { return bytes_.data() + 1; }
  std::span<const std::byte> span() const { return std::span(bytes_).subspan(1); }
  std::size_t size() const { return bytes_.size() - 1; }

 private:
  std::vector<std::byte> bytes_;
};

// Where the f16 numbers of a block stand; none for what has no f16 scale.
inline std::vector<std::size_t> halves_of(TensorType type) {
  switch (type) {
    case TensorType::kF32:
    case TensorType::kBF16:
    case TensorType::kMXFP4:
    case TensorType::kNVFP4:
    case TensorType::kIQ1_M: return {};
    case TensorType::kQ4_1:
    case TensorType::kQ5_1:
    case TensorType::kQ4_K:
    case TensorType::kQ5_K: return {0, 2};
    case TensorType::kQ2_K: return {80, 82};
    case TensorType::kQ3_K: return {108};
    case TensorType::kQ6_K: return {208};
    case TensorType::kTQ1_0: return {52};
    case TensorType::kTQ2_0: return {64};
    default: return {0};
  }
}

inline void set_half(std::byte* at, unsigned bits) {
  const auto half = static_cast<std::uint16_t>(bits);
  std::memcpy(at, &half, sizeof(half));
}

// The f16 of an IQ1_M block: its digits are the high ones of four numbers.
inline void set_spread_half(std::byte* block, unsigned bits) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::byte& at = block[49 + 2 * i];
    at = (at & std::byte{15}) | static_cast<std::byte>((bits >> (4 * i) & 15u) << 4);
  }
}

// Rows of any bytes, except that numbers stay finite and of moderate size.
inline Row random_row(TensorType type, std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  Row row(row_bytes(type, n));
  const auto random = [&](std::uint64_t kept, std::uint64_t set) {
    return static_cast<unsigned>((rng.next() & kept) | set);
  };
  for (std::size_t i = 0; i < row.size(); ++i) row.data()[i] = static_cast<std::byte>(rng.next());
  const std::size_t step = info_of(type).block_bytes;
  for (std::byte* block = row.data(); block < row.data() + row.size(); block += step) {
    if (type == TensorType::kF32) set_half(block + 2, random(0x807f, 0x3f00));
    if (type == TensorType::kBF16) set_half(block, random(0x807f, 0x3f00));
    if (type == TensorType::kMXFP4) block[0] = static_cast<std::byte>(random(7, 120));
    if (type == TensorType::kIQ1_M) set_spread_half(block, random(0x83ff, 0x3000));
    for (const std::size_t half : halves_of(type)) set_half(block + half, random(0x83ff, 0x3000));
  }
  return row;
}

inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return false;
  return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// A dot product in double, and what errors are measured by.
struct Product {
  double sum = 0;
  double magnitude = 0;  // of the terms, summed
  double norms = 0;      // |a| |b|
};

inline Product product_of(const std::vector<float>& a, const std::vector<float>& b) {
  Product product;
  double a_squares = 0, b_squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double term = double{a[i]} * double{b[i]};
    product.sum += term;
    product.magnitude += std::abs(term);
    a_squares += double{a[i]} * double{a[i]};
    b_squares += double{b[i]} * double{b[i]};
  }
  product.norms = std::sqrt(a_squares * b_squares);
  return product;
}

}  // namespace weir::kernels::test
