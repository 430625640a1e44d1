// A request for vectors, as POST /v1/embeddings says it, and what comes of it.
//
// Every string_view points into memory that `backing` keeps alive. Move-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/keep_alive.h"
#include "core/usage.h"

namespace weir {

// A text, or tokens of the model that is asked.
using EmbeddingInput = std::variant<std::string_view, std::vector<std::int32_t>>;

struct EmbeddingRequest {
  std::string_view model;              // empty: none was named
  std::vector<EmbeddingInput> inputs;  // at least one, and none is empty
  bool is_list = false;                // "input[2]", and not "input", is the third of them
  std::int64_t dimensions = 0;         // of each vector; 0 = the model's own
  bool base64 = false;                 // little-endian 32-bit floats
  std::optional<KeepAlive> keep_alive;
  std::vector<std::string_view> unknown_members;  // top-level names with no field here
  std::string_view original;                      // the whole body
  std::shared_ptr<const void> backing;

  EmbeddingRequest() = default;
  EmbeddingRequest(EmbeddingRequest&&) = default;
  EmbeddingRequest& operator=(EmbeddingRequest&&) = default;
  EmbeddingRequest(const EmbeddingRequest&) = delete;
  EmbeddingRequest& operator=(const EmbeddingRequest&) = delete;
};

// Where an input stands in the body: "input", or "input[2]".
inline std::string place_of_input(bool is_list, std::size_t index) {
  return is_list ? "input[" + std::to_string(index) + "]" : "input";
}

struct EmbeddingResult {
  std::vector<std::vector<float>> vectors;  // one for each input, in their order
  Usage usage;
};

}  // namespace weir
