// `weir perplexity`: how well a model foretells texts, by how its keys and values are kept.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "local_backend/mini/embedded_model.h"

namespace weir::cli {

struct PerplexityOptions {
  std::vector<std::string> texts;     // files, one behind the other
  std::string model{kEmbeddedModel};  // or a GGUF file
  std::vector<std::string> kv = {"f32",         "f16",       "bf16",   "q8_0",
                                 "q8_0/iq4_nl", "q8_0/q4_0", "iq4_nl", "q4_0"};
  std::size_t window = 512;  // tokens that are read together; the next ones begin anew
  std::size_t threads = 0;   // 0: one per processor
  bool json = false;
};

// e^-(the mean log-probability of each token behind those before it in its window), for each of
// `kv`, and how far a token's log-probability is from what it is with the first of them.
int perplexity(const PerplexityOptions& options);

}  // namespace weir::cli
