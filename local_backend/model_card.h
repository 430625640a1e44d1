// What a GGUF file is, without running it: for `weir models` and for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "local_backend/gguf/gguf_file.h"

namespace weir {

// The tensors of one number format.
struct TypeShare {
  std::string name;
  std::size_t tensors = 0;
  std::uint64_t parameters = 0;
  std::optional<std::uint64_t> bytes;  // none for a format that nobody here knows
};

// What keys and values of a token would take by the keys that most architectures have, if
// every layer remembered both for all its key heads.
struct KvEstimate {
  std::uint64_t bytes_per_token = 0;  // 0 if something is missing
  std::vector<std::string> missing;   // keys
};

struct ModelCard {
  std::string name;          // general.name, or empty
  std::string description;   // general.description, or empty
  std::string architecture;  // general.architecture, or empty
  std::uint64_t parameters = 0;
  std::uint64_t file_bytes = 0;
  std::size_t files = 1;
  std::uint64_t weight_bytes = 0;
  std::vector<TypeShare> types;  // the largest first
  std::string tensor_types;      // "Q8_0 97 %, F32 3 %", of the parameters
  double bits_per_weight = 0;    // over all tensors
  std::uint64_t context_tokens = 0;
  std::string tokenizer;  // "gpt2 (qwen2), 151936 tokens"
  bool has_chat_template = false;
  std::string tool_calls;  // how it writes them, or empty: it was not taught to
  bool reasons = false;    // it marks its thinking
  std::string fingerprint;
  // Of keys and values of the usual type, in this engine; 0 if it cannot run the model.
  std::uint64_t kv_bytes_per_token = 0;
  std::uint64_t fixed_bytes_per_sequence = 0;  // what recurrent layers remember
  std::string problem;                         // why this engine cannot run it; empty if it can
};

// What `tokens` positions of one sequence take in this engine: whole pages, and what is fixed.
// 0 if it cannot run the model.
std::uint64_t sequence_bytes(const ModelCard& card, std::uint64_t tokens);

// Of a model that this engine cannot run.
KvEstimate estimate_kv(const GgufFile& file);

// Checks all that loading checks, and reads no weights.
ModelCard describe_model(const std::shared_ptr<const GgufFile>& file);

}  // namespace weir
