// A whole model of every architecture, as small as it goes, whose metadata and tensors can be
// changed one by one before it becomes a file: what tests and fuzz targets corrupt.
//
// Only metadata are written down here. Which tensors there must be, and of which shape, the
// loader itself says.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/model/model.h"
#include "tests/local_backend/gguf_builder.h"

namespace weir::test {

// A value of metadata as it stands in a file.
struct StoredValue {
  std::uint32_t type = 0;
  std::string bytes;
};

struct StoredTensor {
  std::vector<std::uint64_t> dims;
  std::uint32_t type = 0;                    // F32
  std::vector<float> values = {};            // F32; empty: some weights
  std::optional<std::uint64_t> offset = {};  // a lie; none: where its data are
};

template <class T>
StoredValue stored(std::uint32_t type, T value) {
  StoredValue made{type, {}};
  put(&made.bytes, value);
  return made;
}

inline StoredValue stored_text(std::string_view text) {
  StoredValue made{8, {}};
  put_string(&made.bytes, text);
  return made;
}

template <class T>
StoredValue stored_array(std::uint32_t element, const std::vector<T>& values) {
  StoredValue made{9, {}};
  put(&made.bytes, element);
  put<std::uint64_t>(&made.bytes, values.size());
  for (const T value : values) put(&made.bytes, value);
  return made;
}

struct SmallModel {
  std::string name;
  std::string architecture;
  std::map<std::string, StoredValue> values;
  std::map<std::string, StoredTensor> tensors;

  std::string bytes() const;
};

// Weights between -0.5 and 0.5, always the same; of a shape that lies, a few.
inline std::string some_weights(const std::vector<std::uint64_t>& dims) {
  constexpr std::uint64_t kMost = 1 << 14;
  static const std::string kAll = [] {
    std::string data;
    std::uint32_t state = 7;
    for (std::uint64_t i = 0; i < kMost; ++i) {
      state = state * 1664525 + 1013904223;
      put(&data, static_cast<float>(state >> 8) / static_cast<float>(1 << 24) - 0.5f);
    }
    return data;
  }();
  std::uint64_t count = 1;
  for (const std::uint64_t dim : dims) count = dim > kMost ? kMost : std::min(count * dim, kMost);
  return kAll.substr(0, count * sizeof(float));
}

inline std::string as_bytes(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

inline std::string SmallModel::bytes() const {
  GgufBuilder file;
  for (const auto& [key, value] : values) {
    file.raw(key, value.type, [&stored = value](std::string* out) { *out += stored.bytes; });
  }
  for (const auto& [tensor_name, tensor] : tensors) {
    file.raw_tensor(tensor_name, tensor.dims, tensor.type,
                    tensor.offset.value_or(file.next_offset()),
                    tensor.values.empty() ? some_weights(tensor.dims) : as_bytes(tensor.values));
  }
  return file.bytes();
}

// A number, truth value, list of them, or word.
inline StoredValue stored_from(const std::string& text) {
  if (text == "true" || text == "false") return stored<std::uint8_t>(7, text == "true" ? 1 : 0);
  if (text[0] == '[') {
    std::vector<std::int32_t> numbers;
    for (std::size_t i = 1; i < text.size(); i += 2) numbers.push_back(text[i] - '0');
    return stored_array(5, numbers);
  }
  if (text.find_first_not_of("0123456789.") != std::string::npos) return stored_text(text);
  if (text.find('.') != std::string::npos) return stored<float>(6, std::stof(text));
  return stored(4, static_cast<std::uint32_t>(std::stoul(text)));
}

// "key=value key=value", the keys without their architecture.
inline void set_values(const std::string& text, SmallModel* model) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::size_t equals = text.find('=', at);
    model->values[model->architecture + "." + text.substr(at, equals - at)] =
        stored_from(text.substr(equals + 1, end - equals - 1));
    at = end + 1;
  }
}

// Does what the loader's complaint about a tensor asks for. False: it is about something else.
inline bool mend(const std::string& complaint, SmallModel* model) {
  constexpr std::string_view kTensor = "tensor ", kAsk = "the metadata ask for [";
  if (!complaint.starts_with(kTensor)) return false;
  const std::size_t colon = complaint.find(": ");
  std::string name = complaint.substr(kTensor.size(), colon - kTensor.size());
  std::erase(name, '\'');
  const std::string what = complaint.substr(colon + 2);
  if (what == "is missing") {
    model->tensors[name] = {{1}};
    return true;
  }
  if (what.starts_with("is not part")) return model->tensors.erase(name) > 0;
  std::size_t at = complaint.find(kAsk);
  if (at == std::string::npos) return false;
  std::vector<std::uint64_t> dims;
  for (at += kAsk.size(); at < complaint.size(); at = complaint.find_first_of(",]", at) + 2) {
    dims.push_back(std::stoul(complaint.substr(at)));
  }
  while (dims.size() > 1 && dims.back() == 1) dims.pop_back();
  model->tensors[name].dims = dims;
  return true;
}

