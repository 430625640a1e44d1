// Turns texts into vectors with one loaded model, an encoder or a language model.
//
// Owns the threads that compute. Any thread may call it; one call is worked on at a
// time, the others wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/result.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model.h"

namespace weir {

struct EmbedderConfig {
  std::size_t threads = 0;         // that compute; 0 = one per processor
  std::size_t context_tokens = 0;  // of one text; 0 = the model's own
};

// Makes its length 1. False, and it is as before, if it has none or is not made of numbers.
bool norm_to_one(std::vector<float>* vector);

class Embedder {
 public:
  using Tokens = std::span<const TokenId>;
  using Vector = Result<std::vector<float>>;

  // Texts that pay to be read together: so many, with so many tokens in all.
  static constexpr std::size_t kTextsTogether = 32;
  static constexpr std::size_t kTokensTogether = 256;

  // kInvalidModel if the file does not say how its hidden states become one vector.
  static Result<std::unique_ptr<Embedder>> create(std::shared_ptr<const Model> model,
                                                  const EmbedderConfig& config);

  std::size_t width() const { return model_->spec().embedding; }
  std::size_t context_tokens() const { return context_tokens_; }
  // Of keys and values, at most, for texts of so many tokens.
  static std::uint64_t state_bytes(const Model& model, std::size_t context_tokens);

  // Why these tokens have no vector: kContextTooLong, or kInvalidRequest for no tokens or
  // one that the model does not have. Nothing if they have one.
  std::optional<Error> problem(Tokens tokens) const;

  // The vector of a text's tokens as the model pools them, of length 1: what problem()
  // says, kOverloaded without memory, kInternal if it is not made of numbers.
  Vector embed(Tokens tokens);

  // The same for several texts, in one forward call if they are few and short; each gets
  // what it would get alone, bit for bit. None has a problem(). Asks `stop` between
  // layers; once it says yes all are kCancelled.
  std::vector<Vector> embed_together(std::span<const Tokens> texts,
                                     const std::function<bool()>& stop);

 private:
  struct Reading;

  Embedder(std::shared_ptr<const Model> model, const EmbedderConfig& config);

  std::vector<Vector> read_together(std::span<const Tokens> texts,
                                    const std::function<bool()>& stop);
  bool read_on(std::span<Reading> readings, const std::function<bool()>& stop);
  std::size_t share_of(const Reading& reading, std::size_t room) const;
  TokenWants wants(const Reading& reading, std::size_t position) const;
  Vector vector_of(const Reading& reading) const;

  const std::shared_ptr<const Model> model_;
  const std::size_t context_tokens_;
  std::mutex mutex_;
  kernels::WorkerPool pool_;
  KvPool kv_;
  Workspace work_;
};

}  // namespace weir
