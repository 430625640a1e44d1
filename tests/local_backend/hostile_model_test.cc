// Model files whose numbers and shapes lie: each is refused by name, or does no harm.
#include <cstring>
#include <limits>

#include "local_backend/model/architecture.h"
#include "local_backend/model/model_run.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// A golden model that can be changed byte by byte.
struct Patient {
  std::string architecture;
  std::string bytes;
};

// Those committed here, and all where WEIR_TEST_DATA is set.
std::vector<std::filesystem::path> golden_models() {
  std::vector<std::filesystem::path> folders = {test::committed_golden()};
  if (const auto all = test::data_path("golden/logits")) folders = {*all};
  std::vector<std::filesystem::path> models;
  for (const auto& entry : std::filesystem::directory_iterator(folders[0])) {
    const auto model = entry.path() / "model.gguf";
    if (std::filesystem::exists(model)) models.push_back(model);
  }
  return models;
}

Patient patient(const std::filesystem::path& path) {
  Patient found{{}, test::read_all(path)};
  const auto file = GgufFile::parse(found.bytes).value();
  found.architecture = std::string(*file->find_string("general.architecture").value());
  return found;
}

// Where the bytes behind a length and `text` begin; npos if there are none.
std::size_t behind(const std::string& bytes, const std::string& text) {
  const std::uint64_t length = text.size();
  std::string wanted(sizeof(length), '\0');
  std::memcpy(wanted.data(), &length, sizeof(length));
  const std::size_t at = bytes.find(wanted + text);
  return at == std::string::npos ? at : at + wanted.size() + text.size();
}

template <class T>
T number_at(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

template <class T>
void put_at(std::string* bytes, std::size_t at, T value) {
  std::memcpy(bytes->data() + at, &value, sizeof(value));
}

// What loads must also run. Empty if it did.
std::string outcome(std::string bytes) {
  const auto file = GgufFile::parse(std::move(bytes));
  if (!file) return file.error().message;
  const auto model = Model::load(*file);
  if (!model) return model.error().message;
  ModelRun run(*model, kernels::best_kernels(), 1);
  const auto state = run.sequence(8);
  const auto last = static_cast<TokenId>((*model)->spec().vocabulary - 1);
  Batch batch;
  ModelRun::add(&batch, state.get(), {0, last, 0});
  run.run_all(batch);
  return "";
}

// The keys of an architecture whose value is one number of four bytes.
const std::vector<std::string>& keys() {
  static const std::vector<std::string> kAll = {
      "attention.head_count",
      "attention.head_count_kv",
      "attention.key_length",
      "attention.key_length_mla",
      "attention.key_length_swa",
      "attention.kv_lora_rank",
      "attention.layer_norm_epsilon",
      "attention.layer_norm_rms_epsilon",
      "attention.q_lora_rank",
      "attention.shared_kv_layers",
      "attention.sliding_window",
      "attention.value_length",
      "attention.value_length_mla",
      "attention.value_length_swa",
      "block_count",
      "context_length",
      "embedding_length",
      "embedding_length_per_layer_input",
      "embedding_scale",
      "expert_count",
      "expert_feed_forward_length",
      "expert_gating_func",
      "expert_group_count",
      "expert_group_used_count",
      "expert_shared_count",
      "expert_shared_feed_forward_length",
      "expert_used_count",
      "expert_weights_scale",
      "feed_forward_length",
      "full_attention_interval",
      "leading_dense_block_count",
      "logit_scale",
      "nextn_predict_layers",
      "pooling_type",
      "rope.dimension_count",
      "rope.dimension_count_swa",
      "rope.freq_base",
      "rope.freq_base_swa",
      "rope.scaling.factor",
      "rope.scaling.original_context_length",
      "rope.scaling.yarn_log_multiplier",
      "shortconv.l_cache",
      "ssm.conv_kernel",
      "ssm.group_count",
      "ssm.inner_size",
      "ssm.state_size",
      "ssm.time_step_rank",
  };
  return kAll;
}

TEST_CASE("Any number in the metadata of any architecture is refused or does no harm", "[model]") {
  std::size_t refused = 0;
  for (const auto& path : golden_models()) {
    const Patient sound = patient(path);
    for (const std::string& key : keys()) {
      const std::size_t at = behind(sound.bytes, sound.architecture + "." + key);
      const bool array = at == std::string::npos || number_at<std::uint32_t>(sound.bytes, at) > 6;
      if (array) continue;
      const auto usual = number_at<std::uint32_t>(sound.bytes, at + 4);
      for (const std::uint32_t value : {0u, 1u, 3u, usual + 1, usual * 2, 4097u, 1u << 24, 1u << 31,
                                        std::numeric_limits<std::uint32_t>::max()}) {
        CAPTURE(path.string(), key, value);
        std::string bytes = sound.bytes;
        put_at(&bytes, at + 4, value);
        refused += outcome(std::move(bytes)).empty() ? 0 : 1;
      }
    }
  }
  CHECK(refused > 100);
}

TEST_CASE("A tensor that is missing or of another shape is refused, in any architecture",
          "[model]") {
  for (const auto& path : golden_models()) {
    const Patient sound = patient(path);
    const auto file = GgufFile::parse(sound.bytes).value();
    const auto model = Model::load(file);
    if (!model) continue;
    const auto& unused = (*model)->spec().unused_tensors;
    for (const GgufTensor& tensor : file->tensors()) {
      const std::string name(tensor.name);
      const auto begins = [&](const std::string& prefix) { return name.starts_with(prefix); };
      if (std::any_of(unused.begin(), unused.end(), begins)) continue;
      const std::size_t at = behind(sound.bytes, name);
      CAPTURE(path.string(), name);
      std::string renamed = sound.bytes;
      renamed[at - 1] = '?';
      CHECK(outcome(std::move(renamed)) != "");
      for (std::size_t dim = 0; dim < tensor.dim_count; ++dim) {
        for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{tensor.dims[dim] + 1}}) {
          const bool free = name == "token_embd.weight" || name == "token_types.weight";
          if (size == tensor.dims[dim] || (free && dim == 1)) continue;
          std::string bytes = sound.bytes;
          put_at(&bytes, at + 4 + 8 * dim, size);
          CHECK(outcome(std::move(bytes)) != "");
        }
      }
    }
  }
}

TEST_CASE("Weights that are not numbers reach no memory that is not theirs", "[model]") {
  const float value =
      GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
  for (const auto& path : golden_models()) {
    const Patient sound = patient(path);
    const auto file = GgufFile::parse(sound.bytes).value();
    std::string bytes = sound.bytes;
    for (const GgufTensor& tensor : file->tensors()) {
      if (tensor.type != kernels::TensorType::kF32) continue;
      if (tensor.name.find("ffn_gate_inp") == std::string_view::npos &&
          tensor.name.find("exp_probs_b") == std::string_view::npos) {
        continue;
      }
      const auto first =
          static_cast<std::size_t>(tensor.bytes.data() - file->pieces().front().data());
      for (std::size_t i = 0; i < tensor.elements; i += 3) put_at(&bytes, first + 4 * i, value);
    }
    CAPTURE(path.string());
    outcome(std::move(bytes));
  }
}

}  // namespace
}  // namespace weir
