#include "cloud_adapters/wire/embedding_usage.h"

#include "cloud_adapters/wire/json.h"
#include "cloud_adapters/wire/json_fields.h"

namespace weir {
namespace {

constexpr std::size_t kLongestKey = 16;  // bytes; longer ones are none that counts
constexpr std::size_t kLongestUsage = 4'096;

}  // namespace

void EmbeddingUsage::read(std::string_view bytes) {
  for (const char byte : bytes) take(byte);
}

void EmbeddingUsage::take(char byte) {
  if (in_usage() && usage_.size() <= kLongestUsage) usage_.push_back(byte);
  if (in_string_) {
    take_in_string(byte);
  } else {
    take_outside(byte);
  }
}

void EmbeddingUsage::take_in_string(char byte) {
  if (awaits_ == Awaits::kKey && depth_ == 1 && key_.size() < kLongestKey) key_.push_back(byte);
  if (escaped_) {
    escaped_ = false;
  } else if (byte == '\\') {
    escaped_ = true;
  } else if (byte == '"') {
    in_string_ = false;
    if (awaits_ == Awaits::kKey && depth_ == 1) awaits_ = Awaits::kColon;
  }
}

void EmbeddingUsage::take_outside(char byte) {
  switch (byte) {
    case '"':
      in_string_ = true;
      if (awaits_ == Awaits::kKey && depth_ == 1) key_ = '"';
      break;
    case '{':
    case '[': ++depth_; break;
    case '}':
    case ']':
      if (depth_ == 1) end_member();
      if (depth_ > 0) --depth_;
      break;
    case ':':
      if (depth_ == 1 && awaits_ == Awaits::kColon) awaits_ = Awaits::kValue;
      break;
    case ',':
      if (depth_ == 1) end_member();
      break;
    default: break;
  }
}

// The byte behind its value has been kept, too.
void EmbeddingUsage::end_member() {
  if (in_usage()) {
    whole_ = usage_.size() <= kLongestUsage;
    usage_.pop_back();
  }
  key_.clear();
  awaits_ = Awaits::kKey;
}

std::optional<Usage> EmbeddingUsage::found() const {
  if (!whole_) return std::nullopt;
  const auto document = JsonDocument::parse(usage_, usage_.size());
  if (!document) return std::nullopt;
  simdjson::dom::object usage;
  if ((*document)->root().get_object().get(usage) != simdjson::SUCCESS) return std::nullopt;
  auto tokens = count_member(usage, "prompt_tokens");
  if (!find_member(usage, "prompt_tokens")) tokens = count_member(usage, "total_tokens");
  if (!tokens) return std::nullopt;
  Usage found;
  found.input_tokens = *tokens;
  return found;
}

}  // namespace weir