// The error that is left when all complaints about tensors have been seen to; empty: it loads.
inline std::string settle(SmallModel* model, const GgufWitness& witness = {}) {
  std::string complaint;
  for (int tries = 0; tries < 1000; ++tries) {
    const auto file = GgufFile::parse(model->bytes(), Strangers::kRefuse, witness);
    if (!file) return file.error().message;
    const auto loaded = Model::load(*file);
    if (loaded) return "";
    complaint = loaded.error().message;
    if (!mend(complaint, model)) return complaint;
  }
  return complaint;
}

// The same with every tensor that it may have and did not, as far as they go together.
inline SmallModel with_all_tensors(SmallModel model) {
  std::set<std::string> asked;
  settle(&model, [&](std::string_view name) { asked.emplace(name); });
  for (const std::string& name : asked) {
    const bool tensor =
        name.ends_with(".weight") || name.ends_with(".bias") || name.ends_with(".scale");
    if (!tensor || model.tensors.contains(name)) continue;
    SmallModel more = model;
    more.tensors[name] = {{1}};
    if (settle(&more).empty() && more.tensors.contains(name)) model = std::move(more);
  }
  model.name += ", with all tensors";
  return model;
}

struct SmallShape {
  const char* name;
  const char* architecture;
  const char* values;
};

inline const std::vector<SmallShape>& small_shapes() {
#define WEIR_EXPERTS "expert_count=4 expert_used_count=2 expert_feed_forward_length=8"
#define WEIR_HEADS "attention.key_length=8 attention.value_length=8"
#define WEIR_NETS                                                                 \
  WEIR_HEADS                                                                      \
  " rope.dimension_count=4 ssm.conv_kernel=3 ssm.state_size=4 ssm.group_count=1 " \
  "ssm.time_step_rank=2 ssm.inner_size=8 full_attention_interval=2"
#define WEIR_LATENT                                                                              \
  "rope.dimension_count=4 attention.kv_lora_rank=8 attention.key_length_mla=8 "                  \
  "attention.value_length_mla=6 leading_dense_block_count=1 expert_shared_count=1 " WEIR_EXPERTS \
  " rope.scaling.type=yarn rope.scaling.factor=4.0 rope.scaling.original_context_length=16 "     \
  "rope.scaling.yarn_log_multiplier=0.1"
  static const std::vector<SmallShape> kAll = {
      {"bert", "bert", "pooling_type=2"},
      {"cohere2", "cohere2", "logit_scale=0.5 attention.sliding_window=4 block_count=4"},
      {"command-r", "command-r", "logit_scale=0.5"},
      {"command-r plus", "command-r", "logit_scale=0.5"},
      {"deepseek2", "deepseek2",
       WEIR_LATENT " attention.q_lora_rank=6 expert_group_count=2 expert_group_used_count=1 "
                   "expert_weights_scale=2.5 expert_weights_norm=true expert_gating_func=2"},
      {"deepseek2 lite", "deepseek2", WEIR_LATENT},
      {"deepseek2 of 2024", "deepseek2", WEIR_LATENT},
      {"ernie4_5", "ernie4_5", ""},
      {"gemma2", "gemma2", WEIR_HEADS " attention.sliding_window=4 attn_logit_softcapping=8.0"},
      {"gemma3", "gemma3", WEIR_HEADS " attention.sliding_window=4 block_count=6"},
      {"gemma4", "gemma4",
       WEIR_HEADS " attention.key_length_swa=4 attention.value_length_swa=4 "
                  "rope.dimension_count_swa=4 attention.sliding_window=4 block_count=4 "
                  "attention.sliding_window_pattern=[1,0,1,0] attention.shared_kv_layers=2 "
                  "embedding_length_per_layer_input=4 final_logit_softcapping=30.0 "
                  "feed_forward_length=[4,4,8,8]"},
      {"gemma4 with experts", "gemma4",
       WEIR_HEADS " attention.sliding_window=4 attention.sliding_window_pattern=[1,0] "
                  "rope.freq_base_swa=1000.0 " WEIR_EXPERTS},
      {"gemma-embedding", "gemma-embedding",
       WEIR_HEADS " attention.sliding_window=4 pooling_type=1 block_count=6"},
      {"glm4", "glm4", "rope.dimension_count=4"},
      {"glm4moe", "glm4moe",
       "rope.dimension_count=4 leading_dense_block_count=1 expert_shared_count=1 "
       "nextn_predict_layers=1 block_count=3 " WEIR_EXPERTS},
      {"gpt-oss", "gpt-oss", WEIR_HEADS " attention.sliding_window=4 " WEIR_EXPERTS},
      {"granite", "granite",
       "logit_scale=0.5 residual_scale=0.7 embedding_scale=12.0 attention.scale=0.06"},
      {"granitemoe", "granitemoe", WEIR_EXPERTS},
      {"internlm2", "internlm2", ""},
      {"lfm2", "lfm2", "attention.head_count_kv=[0,1] shortconv.l_cache=3"},
      {"lfm2moe", "lfm2moe",
       "attention.head_count_kv=[0,1] shortconv.l_cache=3 leading_dense_block_count=1 "
       "expert_gating_func=2 " WEIR_EXPERTS},
      {"llama", "llama", "rope.scaling.type=linear rope.scaling.factor=4.0"},
      {"llama with experts", "llama", WEIR_EXPERTS},
      {"minimax-m2", "minimax-m2", "rope.dimension_count=4 " WEIR_EXPERTS},
      {"mistral3", "mistral3",
       "rope.scaling.type=yarn rope.scaling.factor=16.0 attention.temperature_scale=0.1 "
       "rope.scaling.original_context_length=32 rope.scaling.yarn_log_multiplier=1.0"},
      {"nomic-bert", "nomic-bert", "pooling_type=1 rope.freq_base=1000.0"},
      {"olmo2", "olmo2", "attention.sliding_window=4 block_count=4"},
      {"phi3", "phi3",
       "rope.scaling.type=longrope rope.scaling.original_context_length=32 "
       "rope.scaling.attn_factor=1.2 attention.sliding_window=2047"},
      {"qwen2", "qwen2", "rope.freq_base=1000000.0"},
      {"qwen2moe", "qwen2moe", "expert_shared_feed_forward_length=12 " WEIR_EXPERTS},
      {"qwen3", "qwen3", WEIR_HEADS " pooling_type=3"},
      {"qwen35", "qwen35", WEIR_NETS},
      {"qwen35moe", "qwen35moe", WEIR_NETS " expert_shared_feed_forward_length=12 " WEIR_EXPERTS},
      {"qwen3moe", "qwen3moe", WEIR_HEADS " " WEIR_EXPERTS},
      {"qwen3next", "qwen3next", WEIR_NETS " expert_shared_feed_forward_length=12 " WEIR_EXPERTS},
      {"seed_oss", "seed_oss", ""},
      {"smollm3", "smollm3", "block_count=4"},
      {"starcoder2", "starcoder2", ""},
  };
#undef WEIR_EXPERTS
#undef WEIR_HEADS
#undef WEIR_NETS
#undef WEIR_LATENT
  return kAll;
}

