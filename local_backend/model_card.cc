#include "local_backend/model_card.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "local_backend/default_sampling.h"
#include "local_backend/gguf/printable.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "local_backend/tool_calls/answer_format.h"

namespace weir {
namespace {

std::string word(const GgufFile& file, std::string_view key) {
  const auto value = file.find_string(key);
  return value && *value ? std::string(**value) : std::string();
}

std::string format_name(std::uint32_t gguf_id) {
  const std::string_view known = kernels::tensor_type_name(gguf_id);
  return known.empty() ? "format " + std::to_string(gguf_id) : std::string(known);
}

// Formats by their share of the parameters, the largest first.
std::vector<TypeShare> types_of(const GgufFile& file) {
  std::map<std::uint32_t, TypeShare> shares;
  for (const GgufTensor& tensor : file.tensors()) {
    TypeShare& share = shares[kernels::info_of(tensor.type).gguf_id];
    ++share.tensors;
    share.parameters += tensor.elements;
    share.bytes = share.bytes.value_or(0) + tensor.bytes.size();
  }
  for (const GgufStranger& tensor : file.strangers()) {
    ++shares[tensor.gguf_id].tensors;
    shares[tensor.gguf_id].parameters += tensor.elements;
  }
  std::vector<TypeShare> types;
  types.reserve(shares.size());
  for (auto& [gguf_id, share] : shares) {
    share.name = format_name(gguf_id);
    types.push_back(std::move(share));
  }
  std::sort(types.begin(), types.end(), [](const TypeShare& a, const TypeShare& b) {
    return std::tie(a.parameters, a.name) > std::tie(b.parameters, b.name);
  });
  return types;
}

std::string percentages_of(const ModelCard& card) {
  std::string text;
  for (const TypeShare& type : card.types) {
    const double percent =
        100 * static_cast<double>(type.parameters) / static_cast<double>(card.parameters);
    const std::string share = percent < 1 ? "<1" : std::to_string(std::lround(percent));
    text += (text.empty() ? "" : ", ") + type.name + " " + share + " %";
  }
  return text;
}

std::string problem_of(const GgufFile& file) {
  if (file.strangers().empty()) return "";
  const GgufStranger& first = file.strangers().front();
  return "tensor " + printable(first.name) + " is in " + format_name(first.gguf_id) +
         ", which is not supported";
}

std::string tokenizer_of(const GgufFile& file, std::size_t tokens) {
  const std::string pre = word(file, "tokenizer.ggml.pre");
  return word(file, "tokenizer.ggml.model") + (pre.empty() ? "" : " (" + pre + ")") + ", " +
         std::to_string(tokens) + " tokens";
}

void read_costs(const std::shared_ptr<const GgufFile>& file, ModelCard* card) {
  const auto model = Model::load(file, {.kv_types = kUsualKvTypes});
  if (!model) {
    card->problem = model.error().message;
    return;
  }
  const StateLayout layout = (*model)->state_layout();
  const std::size_t page_bytes = KvPool::page_bytes(layout);
  card->kv_bytes_per_token = page_bytes / kKvPageTokens;
  card->fixed_bytes_per_sequence = KvPool::overhead_pages(layout) * page_bytes;
}

// Reads numbers that may be absent, of an architecture that nobody here knows.
class GenericKeys {
 public:
  GenericKeys(const GgufFile& file, KvEstimate* estimate) : file_(file), estimate_(estimate) {
    prefix_ = word(file, "general.architecture") + ".";
  }

  std::uint64_t layers() { return read("block_count", kCounts, std::nullopt); }
  std::uint64_t width(std::string_view key, std::optional<std::uint64_t> absent) {
    return read(key, kWidths, absent);
  }
  // Of all layers together; one number is that of each.
  std::uint64_t sum(std::string_view key, std::uint64_t layers,
                    std::optional<std::uint64_t> absent) {
    const auto values = file_.find_uint_per_item(prefix_ + std::string(key), layers, kCounts);
    if (!values || !*values) return layers * otherwise(key, absent);
    return std::accumulate((*values)->begin(), (*values)->end(), std::uint64_t{0});
  }

