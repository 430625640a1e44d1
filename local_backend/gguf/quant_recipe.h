// Which number format each tensor of a model is packed in, by the name of a mix of them.
//
// Matrices get the format of the recipe. What is small and sensitive, vectors, norms, routers,
// convolutions and biases of experts, stays in F32. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "local_backend/gguf/gguf_file.h"
#include "local_backend/kernels/tensor_type.h"

namespace weir {

struct QuantRecipe {
  std::string_view name;      // as people write it
  std::uint32_t file_type;    // as general.file_type spells it
  kernels::TensorType usual;  // of matrices
  // Of the embeddings, the output and, in part of the layers (the first eighth, the last, every
  // third between), of ffn_down and of what makes values: attn_v, attn_qkv, attn_v_b.
  kernels::TensorType finer;
};

// F32, F16, BF16, Q8_0, Q6_K, Q4_K_M, Q4_K and Q4_0.
std::span<const QuantRecipe> quant_recipes();

// nullptr if there is none of that name.
const QuantRecipe* find_quant_recipe(std::string_view name);

struct TensorChoice {
  kernels::TensorType type = kernels::TensorType::kF32;
  // Its rows are no whole blocks of what it should have become: Q8_0 instead, F16 where that
  // does not fit either; or left as it is, where that takes no more room.
  bool fell_back = false;
};

// For each of a model's `tensors`, in their order.
std::vector<TensorChoice> choose_types(std::span<const GgufTensor> tensors,
                                       const QuantRecipe& recipe);

}  // namespace weir
