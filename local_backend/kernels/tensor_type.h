// The number formats of weights: one table, from which the file reader takes
// sizes and the kernels their order.
//
// A format is added as one enumerator, one row here and one row in each kernel
// table; the compiler counts them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::kernels {

// Weights come in blocks that cannot be split: a row is a whole number of them.
enum class TensorType : std::uint8_t { kF32, kF16, kBF16, kQ8_0 };

struct TensorTypeInfo {
  TensorType type;
  std::uint32_t gguf_id;  // as the file spells it
  std::string_view name;
  std::size_t block_weights;
  std::size_t block_bytes;
};

inline constexpr std::array kTensorTypes = {
    TensorTypeInfo{TensorType::kF32, 0, "F32", 1, 4},
    TensorTypeInfo{TensorType::kF16, 1, "F16", 1, 2},
    TensorTypeInfo{TensorType::kBF16, 30, "BF16", 1, 2},
    TensorTypeInfo{TensorType::kQ8_0, 8, "Q8_0", 32, 34},  // f16 scale, then 32 int8
};

constexpr std::size_t index_of(TensorType type) { return static_cast<std::size_t>(type); }

constexpr const TensorTypeInfo& info_of(TensorType type) { return kTensorTypes[index_of(type)]; }

// nullptr for a format that we cannot read.
constexpr const TensorTypeInfo* find_tensor_type(std::uint32_t gguf_id) {
  for (const TensorTypeInfo& info : kTensorTypes) {
    if (info.gguf_id == gguf_id) return &info;
  }
  return nullptr;
}

// Bytes of a row; `weights` is a multiple of the type's block_weights.
constexpr std::size_t row_bytes(TensorType type, std::size_t weights) {
  return weights / info_of(type).block_weights * info_of(type).block_bytes;
}

constexpr bool tensor_types_are_in_order() {
  for (std::size_t i = 0; i < kTensorTypes.size(); ++i) {
    if (index_of(kTensorTypes[i].type) != i) return false;
  }
  return true;
}
static_assert(tensor_types_are_in_order());

}  // namespace weir::kernels
