#include "local_backend/model_card.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

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
  const auto model = Model::load(file);
  if (!model) {
    card->problem = model.error().message;
    return;
  }
  const StateLayout layout = (*model)->state_layout();
  const std::size_t page_bytes = KvPool::page_bytes(layout);
  card->kv_bytes_per_token = page_bytes / kKvPageTokens;
  card->fixed_bytes_per_sequence = KvPool::overhead_pages(layout) * page_bytes;
}

}  // namespace

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
