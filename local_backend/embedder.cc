#include "local_backend/embedder.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <thread>

#include "local_backend/model/pooling.h"

namespace weir {
namespace {

constexpr std::size_t kTokensTogether = 256;

std::size_t threads_of(const EmbedderConfig& config) {
  return config.threads != 0 ? config.threads : std::max(1u, std::thread::hardware_concurrency());
}

std::size_t context_of(const Model& model, const EmbedderConfig& config) {
  const std::size_t own = model.spec().context_tokens;
  return config.context_tokens == 0 ? own : std::min(own, config.context_tokens);
}

std::size_t pages_of(const Model& model, std::size_t tokens) {
  return (tokens + kKvPageTokens - 1) / kKvPageTokens +
         KvPool::overhead_pages(model.state_layout());
}

// False if the vector has no direction.
bool norm_to_one(std::vector<float>* vector) {
  double squares = 0;
  for (const float value : *vector) squares += double{value} * double{value};
  if (!std::isfinite(squares) || squares == 0) return false;
  const double length = std::sqrt(squares);
  for (float& value : *vector) value = static_cast<float>(double{value} / length);
  return true;
}

}  // namespace

Result<std::unique_ptr<Embedder>> Embedder::create(std::shared_ptr<const Model> model,
                                                   const EmbedderConfig& config) {
  if (model->spec().pooling == Pooling::kNone) {
    return Error{ErrorCode::kInvalidModel, "the model is not made for embeddings",
                 "model_not_embedding"};
  }
  return std::unique_ptr<Embedder>(new Embedder(std::move(model), config));
}

Embedder::Embedder(std::shared_ptr<const Model> model, const EmbedderConfig& config)
    : model_(std::move(model)),
      context_tokens_(context_of(*model_, config)),
      pool_(threads_of(config)),
      kv_(model_->state_layout(), pages_of(*model_, context_tokens_)) {}

Result<std::vector<float>> Embedder::embed(std::span<const TokenId> tokens) {
  if (tokens.size() > context_tokens_) {
    return Error{ErrorCode::kContextTooLong,
                 "the text has " + std::to_string(tokens.size()) +
                     " tokens, the embedding model reads " + std::to_string(context_tokens_),
                 "context_length_exceeded"};
  }
  const bool known = std::all_of(tokens.begin(), tokens.end(), [&](TokenId token) {
    return token >= 0 && static_cast<std::size_t>(token) < model_->spec().vocabulary;
  });
  if (tokens.empty() || !known) {
    return Error{ErrorCode::kInvalidRequest,
                 tokens.empty() ? "the text is empty" : "the model has no such token"};
  }
  const std::lock_guard lock(mutex_);
  try {
    auto vector = pooled(model_->spec().pooling, hidden_states(tokens), width());
    if (norm_to_one(&vector)) return vector;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOverloaded, "no memory is left for this text"};
  }
  return Error{ErrorCode::kInternal, "the model produced a value that is not finite",
               "engine_not_finite"};
}

// Who sees what follows must be read at once.
std::size_t Embedder::tokens_together(std::size_t tokens) const {
  return model_->spec().generates ? std::min(kTokensTogether, tokens) : tokens;
}

// Of the tokens whose states are pooled.
std::vector<float> Embedder::hidden_states(std::span<const TokenId> tokens) {
  const auto state = kv_.admit(tokens.size());
  const std::size_t step = tokens_together(tokens.size());
  const Pooling pooling = model_->spec().pooling;
  std::vector<float> hidden;
  ForwardOutput output;
  for (std::size_t start = 0; start < tokens.size(); start += step) {
    const std::size_t end = std::min(start + step, tokens.size());
    state->prepare(end);
    Batch batch;
    for (std::size_t i = start; i < end; ++i) {
      const bool ends = i == (pooling == Pooling::kFirst ? 0 : tokens.size() - 1);
      batch.add(tokens[i], i, state.get(), {.hidden = ends || pooling == Pooling::kMean});
    }
    model_->forward(batch, {kernels::best_kernels(), pool_, work_}, [] { return false; }, &output);
    state->advance_to(end);
    hidden.insert(hidden.end(), output.hidden.begin(), output.hidden.end());
  }
  return hidden;
}

}  // namespace weir
