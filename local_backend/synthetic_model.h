// Models of well-known shapes with random weights: for measuring speed, which depends on sizes
// and formats alone.
//
// Each is a whole GGUF file: the shape's own architecture and sizes, a vocabulary of as many
// tokens, a chat template that joins the messages, and scales under which every value stays
// finite. The same shape and type make the same bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {

struct SyntheticShape {
  std::string_view name;
  std::string_view architecture;
  std::string_view pre_tokenizer;
  std::size_t layers;
  std::size_t embedding;
  std::size_t heads;
  std::size_t kv_heads;
  std::size_t head_width;
  std::size_t feed_forward;
  std::size_t experts;       // 0: dense
  std::size_t experts_used;  // of them, by a token
  std::size_t expert_width;
  std::size_t vocabulary;
  std::size_t context_tokens;
  float rope_base;
  float norm_epsilon;
  bool tied;  // the output is the embedding
};

// qwen3-0.6b and llama-3.2-1b whole, llama-3-8b-4l and qwen3-30b-a3b-6l with so many of their
// layers and, so that these still outweigh it, a vocabulary of 32,000.
std::span<const SyntheticShape> synthetic_shapes();

// nullptr if there is none of that name.
const SyntheticShape* find_synthetic_shape(std::string_view name);

// The general.name of such a model. `type` names a recipe of quant_recipe.h.
std::string synthetic_name(const SyntheticShape& shape, std::string_view type);

// Writes it, a megabyte at a time. kInvalidRequest for a type that is none; kStorage.
Result<void> write_synthetic_model(const std::string& path, const SyntheticShape& shape,
                                   std::string_view type);

}  // namespace weir
