// How each dialect asks for vectors and is given them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/codec.h"
#include "core/embedding.h"
#include "core/result.h"

namespace weir {

// Writes one answer, one vector after the other.
class EmbeddingWriter {
 public:
  virtual ~EmbeddingWriter() = default;

  virtual void add(std::span<const float> vector) = 0;
  // The whole body. Nothing may follow.
  virtual std::string finish(std::string_view model, std::int64_t prompt_tokens) = 0;
};

// A stateless constant, shared by all threads. Errors are written by the Codec of the
// same dialect.
class EmbeddingCodec {
 public:
  virtual ~EmbeddingCodec() = default;

  virtual Dialect dialect() const = 0;

  // Takes the body; one with 64 spare bytes of capacity is not copied again.
  // kInvalidRequest (param = "input[2]") for what is wrong with it, more than `max_inputs`
  // inputs included, and whatever JsonDocument::parse() says.
  virtual Result<EmbeddingRequest> parse_request(std::string body, const RequestPath& path,
                                                 std::size_t max_inputs) const = 0;
  // For the answer to `request`, of which nothing is kept.
  virtual std::unique_ptr<EmbeddingWriter> writer(const EmbeddingRequest& request) const = 0;
};

}  // namespace weir
