// POST /v1/embeddings as OpenAI has it: its body read, its answer written. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/embedding.h"
#include "core/result.h"

namespace weir {

// Takes the body; one with 64 spare bytes of capacity is not copied again. kInvalidRequest
// (param = "input[2]") for what is wrong with it, more than `max_inputs` inputs included,
// and whatever JsonDocument::parse() says.
Result<EmbeddingRequest> parse_embedding_request(std::string body, std::size_t max_inputs);

// Writes the answer, one vector after the other.
class EmbeddingWriter {
 public:
  explicit EmbeddingWriter(bool base64);

  void add(std::span<const float> vector);
  // The whole body. Nothing may follow.
  std::string finish(std::string_view model, std::int64_t prompt_tokens);

 private:
  void append_numbers(std::span<const float> vector);
  void append_base64(std::span<const float> vector);

  const bool base64_;
  std::size_t count_ = 0;
  std::string body_;
};

}  // namespace weir
