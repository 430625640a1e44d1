// The number formats of weights: one table, from which the file reader takes
// sizes and the kernels their order.
//
// A quantised format is added as one enumerator and row here and one unpacker in
// unpackers.h, from which every variant makes its kernels; the compiler counts them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace weir::kernels {

// Weights come in blocks that cannot be split: a row is a whole number of them.
enum class TensorType : std::uint8_t {
  kF32,
  kF16,
  kBF16,
  kQ8_0,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ2_K,
  kQ3_K,
  kQ4_K,
  kQ5_K,
  kQ6_K,
  kIQ4_NL,
  kIQ4_XS,
  kMXFP4,
  kIQ2_XXS,
  kIQ2_XS,
  kIQ2_S,
  kIQ3_XXS,
  kIQ3_S,
  kIQ1_S,
  kIQ1_M,
  kTQ1_0,
  kTQ2_0,
  kNVFP4,
  kQ1_0,
  kQ2_0,
};

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
    TensorTypeInfo{TensorType::kQ8_0, 8, "Q8_0", 32, 34},
    TensorTypeInfo{TensorType::kQ4_0, 2, "Q4_0", 32, 18},
    TensorTypeInfo{TensorType::kQ4_1, 3, "Q4_1", 32, 20},
    TensorTypeInfo{TensorType::kQ5_0, 6, "Q5_0", 32, 22},
    TensorTypeInfo{TensorType::kQ5_1, 7, "Q5_1", 32, 24},
    TensorTypeInfo{TensorType::kQ2_K, 10, "Q2_K", 256, 84},
    TensorTypeInfo{TensorType::kQ3_K, 11, "Q3_K", 256, 110},
    TensorTypeInfo{TensorType::kQ4_K, 12, "Q4_K", 256, 144},
    TensorTypeInfo{TensorType::kQ5_K, 13, "Q5_K", 256, 176},
    TensorTypeInfo{TensorType::kQ6_K, 14, "Q6_K", 256, 210},
    TensorTypeInfo{TensorType::kIQ4_NL, 20, "IQ4_NL", 32, 18},
    TensorTypeInfo{TensorType::kIQ4_XS, 23, "IQ4_XS", 256, 136},
    TensorTypeInfo{TensorType::kMXFP4, 39, "MXFP4", 32, 17},
    TensorTypeInfo{TensorType::kIQ2_XXS, 16, "IQ2_XXS", 256, 66},
    TensorTypeInfo{TensorType::kIQ2_XS, 17, "IQ2_XS", 256, 74},
    TensorTypeInfo{TensorType::kIQ2_S, 22, "IQ2_S", 256, 82},
    TensorTypeInfo{TensorType::kIQ3_XXS, 18, "IQ3_XXS", 256, 98},
    TensorTypeInfo{TensorType::kIQ3_S, 21, "IQ3_S", 256, 110},
    TensorTypeInfo{TensorType::kIQ1_S, 19, "IQ1_S", 256, 50},
    TensorTypeInfo{TensorType::kIQ1_M, 29, "IQ1_M", 256, 56},
    TensorTypeInfo{TensorType::kTQ1_0, 34, "TQ1_0", 256, 54},
    TensorTypeInfo{TensorType::kTQ2_0, 35, "TQ2_0", 256, 66},
    TensorTypeInfo{TensorType::kNVFP4, 40, "NVFP4", 64, 36},
    TensorTypeInfo{TensorType::kQ1_0, 41, "Q1_0", 128, 18},
    TensorTypeInfo{TensorType::kQ2_0, 42, "Q2_0", 64, 18},
};

constexpr std::size_t index_of(TensorType type) { return static_cast<std::size_t>(type); }

constexpr const TensorTypeInfo& info_of(TensorType type) { return kTensorTypes[index_of(type)]; }

// The weights are small integers with scales: they can multiply int8 activations.
constexpr bool is_quantised(TensorType type) { return info_of(type).block_weights > 1; }

// nullptr for a format that we cannot read.
constexpr const TensorTypeInfo* find_tensor_type(std::uint32_t gguf_id) {
  for (const TensorTypeInfo& info : kTensorTypes) {
    if (info.gguf_id == gguf_id) return &info;
  }
  return nullptr;
}

// What ggml calls a format; empty for a number that it has given to none.
constexpr std::string_view tensor_type_name(std::uint32_t gguf_id) {
  constexpr std::string_view kNames[] = {
      "F32",     "F16",   "Q4_0",   "Q4_1",  "",      "",       "Q5_0", "Q5_1",    "Q8_0",
      "Q8_1",    "Q2_K",  "Q3_K",   "Q4_K",  "Q5_K",  "Q6_K",   "Q8_K", "IQ2_XXS", "IQ2_XS",
      "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8",   "I16",     "I32",
      "I64",     "F64",   "IQ1_M",  "BF16",  "",      "",       "",     "TQ1_0",   "TQ2_0",
      "",        "",      "",       "MXFP4", "NVFP4", "Q1_0",   "Q2_0"};
  return gguf_id < std::size(kNames) ? kNames[gguf_id] : std::string_view();
}

// Bytes of a row; `weights` is a multiple of the type's block_weights.
constexpr std::size_t row_bytes(TensorType type, std::size_t weights) {
  return weights / info_of(type).block_weights * info_of(type).block_bytes;
}

constexpr bool tensor_types_are_in_order() {
  for (std::size_t i = 0; i < kTensorTypes.size(); ++i) {
    if (index_of(kTensorTypes[i].type) != i) return false;
    if (tensor_type_name(kTensorTypes[i].gguf_id) != kTensorTypes[i].name) return false;
  }
  return true;
}
static_assert(tensor_types_are_in_order());

}  // namespace weir::kernels