 private:
  // Products of four of them fit 64 bits.
  static constexpr UintRange kCounts{0, 1 << 12};
  static constexpr UintRange kWidths{0, 1 << 16};

  std::uint64_t read(std::string_view key, UintRange range, std::optional<std::uint64_t> absent) {
    const auto value = file_.find_uint(prefix_ + std::string(key), range);
    return value && *value ? **value : otherwise(key, absent);
  }
  std::uint64_t otherwise(std::string_view key, std::optional<std::uint64_t> absent) {
    if (!absent) estimate_->missing.push_back(prefix_ + std::string(key));
    return absent.value_or(0);
  }

  const GgufFile& file_;
  KvEstimate* estimate_;
  std::string prefix_;
};

}  // namespace

KvEstimate estimate_kv(const GgufFile& file) {
  KvEstimate estimate;
  GenericKeys keys(file, &estimate);
  const std::uint64_t layers = keys.layers();
  const std::uint64_t all_heads = keys.sum("attention.head_count", layers, std::nullopt);
  const std::uint64_t heads = layers == 0 ? 0 : all_heads / layers;
  const std::uint64_t kv_heads = keys.sum("attention.head_count_kv", layers, heads);
  std::optional<std::uint64_t> share;
  const std::uint64_t embedding = keys.width("embedding_length", 0);
  if (heads > 0 && embedding > 0) share = embedding / heads;
  const std::uint64_t key_width = keys.width("attention.key_length", share);
  const std::uint64_t value_width = keys.width("attention.value_length", share);
  if (!estimate.missing.empty()) return estimate;
  estimate.bytes_per_token = kv_heads * (key_width + value_width) * sizeof(float);
  return estimate;
}

std::uint64_t sequence_bytes(const ModelCard& card, std::uint64_t tokens) {
  const std::uint64_t pages = tokens / kKvPageTokens + (tokens % kKvPageTokens != 0 ? 1 : 0);
  return pages * kKvPageTokens * card.kv_bytes_per_token + card.fixed_bytes_per_sequence;
}

ModelCard describe_model(const std::shared_ptr<const GgufFile>& file) {
  ModelCard card;
  card.name = word(*file, "general.name");
  card.description = word(*file, "general.description");
  card.architecture = word(*file, "general.architecture");
  card.parameters = file->parameters();
  for (const auto& piece : file->pieces()) card.file_bytes += piece.size();
  card.files = file->pieces().size();
  card.types = types_of(*file);
  for (const TypeShare& type : card.types) card.weight_bytes += type.bytes.value_or(0);
  card.tensor_types = percentages_of(card);
  if (card.parameters > 0) {
    card.bits_per_weight =
        8 * static_cast<double>(card.weight_bytes) / static_cast<double>(card.parameters);
  }
  const auto context = file->find_uint(card.architecture + ".context_length", {0, 1u << 31});
  if (context) card.context_tokens = context->value_or(0);
  card.has_chat_template = file->find("tokenizer.chat_template") != nullptr;
  card.fingerprint = file->fingerprint();

  card.problem = problem_of(*file);
  if (card.problem.empty()) read_costs(file, &card);
  const auto sampling = default_sampling(*file);
  if (!sampling && card.problem.empty()) card.problem = sampling.error().message;
  const auto tokenizer = Tokenizer::create(*file);
  card.tokenizer = tokenizer_of(*file, tokenizer ? (*tokenizer)->vocabulary().size() : 0);
  if (!tokenizer) {
    if (card.problem.empty()) card.problem = tokenizer.error().message;
    return card;
  }
  const auto chat = ChatTemplate::read(*file, (*tokenizer)->vocabulary());
  if (!chat && card.problem.empty()) card.problem = chat.error().message;
  if (!chat) return card;
  const AnswerFormat format = detect_format(*chat, (*tokenizer)->vocabulary());
  if (format.calls != nullptr) card.tool_calls = format.calls->name;
  card.reasons = format.reasoning != nullptr;
  return card;
}

}  // namespace weir
