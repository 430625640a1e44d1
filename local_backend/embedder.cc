#include "local_backend/embedder.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "local_backend/model/pooling.h"

namespace weir {
namespace {

std::size_t context_of(const Model& model, const EmbedderConfig& config) {
  const std::size_t own = model.spec().context_tokens;
  return config.context_tokens == 0 ? own : std::min(own, config.context_tokens);
}

std::size_t pages_of(std::size_t tokens) { return (tokens + kKvPageTokens - 1) / kKvPageTokens; }

// For the longest text, or for as many short ones as are read together.
std::size_t most_pages(const Model& model, std::size_t context_tokens) {
  const std::size_t overhead = KvPool::overhead_pages(model.state_layout());
  const std::size_t together =
      pages_of(Embedder::kTokensTogether) + Embedder::kTextsTogether * (1 + overhead);
  return std::max(pages_of(context_tokens) + overhead, together);
}

// False if the vector has no direction.
Error no_memory() { return {ErrorCode::kOverloaded, "no memory is left for this text"}; }
Error stopped() { return {ErrorCode::kCancelled, "nobody waits for this text"}; }

}  // namespace

bool norm_to_one(std::vector<float>* vector) {
  double squares = 0;
  for (const float value : *vector) squares += double{value} * double{value};
  if (!std::isfinite(squares) || squares == 0) return false;
  const double length = std::sqrt(squares);
  for (float& value : *vector) value = static_cast<float>(double{value} / length);
  return true;
}

// A text on its way through the model.
struct Embedder::Reading {
  Tokens tokens;
  std::unique_ptr<SequenceState> state;
  std::vector<float> hidden;  // of the tokens whose states are pooled

  std::size_t left() const { return tokens.size() - state->length(); }
};

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
      pool_(kernels::WorkerPool::threads_for(config.threads)),
      kv_(model_->state_layout(), most_pages(*model_, context_tokens_)) {}

std::uint64_t Embedder::state_bytes(const Model& model, std::size_t context_tokens) {
  return most_pages(model, context_tokens) * KvPool::page_bytes(model.state_layout());
}

std::optional<Error> Embedder::problem(Tokens tokens) const {
  if (tokens.size() > context_tokens_) {
    return Error{ErrorCode::kContextTooLong,
                 "the text has " + std::to_string(tokens.size()) +
                     " tokens, the embedding model reads " + std::to_string(context_tokens_),
                 "context_length_exceeded"};
  }
  if (tokens.empty()) return Error{ErrorCode::kInvalidRequest, "the text is empty"};
  const auto vocabulary = static_cast<std::int64_t>(model_->spec().vocabulary);
  const auto unknown = std::find_if(tokens.begin(), tokens.end(), [&](TokenId token) {
    return token < 0 || token >= vocabulary;
  });
  if (unknown == tokens.end()) return std::nullopt;
  return Error{ErrorCode::kInvalidRequest, "the model has no token " + std::to_string(*unknown) +
                                               ", its vocabulary ends at " +
                                               std::to_string(vocabulary - 1)};
}

Embedder::Vector Embedder::embed(Tokens tokens) {
  if (auto error = problem(tokens)) return *std::move(error);
  return embed_together(std::span(&tokens, 1), [] { return false; }).front();
}

std::vector<Embedder::Vector> Embedder::embed_together(std::span<const Tokens> texts,
                                                       const std::function<bool()>& stop) {
  const std::lock_guard lock(mutex_);
  try {
    return read_together(texts, stop);
  } catch (const std::bad_alloc&) {
    if (texts.size() <= 1) return std::vector<Vector>(texts.size(), no_memory());
  }
  // Not enough for all of them does not mean too little for each.
  std::vector<Vector> vectors;
  vectors.reserve(texts.size());
  for (const Tokens& text : texts) {
    try {
      vectors.push_back(std::move(read_together(std::span(&text, 1), stop).front()));
    } catch (const std::bad_alloc&) {
      vectors.emplace_back(no_memory());
    }
  }
  return vectors;
}

std::vector<Embedder::Vector> Embedder::read_together(std::span<const Tokens> texts,
                                                      const std::function<bool()>& stop) {
  std::vector<Reading> readings;
  readings.reserve(texts.size());
  for (const Tokens& text : texts) {
    auto state = kv_.admit(text.size());
    if (!state) throw std::bad_alloc();
    readings.push_back({text, std::move(state), {}});
  }
  const auto unread = [](const Reading& reading) { return reading.left() > 0; };
  while (std::any_of(readings.begin(), readings.end(), unread)) {
    if (!read_on(readings, stop)) return std::vector<Vector>(texts.size(), stopped());
  }
  std::vector<Vector> vectors;
  vectors.reserve(texts.size());
  for (const Reading& reading : readings) vectors.push_back(vector_of(reading));
  return vectors;
}

// Who sees what follows must be read at once.
std::size_t Embedder::share_of(const Reading& reading, std::size_t room) const {
  return model_->spec().generates ? std::min(room, reading.left()) : reading.left();
}

TokenWants Embedder::wants(const Reading& reading, std::size_t position) const {
  const Pooling pooling = model_->spec().pooling;
  const std::size_t end = pooling == Pooling::kFirst ? 0 : reading.tokens.size() - 1;
  return {.hidden = pooling == Pooling::kMean || position == end};
}

// One forward call. False if it was stopped.
bool Embedder::read_on(std::span<Reading> readings, const std::function<bool()>& stop) {
  Batch batch;
  std::vector<std::size_t> shares;
  shares.reserve(readings.size());
  std::size_t room = kTokensTogether;
  for (Reading& reading : readings) {
    const std::size_t share = shares.emplace_back(share_of(reading, room));
    const std::size_t begin = reading.state->length();
    if (share > 0) reading.state->prepare(begin + share);
    for (std::size_t i = begin; i < begin + share; ++i) {
      batch.add(reading.tokens[i], i, reading.state.get(), wants(reading, i));
    }
    room -= std::min(room, share);
  }
  ForwardOutput output;
  if (!model_->forward(batch, {kernels::best_kernels(), pool_, work_}, stop, &output)) return false;
  std::span<const float> hidden(output.hidden);
  for (std::size_t r = 0; r < readings.size(); ++r) {
    Reading& reading = readings[r];
    const std::size_t begin = reading.state->length();
    for (std::size_t i = begin; i < begin + shares[r]; ++i) {
      if (!wants(reading, i).hidden) continue;
      reading.hidden.insert(reading.hidden.end(), hidden.begin(),
                            hidden.begin() + static_cast<std::ptrdiff_t>(width()));
      hidden = hidden.subspan(width());
    }
    reading.state->advance_to(begin + shares[r]);
  }
  return true;
}

Embedder::Vector Embedder::vector_of(const Reading& reading) const {
  auto vector = pooled(model_->spec().pooling, reading.hidden, width());
  if (norm_to_one(&vector)) return vector;
  return Error{ErrorCode::kInternal, "the model produced a value that is not finite",
               "engine_not_finite"};
}

}  // namespace weir
