// Small models and vocabularies built in memory, so that every clone can test the
// engine without files.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/rng.h"
#include "tests/local_backend/gguf_builder.h"

namespace weir::test {

// <unk> <s> </s>, then 256 bytes, then `pieces`, the longest best.
struct TinyVocabulary {
  std::vector<std::string> pieces = {};
  std::vector<std::string> controls = {};
  std::int32_t marker_kind = 3;  // of <s> and </s>
};

inline void add_tiny_tokenizer(GgufBuilder* file, const TinyVocabulary& vocabulary) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  std::vector<float> scores = {0, 0, 0};
  std::vector<std::int32_t> kinds = {2, vocabulary.marker_kind, vocabulary.marker_kind};
  const auto add = [&](std::string text, float score, std::int32_t kind) {
    tokens.push_back(std::move(text));
    scores.push_back(score);
    kinds.push_back(kind);
  };
  for (int i = 0; i < 256; ++i) {
    const std::string digits = "0123456789ABCDEF";
    add(std::string("<0x") + digits[static_cast<std::size_t>(i / 16)] +
            digits[static_cast<std::size_t>(i % 16)] + ">",
        0, 6);
  }
  for (const std::string& piece : vocabulary.pieces)
    add(piece, static_cast<float>(piece.size()), 1);
  for (const std::string& control : vocabulary.controls) add(control, 0, 3);
  file->string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens);
  file->f32s("tokenizer.ggml.scores", scores).i32s("tokenizer.ggml.token_type", kinds);
  file->u32("tokenizer.ggml.bos_token_id", 1).u32("tokenizer.ggml.eos_token_id", 2);
}

inline GgufBuilder tiny_tokenizer(const TinyVocabulary& vocabulary) {
  GgufBuilder file;
  add_tiny_tokenizer(&file, vocabulary);
  return file;
}

struct TinyLayer {
  std::uint64_t heads = 2;
  std::uint64_t kv_heads = 1;
  std::uint64_t feed_forward = 24;
  std::uint64_t key_width = 0;    // of a head; 0: TinySizes::head_width
  std::uint64_t value_width = 0;  // the same
};

struct TinySizes {
  std::uint64_t embedding = 16;
  std::uint64_t head_width = 8;
  std::uint32_t context = 512;
  std::vector<TinyLayer> layers = {{}, {}};
  TinyVocabulary vocabulary = {};
  std::uint64_t seed = 1;
  bool qk_norm = false;  // adds attn_q_norm and attn_k_norm
  bool silent = false;   // layers add nothing
  // This token's embedding is not a number: whoever feeds it breaks.
  std::optional<std::size_t> broken_token = std::nullopt;
};

class RandomTensors {
 public:
  RandomTensors(GgufBuilder* file, std::uint64_t seed) : file_(*file), rng_(seed) {}

  // Uniform with the variance that keeps a product of unit size.
  void add(const std::string& name, std::uint64_t columns, std::uint64_t rows) {
    std::vector<float> values(columns * rows);
    const double width = 2 * std::sqrt(3.0 / static_cast<double>(columns));
    for (float& v : values) v = static_cast<float>((rng_.uniform() - 0.5) * width);
    file_.tensor(name, {columns, rows}, values);
  }
  void add_zeros(const std::string& name, std::uint64_t columns, std::uint64_t rows) {
    file_.tensor(name, {columns, rows}, std::vector<float>(columns * rows));
  }
  void add_norm(const std::string& name, std::uint64_t size) {
    std::vector<float> values(size);
    for (float& v : values) v = static_cast<float>(0.5 + rng_.uniform());
    file_.tensor(name, {size}, values);
  }

 private:
  GgufBuilder& file_;
  Rng rng_;
};

inline void add_tiny_metadata(GgufBuilder* file, const TinySizes& sizes) {
  std::vector<std::int32_t> heads, kv_heads, widths;
  for (const TinyLayer& layer : sizes.layers) {
    heads.push_back(static_cast<std::int32_t>(layer.heads));
    kv_heads.push_back(static_cast<std::int32_t>(layer.kv_heads));
    widths.push_back(static_cast<std::int32_t>(layer.feed_forward));
  }
  const auto width = static_cast<std::uint32_t>(sizes.head_width);
  file->string("general.architecture", "llama").u32("llama.context_length", sizes.context);
  file->u32("llama.embedding_length", static_cast<std::uint32_t>(sizes.embedding));
  file->u32("llama.block_count", static_cast<std::uint32_t>(sizes.layers.size()));
  file->i32s("llama.attention.head_count", heads).i32s("llama.attention.head_count_kv", kv_heads);
  file->i32s("llama.feed_forward_length", widths);
  file->u32("llama.attention.key_length", width).u32("llama.attention.value_length", width);
  file->f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
}

inline void add_tiny_layer(RandomTensors* tensors, const TinySizes& sizes, std::size_t index) {
  const TinyLayer& layer = sizes.layers[index];
  const std::string prefix = "blk." + std::to_string(index) + ".";
  const std::uint64_t e = sizes.embedding;
  const std::uint64_t k = layer.key_width != 0 ? layer.key_width : sizes.head_width;
  const std::uint64_t v = layer.value_width != 0 ? layer.value_width : sizes.head_width;
  tensors->add_norm(prefix + "attn_norm.weight", e);
  tensors->add(prefix + "attn_q.weight", e, layer.heads * k);
  tensors->add(prefix + "attn_k.weight", e, layer.kv_heads * k);
  tensors->add(prefix + "attn_v.weight", e, layer.kv_heads * v);
  const auto add_out = sizes.silent ? &RandomTensors::add_zeros : &RandomTensors::add;
  (tensors->*add_out)(prefix + "attn_output.weight", layer.heads * v, e);
  if (sizes.qk_norm) {
    tensors->add_norm(prefix + "attn_q_norm.weight", k);
    tensors->add_norm(prefix + "attn_k_norm.weight", k);
  }
  tensors->add_norm(prefix + "ffn_norm.weight", e);
  tensors->add(prefix + "ffn_gate.weight", e, layer.feed_forward);
  tensors->add(prefix + "ffn_up.weight", e, layer.feed_forward);
  (tensors->*add_out)(prefix + "ffn_down.weight", layer.feed_forward, e);
}

// A llama model with random weights, its output tied to its embedding.
inline GgufBuilder tiny_model(const TinySizes& sizes) {
  GgufBuilder file;
  add_tiny_metadata(&file, sizes);
  add_tiny_tokenizer(&file, sizes.vocabulary);
  RandomTensors tensors(&file, sizes.seed);
  const std::size_t tokens =
      259 + sizes.vocabulary.pieces.size() + sizes.vocabulary.controls.size();
  if (sizes.broken_token) {
    tensors.add("output.weight", sizes.embedding, tokens);
    std::vector<float> embedding(sizes.embedding * tokens, 0.5f);
    embedding[*sizes.broken_token * sizes.embedding] = std::numeric_limits<float>::quiet_NaN();
    file.tensor("token_embd.weight", {sizes.embedding, tokens}, embedding);
  } else {
    tensors.add("token_embd.weight", sizes.embedding, tokens);
  }
  tensors.add_norm("output_norm.weight", sizes.embedding);
  for (std::size_t i = 0; i < sizes.layers.size(); ++i) add_tiny_layer(&tensors, sizes, i);
  return file;
}

}  // namespace weir::test
