#include "local_backend/synthetic_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/rng.h"
#include "local_backend/gguf/gguf_writer.h"
#include "local_backend/gguf/quant_recipe.h"
#include "local_backend/gguf/random_blocks.h"
#include "local_backend/tokenizer/byte_alphabet.h"

namespace weir {
namespace {

using kernels::TensorType;

constexpr std::array kShapes = {
    SyntheticShape{"qwen3-0.6b", "qwen3", "qwen2", 28, 1024, 16, 8, 128, 3072, 0, 0, 0, 151'936,
                   40'960, 1e6f, 1e-6f, true},
    SyntheticShape{"llama-3.2-1b", "llama", "llama-bpe", 16, 2048, 32, 8, 64, 8192, 0, 0, 0,
                   128'256, 131'072, 5e5f, 1e-5f, true},
    SyntheticShape{"llama-3-8b-4l", "llama", "llama-bpe", 4, 4096, 32, 8, 128, 14'336, 0, 0, 0,
                   32'000, 8192, 5e5f, 1e-5f, false},
    SyntheticShape{"qwen3-30b-a3b-6l", "qwen3moe", "qwen2", 6, 2048, 32, 4, 128, 6144, 128, 8, 768,
                   32'000, 40'960, 1e6f, 1e-6f, false},
};

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::string_view kTemplate =
    "{% for message in messages %}{{ message['content'] }}{% endfor %}";
constexpr std::string_view kEndOfText = "<|endoftext|>";
constexpr std::int32_t kNormalToken = 1;
constexpr std::int32_t kControlToken = 3;

// A tensor's shape, and how large its values are.
struct TensorPart {
  std::string name;
  std::vector<std::size_t> dims;
  float rms;  // 0: all of it is 1
};

class SyntheticModel {
 public:
  SyntheticModel(const SyntheticShape& shape, const QuantRecipe& recipe)
      : shape_(shape), recipe_(recipe) {
    add_parts();
    describe();
    add_vocabulary();
    types_ = types();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      writer_.tensor(parts_[i].name, types_[i], parts_[i].dims);
    }
  }

  Result<void> write(const std::string& path) {
    if (auto begun = writer_.begin(path); !begun) return begun;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (auto done = write_part(parts_[i], types_[i]); !done) return done;
    }
    return writer_.finish();
  }

 private:
  // Rows that keep the length of what they are multiplied with.
  void matrix(const std::string& name, std::vector<std::size_t> dims) {
    const float rms = 1.0f / std::sqrt(static_cast<float>(dims.front()));
    parts_.push_back({name + ".weight", std::move(dims), rms});
  }
  void norm(const std::string& name, std::size_t width) {
    parts_.push_back({name + ".weight", {width}, 0});
  }

  void add_parts() {
    parts_.push_back({"token_embd.weight", {shape_.embedding, shape_.vocabulary}, 1.0f});
    for (std::size_t i = 0; i < shape_.layers; ++i) {
      const std::string prefix = "blk." + std::to_string(i) + ".";
      add_attention(prefix);
      add_feed_forward(prefix);
    }
    norm("output_norm", shape_.embedding);
    if (!shape_.tied) matrix("output", {shape_.embedding, shape_.vocabulary});
  }

  void add_attention(const std::string& prefix) {
    const std::size_t queries = shape_.heads * shape_.head_width;
    const std::size_t keys = shape_.kv_heads * shape_.head_width;
    norm(prefix + "attn_norm", shape_.embedding);
    matrix(prefix + "attn_q", {shape_.embedding, queries});
    matrix(prefix + "attn_k", {shape_.embedding, keys});
    matrix(prefix + "attn_v", {shape_.embedding, keys});
    matrix(prefix + "attn_output", {queries, shape_.embedding});
    if (shape_.architecture == "llama") return;
    norm(prefix + "attn_q_norm", shape_.head_width);
    norm(prefix + "attn_k_norm", shape_.head_width);
  }

  void add_feed_forward(const std::string& prefix) {
    norm(prefix + "ffn_norm", shape_.embedding);
    if (shape_.experts == 0) {
      matrix(prefix + "ffn_gate", {shape_.embedding, shape_.feed_forward});
      matrix(prefix + "ffn_up", {shape_.embedding, shape_.feed_forward});
      matrix(prefix + "ffn_down", {shape_.feed_forward, shape_.embedding});
      return;
    }
    const std::size_t experts = shape_.experts;
    matrix(prefix + "ffn_gate_inp", {shape_.embedding, experts});
    matrix(prefix + "ffn_gate_exps", {shape_.embedding, shape_.expert_width, experts});
    matrix(prefix + "ffn_up_exps", {shape_.embedding, shape_.expert_width, experts});
    matrix(prefix + "ffn_down_exps", {shape_.expert_width, shape_.embedding, experts});
  }

  void count(const std::string& name, std::size_t value) {
    writer_.u32(std::string(shape_.architecture) + "." + name, static_cast<std::uint32_t>(value));
  }

  void describe() {
    const std::string architecture(shape_.architecture);
    writer_.string("general.architecture", architecture);
    writer_.string("general.name", synthetic_name(shape_, recipe_.name));
    writer_.u32("general.file_type", recipe_.file_type);
    writer_.u32("general.quantization_version", 2);
    count("context_length", shape_.context_tokens);
    count("embedding_length", shape_.embedding);
    count("block_count", shape_.layers);
    count("feed_forward_length", shape_.feed_forward);
    count("attention.head_count", shape_.heads);
    count("attention.head_count_kv", shape_.kv_heads);
    count("attention.key_length", shape_.head_width);
    count("attention.value_length", shape_.head_width);
    count("rope.dimension_count", shape_.head_width);
    count("vocab_size", shape_.vocabulary);
    writer_.f32(architecture + ".rope.freq_base", shape_.rope_base);
    writer_.f32(architecture + ".attention.layer_norm_rms_epsilon", shape_.norm_epsilon);
    if (shape_.experts == 0) return;
    count("expert_count", shape_.experts);
    count("expert_used_count", shape_.experts_used);
    count("expert_feed_forward_length", shape_.expert_width);
  }

  // A token for each byte and one for a pair, so a text has about as many tokens as bytes;
  // the others are there to be answered.
  void add_vocabulary() {
    std::vector<std::string> tokens;
    tokens.reserve(shape_.vocabulary);
    for (unsigned byte = 0; byte < 256; ++byte) {
      tokens.emplace_back(letter_of_byte(static_cast<std::uint8_t>(byte)));
    }
    tokens.emplace_back("th");
    while (tokens.size() + 1 < shape_.vocabulary) {
      tokens.push_back("t" + std::to_string(tokens.size()));
    }
    tokens.emplace_back(kEndOfText);
    std::vector<std::int32_t> kinds(shape_.vocabulary, kNormalToken);
    kinds.back() = kControlToken;
    const auto end = static_cast<std::uint32_t>(shape_.vocabulary - 1);
    writer_.string("tokenizer.ggml.model", "gpt2");
    writer_.string("tokenizer.ggml.pre", shape_.pre_tokenizer);
    writer_.strings("tokenizer.ggml.tokens", tokens);
    writer_.i32s("tokenizer.ggml.token_type", kinds);
    writer_.strings("tokenizer.ggml.merges", std::vector<std::string>{"t h"});
    writer_.u32("tokenizer.ggml.bos_token_id", end);
    writer_.u32("tokenizer.ggml.eos_token_id", end);
    writer_.boolean("tokenizer.ggml.add_bos_token", false);
    writer_.string("tokenizer.chat_template", kTemplate);
  }

  std::vector<TensorType> types() const {
    std::vector<GgufTensor> tensors(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      tensors[i].name = parts_[i].name;
      tensors[i].dim_count = parts_[i].dims.size();
      tensors[i].elements = 1;
      std::copy(parts_[i].dims.begin(), parts_[i].dims.end(), tensors[i].dims);
      for (const std::size_t dim : parts_[i].dims) tensors[i].elements *= dim;
    }
    std::vector<TensorType> chosen;
    chosen.reserve(parts_.size());
    for (const TensorChoice& choice : choose_types(tensors, recipe_)) {
      chosen.push_back(choice.type);
    }
    // The usual files of small models in Q4_0 have finer embeddings.
    if (shape_.tied && recipe_.usual == TensorType::kQ4_0) chosen.front() = TensorType::kQ6_K;
    return chosen;
  }

  Result<void> write_part(const TensorPart& part, TensorType type) {
    std::size_t rows = 1;
    for (std::size_t i = 1; i < part.dims.size(); ++i) rows *= part.dims[i];
    const std::size_t row = kernels::row_bytes(type, part.dims.front());
    const std::size_t chunk_rows = std::max<std::size_t>(1, kChunkBytes / row);
    for (std::size_t done = 0; done < rows; done += chunk_rows) {
      chunk_.resize(std::min(chunk_rows, rows - done) * row);
      if (part.rms == 0) {
        fill_with_ones(chunk_);
      } else {
        fill_with_random_blocks(type, part.rms, &rng_, chunk_);
      }
      if (auto written = writer_.write(chunk_); !written) return written;
    }
    return {};
  }

  static void fill_with_ones(std::span<std::byte> out) {
    const float one = 1;
    for (std::size_t at = 0; at < out.size(); at += sizeof one) {
      std::memcpy(out.data() + at, &one, sizeof one);
    }
  }

  const SyntheticShape& shape_;
  const QuantRecipe& recipe_;
  GgufWriter writer_;
  std::vector<TensorPart> parts_;
  std::vector<TensorType> types_;
  std::vector<std::byte> chunk_;
  Rng rng_{7};
};

}  // namespace

std::span<const SyntheticShape> synthetic_shapes() { return kShapes; }

const SyntheticShape* find_synthetic_shape(std::string_view name) {
  const auto found = std::find_if(kShapes.begin(), kShapes.end(),
                                  [name](const auto& shape) { return shape.name == name; });
  return found == kShapes.end() ? nullptr : &*found;
}

std::string synthetic_name(const SyntheticShape& shape, std::string_view type) {
  return std::string(shape.name) + " " + std::string(type) + ", random";
}

Result<void> write_synthetic_model(const std::string& path, const SyntheticShape& shape,
                                   std::string_view type) {
  const QuantRecipe* recipe = find_quant_recipe(type);
  if (recipe == nullptr) {
    return Error{ErrorCode::kInvalidRequest, "no number format is called " + std::string(type)};
  }
  return SyntheticModel(shape, *recipe).write(path);
}

}  // namespace weir
