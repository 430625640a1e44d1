// The models that somebody may ask for, as each dialect lists them.
#pragma once

#include <cstdint>
#include <string>

#include "cloud_adapters/wire/codec.h"
#include "core/result.h"
#include "policies/ruling.h"
#include "router/endpoints.h"
#include "router/http/exchange.h"
#include "router/snapshot.h"

namespace weir {

struct ModelQuestion {
  const Snapshot& snapshot;
  const Ruling& ruling;  // of who asks: models of backends that it forbids are not shown
  const Destination& destination;
  const Codec& codec;  // of the client
  Exchange& exchange;
  std::int64_t unix_ms;  // now
};

// The body of the answer to a list, to one model, and to Ollama's further questions.
// kNotFound for a model that is not there or not theirs.
Result<std::string> model_answer(const ModelQuestion& question);

}  // namespace weir
