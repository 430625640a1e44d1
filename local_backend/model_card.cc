#include "local_backend/model_card.h"

#include <algorithm>
#include <array>
#include <cmath>

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

// The types by their share of the parameters, the largest first.
std::string types_of(const GgufFile& file) {
  std::array<std::uint64_t, kernels::kTensorTypes.size()> elements = {};
  for (const GgufTensor& tensor : file.tensors()) {
    elements[kernels::index_of(tensor.type)] += tensor.elements;
  }
  std::vector<std::pair<std::uint64_t, std::string_view>> shares;
  for (const kernels::TensorTypeInfo& info : kernels::kTensorTypes) {
    const std::uint64_t count = elements[kernels::index_of(info.type)];
    if (count > 0) shares.emplace_back(count, info.name);
  }
  std::sort(shares.rbegin(), shares.rend());
  std::string text;
  for (const auto& [count, name] : shares) {
    const double percent =
        100 * static_cast<double>(count) / static_cast<double>(file.parameters());
    const std::string share = percent < 1 ? "<1" : std::to_string(std::lround(percent));
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + share + " %";
  }
  return text;
}

double bits_of(const GgufFile& file) {
  std::uint64_t bytes = 0;
  for (const GgufTensor& tensor : file.tensors()) bytes += tensor.bytes.size();
  return file.parameters() == 0
             ? 0
             : 8 * static_cast<double>(bytes) / static_cast<double>(file.parameters());
}

std::string tokenizer_of(const GgufFile& file, std::size_t tokens) {
  const std::string pre = word(file, "tokenizer.ggml.pre");
  return word(file, "tokenizer.ggml.model") + (pre.empty() ? "" : " (" + pre + ")") + ", " +
         std::to_string(tokens) + " tokens";
}

}  // namespace

ModelCard describe_model(const std::shared_ptr<const GgufFile>& file) {
  ModelCard card;
  card.name = word(*file, "general.name");
  card.description = word(*file, "general.description");
  card.architecture = word(*file, "general.architecture");
  card.parameters = file->parameters();
  for (const auto& piece : file->pieces()) card.file_bytes += piece.size();
  card.tensor_types = types_of(*file);
  card.bits_per_weight = bits_of(*file);
  const auto context = file->find_uint(card.architecture + ".context_length", {0, 1u << 31});
  if (context) card.context_tokens = context->value_or(0);
  card.has_chat_template = file->find("tokenizer.chat_template") != nullptr;
  card.fingerprint = file->fingerprint();

  if (const auto model = Model::load(file)) {
    card.kv_bytes_per_token = KvPool::page_bytes((*model)->state_layout()) / kKvPageTokens;
  } else {
    card.problem = model.error().message;
  }
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