// Throws if the loader wants what is not written down above.
inline SmallModel small_model(const SmallShape& shape) {
  SmallModel model{shape.name, shape.architecture, {}, {}};
  model.values["general.architecture"] = stored_text(shape.architecture);
  set_values(
      "block_count=2 context_length=64 embedding_length=16 feed_forward_length=12 "
      "attention.head_count=2 attention.head_count_kv=1 attention.layer_norm_epsilon=0.001 "
      "attention.layer_norm_rms_epsilon=0.001",
      &model);
  set_values(shape.values, &model);
  model.tensors["token_embd.weight"] = {{16, 12}};
  if (model.architecture == "bert") {
    model.tensors["position_embd.weight"] = {{16, 64}};
    model.tensors["token_types.weight"] = {{16, 2}};
  }
  // Forms that are told by a tensor.
  if (model.name == "command-r plus") model.tensors["blk.0.attn_q_norm.weight"] = {{1}};
  if (model.name == "deepseek2 of 2024") {
    for (const char* layer : {"0", "1"}) {
      model.tensors["blk." + std::string(layer) + ".attn_kv_b.weight"] = {{1}};
    }
  }
  const std::string error = settle(&model);
  if (!error.empty()) throw std::logic_error(model.name + ": " + error);
  return model;
}

inline SmallModel small_model(std::string_view name) {
  for (const SmallShape& shape : small_shapes()) {
    if (name == shape.name) return small_model(shape);
  }
  throw std::logic_error("there is no small model " + std::string(name));
}

// Of every shape twice: with the tensors that it must have, and with all that it may.
inline const std::vector<SmallModel>& small_models() {
  static const std::vector<SmallModel> kAll = [] {
    std::vector<SmallModel> models;
    models.reserve(2 * small_shapes().size());
    for (const SmallShape& shape : small_shapes()) {
      models.push_back(small_model(shape));
      models.push_back(with_all_tensors(models.back()));
    }
    return models;
  }();
  return kAll;
}

}  // namespace weir::test
