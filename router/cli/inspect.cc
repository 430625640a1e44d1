#include "router/cli/inspect.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <new>
#include <optional>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/json_writer.h"
#include "local_backend/gguf/value_text.h"
#include "local_backend/mini/embedded_model.h"
#include "local_backend/model_card.h"
#include "router/cli/figures.h"
#include "router/cli/models.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

using File = std::shared_ptr<const GgufFile>;

// What the architecture's own keys say of its size.
struct ShapeKey {
  const char* word;
  const char* key;
};
constexpr ShapeKey kShape[] = {
    {"layers", "block_count"},
    {"embedding", "embedding_length"},
    {"feed_forward", "feed_forward_length"},
    {"heads", "attention.head_count"},
    {"kv_heads", "attention.head_count_kv"},
    {"key_width", "attention.key_length"},
    {"value_width", "attention.value_length"},
    {"experts", "expert_count"},
    {"experts_used", "expert_used_count"},
};

// The memory of one sequence.
struct Memory {
  std::uint64_t tokens = 0;
  std::uint64_t weight_bytes = 0;
  std::uint64_t sequence_bytes = 0;
  // Of what does not run here.
  std::optional<KvEstimate> estimate = {};
};

Memory memory_of(const GgufFile& file, const ModelCard& card, const InspectOptions& options) {
  const std::uint64_t wanted = options.context_tokens.value_or(card.context_tokens);
  const std::uint64_t tokens = std::min(wanted, kMaxInspectedTokens);
  Memory memory{tokens, card.weight_bytes, sequence_bytes(card, tokens)};
  if (!card.problem.empty()) memory.estimate = estimate_kv(file);
  return memory;
}

std::string shape_of(const GgufFile& file, const ModelCard& card, const ShapeKey& key) {
  const GgufValue* value = file.find(card.architecture + "." + key.key);
  return value == nullptr ? "" : range_text(*value);
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

std::string shape_text(const GgufFile& file, const ModelCard& card) {
  std::string text = "shape\n";
  for (const ShapeKey& key : kShape) {
    const std::string value = shape_of(file, card, key);
    if (!value.empty()) text += "  " + padded(key.word, 14) + value + "\n";
  }
  return text;
}

std::string types_text(const ModelCard& card) {
  std::string text =
      "tensors, in " + std::to_string(card.files) + (card.files == 1 ? " file\n" : " files\n");
  for (const TypeShare& type : card.types) {
    const std::string bytes = type.bytes ? megabytes(*type.bytes) : "of unknown size";
    text += "  " + padded(type.name, 14) + padded(std::to_string(type.tensors), 8) +
            padded(std::to_string(type.parameters) + " weights", 24) + bytes + "\n";
  }
  return text;
}

// As far as it can be told in a number.
std::uint64_t kv_bytes(const Memory& memory) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::uint64_t each = memory.estimate->bytes_per_token;
  return each == 0 ? 0 : each * std::min(memory.tokens, kMost / each);
}

std::string estimate_text(const Memory& memory) {
  const KvEstimate& estimate = *memory.estimate;
  if (estimate.missing.empty()) {
    return "  keys, values  about " + megabytes(kv_bytes(memory)) +
           " in F32, if every layer has both\n";
  }
  std::string keys;
  for (const std::string& key : estimate.missing) keys += (keys.empty() ? "" : ", ") + key;
  return "  keys, values  not known without " + keys + "\n";
}

std::string memory_text(const ModelCard& card, const Memory& memory) {
  std::string text = "memory at " + std::to_string(memory.tokens) + " tokens\n" +
                     "  weights       " + megabytes(memory.weight_bytes) + "\n";
  if (card.problem.empty()) {
    text += "  one sequence  " + megabytes(memory.sequence_bytes) + "\n" + "  together      " +
            megabytes(memory.weight_bytes + memory.sequence_bytes) + "\n";
  }
  if (memory.estimate) text += estimate_text(memory);
  return text;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string metadata_text(const GgufFile& file) {
  std::string text = "metadata\n";
  for (const GgufEntry& entry : file.entries()) {
    const std::string key(entry.key.substr(0, 80));
    text += "  " + one_line(padded(key, 40) + " " + value_text(entry.value)) + "\n";
  }
  return text;
}

void append_types_json(std::string* out, const ModelCard& card) {
  *out += '[';
  for (std::size_t i = 0; i < card.types.size(); ++i) {
    const TypeShare& type = card.types[i];
    if (i > 0) *out += ',';
    JsonObject object(out);
    object.string("type", type.name);
    object.number("tensors", static_cast<std::int64_t>(type.tensors));
    object.number("parameters", static_cast<std::int64_t>(type.parameters));
    if (type.bytes) object.number("bytes", static_cast<std::int64_t>(*type.bytes));
    object.close();
  }
  *out += ']';
}

void append_shape_json(std::string* out, const GgufFile& file, const ModelCard& card) {
  JsonObject object(out);
  for (const ShapeKey& key : kShape) {
    const std::string value = shape_of(file, card, key);
    if (!value.empty()) object.string(key.word, value);
  }
  object.close();
}

void append_strings(std::string* out, const std::vector<std::string>& texts) {
  *out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) *out += ',';
    append_json_string(out, texts[i]);
  }
  *out += ']';
}

void append_memory_json(std::string* out, const ModelCard& card, const Memory& memory) {
  JsonObject object(out);
  object.number("tokens", static_cast<std::int64_t>(memory.tokens));
  object.number("weight_bytes", static_cast<std::int64_t>(memory.weight_bytes));
  if (card.problem.empty()) {
    object.number("sequence_bytes", static_cast<std::int64_t>(memory.sequence_bytes));
  }
  if (memory.estimate && memory.estimate->missing.empty()) {
    object.number("estimated_kv_bytes", static_cast<std::int64_t>(kv_bytes(memory)));
  } else if (memory.estimate) {
    append_strings(object.key("missing_keys"), memory.estimate->missing);
  }
  object.close();
}

// Keys may need escapes, so they are values here.
void append_metadata_json(std::string* out, const GgufFile& file) {
  *out += '[';
  for (const GgufEntry& entry : file.entries()) {
    if (&entry != file.entries().data()) *out += ',';
    JsonObject object(out);
    object.string("key", entry.key);
    object.string("value", value_text(entry.value));
    object.close();
  }
  *out += ']';
}

}  // namespace

std::string inspection_text(const File& file, const InspectOptions& options) {
  const ModelCard card = describe_model(file);
  return card_text(options.file, card) +
         for_terminal(shape_text(*file, card) + types_text(card) +
                      memory_text(card, memory_of(*file, card, options)) + metadata_text(*file));
}

std::string inspection_json(const File& file, const InspectOptions& options) {
  const ModelCard card = describe_model(file);
  std::string text;
  JsonObject object(&text);
  object.raw("model", card_json(options.file, card));
  object.number("files", static_cast<std::int64_t>(card.files));
  append_shape_json(object.key("shape"), *file, card);
  append_types_json(object.key("tensors"), card);
  append_memory_json(object.key("memory"), card, memory_of(*file, card, options));
  append_metadata_json(object.key("metadata"), *file);
  object.close();
  return text;
}

int inspect(const InspectOptions& options) {
  try {
    const auto file = options.file == kEmbeddedModel
                          ? open_model_file(options.file)
                          : GgufFile::open(options.file, Strangers::kList);
    if (!file) return fail(file.error().message);
    return print(options.json ? inspection_json(*file, options) : inspection_text(*file, options));
  } catch (const std::bad_alloc&) {
    return fail(options.file + ": needs more memory than there is");
  }
}

}  // namespace weir::cli
