#include "local_backend/draft_model.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "local_backend/gguf/printable.h"

namespace weir {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kFewTokens = 4;  // of an answer, that are read as quickly as one

Error mismatch(std::string message) {
  return {ErrorCode::kInvalidModel, std::move(message), "draft_model"};
}

// Files fill their vocabularies up, so that matrices have even sizes.
bool only_unused_behind(const Vocabulary& vocabulary, std::size_t size) {
  for (std::size_t i = size; i < vocabulary.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    const TokenKind kind = vocabulary.kind(id);
    const bool unused = kind == TokenKind::kUnused || vocabulary.text(id).empty();
    if (!unused) return false;
  }
  return true;
}

}  // namespace

std::optional<Error> draft_problem(const Model& model, const Model& draft) {
  if (!draft.spec().generates) return mismatch("it makes embeddings and no text");
  if (!model.spec().generates) return mismatch("the model that it is to guess for makes no text");
  if (!draft.state_layout().recurrent_slots.empty()) {
    return mismatch("it has recurrent layers, which cannot take back a guess");
  }
  if (model.state_layout().recurrent_slots.empty()) return std::nullopt;
  return mismatch(
      "the model that it is to guess for has recurrent layers, which cannot take back "
      "a guess");
}

std::optional<Error> draft_problem(const Vocabulary& vocabulary, const Vocabulary& draft) {
  const std::size_t both = std::min(vocabulary.size(), draft.size());
  for (std::size_t i = 0; i < both; ++i) {
    const auto id = static_cast<TokenId>(i);
    if (vocabulary.text(id) == draft.text(id)) continue;
    return mismatch("it has another vocabulary: token " + std::to_string(i) + " is " +
                    printable(draft.text(id)) + ", and " + printable(vocabulary.text(id)) +
                    " in the model that it is to guess for");
  }
  if (only_unused_behind(vocabulary, both) && only_unused_behind(draft, both)) return std::nullopt;
  return mismatch("it has another vocabulary: " + std::to_string(draft.size()) +
                  " tokens, and the model that it is to guess for " +
                  std::to_string(vocabulary.size()));
}

std::size_t kv_page_bytes(const Model& model, const Model* draft) {
  const std::size_t bytes = KvPool::page_bytes(model.state_layout());
  return draft == nullptr ? bytes : bytes + KvPool::page_bytes(draft->state_layout());
}

// The last token that is known stays to be read, for what follows it.
void DraftReader::find_right(std::span<const TokenId> known) {
  for (const TokenId token : guessed_) {
    if (sure_ + 1 >= known.size() || token != known[sure_]) break;
    ++sure_;
  }
  guessed_.clear();
  state_->advance_to(sure_);
}

void DraftReader::take_back(std::span<const TokenId> known) {
  find_right(known);
  state_->keep(known);
}

void DraftReader::leave(std::span<const TokenId> known) noexcept {
  find_right(known);
  state_->leave(known);
}

DraftModel::DraftModel(std::shared_ptr<const Model> model, std::size_t kv_pages,
                       std::size_t vocabulary, std::function<bool(TokenId)> begins_message)
    : model_(std::move(model)),
      vocabulary_(vocabulary),
      kv_(model_->state_layout(), kv_pages),
      cache_(kv_, model_->state_layout(), std::move(begins_message)) {}

std::unique_ptr<DraftReader> DraftModel::reader(std::string_view salt,
                                                std::span<const TokenId> known,
                                                std::size_t most_tokens, const Sampler& sampler) {
  PrefixCache::Request request;
  request.salt = salt;
  request.tokens = known;
  request.most_reused = known.size() - 1;
  request.capacity = std::min({most_tokens, model_->spec().context_tokens, kv_.max_tokens()});
  request.reserved = known.size();
  if (request.reserved > request.capacity) return nullptr;
  auto state = cache_.admit(request);
  if (state == nullptr) return nullptr;
  return std::unique_ptr<DraftReader>(new DraftReader(std::move(state), sampler));
}

std::size_t DraftModel::behind(DraftReader& reader, std::span<const TokenId> known) {
  if (reader.broken_ || known.size() > reader.state_->capacity()) return SIZE_MAX;
  reader.take_back(known);
  return known.size() - reader.sure_;
}

// False if there is no room for them, or they are none of its own.
bool DraftModel::add(DraftReader& reader, std::span<const TokenId> tokens, bool logits) {
  SequenceState& state = *reader.state_;
  const std::size_t start = state.length();
  const std::size_t end = start + tokens.size();
  const auto own = static_cast<TokenId>(model_->spec().vocabulary);
  reader.broken_ = reader.broken_ || std::any_of(tokens.begin(), tokens.end(),
                                                 [&](TokenId token) { return token >= own; });
  if (reader.broken_ || end > state.capacity() || !state.reserve(end)) return false;
  state.prepare(end);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool last = i + 1 == tokens.size();
    batch_.add(tokens[i], start + i, &state, {.logits = logits && last});
  }
  return true;
}

bool DraftModel::run(const Compute& compute) {
  if (batch_.size() == 0) return false;
  const auto begin = steady_clock::now();
  if (!model_->forward(batch_, {compute.kernels, compute.pool, work_}, compute.stop, &out_)) {
    return false;
  }
  StepWork work;
  std::size_t sequences = 0;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    work.attended += static_cast<double>(batch_.positions[i] + 1);
    if (i + 1 < batch_.size() && batch_.sequences[i + 1] == batch_.sequences[i]) continue;
    batch_.sequences[i]->advance_to(batch_.positions[i] + 1);
    ++sequences;
  }
  const bool reads = batch_.size() > kFewTokens * sequences;
  (reads ? work.prompt_tokens : work.answer_tokens) = batch_.size();
  const std::chrono::duration<double> spent = steady_clock::now() - begin;
  rates_.observe(work, spent.count());
  return true;
}

// Those that have read all that is known have their first guess then.
std::vector<DraftWish*> DraftModel::read(std::span<DraftWish> wishes, const Compute& compute) {
  batch_.clear();
  std::vector<DraftWish*> all;
  std::vector<DraftWish*> ready;
  all.reserve(wishes.size());
  ready.reserve(wishes.size());
  for (DraftWish& wish : wishes) {
    if (behind(*wish.reader, wish.known) == SIZE_MAX) continue;
    const std::span<const TokenId> waiting = wish.known.subspan(wish.reader->sure_);
    const std::size_t share = std::min(waiting.size(), wish.most_read);
    const bool guesses = share == waiting.size() && wish.tokens > 0;
    if (!add(*wish.reader, waiting.first(share), guesses)) continue;
    wish.reader->sampler_.imitate(*wish.sampler);
    all.push_back(&wish);
    if (guesses) ready.push_back(&wish);
  }
  if (!run(compute)) return {};
  for (DraftWish* wish : all) wish->reader->sure_ = wish->reader->state_->length();
  return ready;
}

void DraftModel::guess(std::span<DraftWish> wishes, const kernels::Kernels& kernels,
                       kernels::WorkerPool& pool, const std::function<bool()>& stop) {
  const auto begin = steady_clock::now();
  const Compute compute{kernels, pool, stop};
  std::vector<DraftWish*> ready = read(wishes, compute);
  while (!ready.empty()) {
    choose(ready);
    batch_.clear();
    std::vector<DraftWish*> next;
    next.reserve(ready.size());
    for (DraftWish* wish : ready) {
      if (wish->reader->broken_ || wish->guess.size() >= wish->tokens) continue;
      if (add(*wish->reader, std::span(&wish->guess.back(), 1), true)) next.push_back(wish);
    }
    ready = std::move(next);
    if (!run(compute)) break;
    for (DraftWish* wish : ready) wish->reader->guessed_.push_back(wish->guess.back());
  }
  spent_ = steady_clock::now() - begin;
}

void DraftModel::choose(std::span<DraftWish* const> wishes) {
  const std::size_t own = model_->spec().vocabulary;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    std::span<float> logits = std::span(out_.logits).subspan(i * own, std::min(own, vocabulary_));
    if (own < vocabulary_) {
      padded_.assign(vocabulary_, -std::numeric_limits<float>::infinity());
      std::copy(logits.begin(), logits.end(), padded_.begin());
      logits = padded_;
    }
    choose(*wishes[i], logits);
  }
}

// As the answer's own sampler would, with the same random draw: where both models think alike
// so do their choices.
void DraftModel::choose(DraftWish& wish, std::span<float> logits) {
  Sampler& sampler = wish.reader->sampler_;
  sampler.adjust(logits);
  if (!has_choice(logits)) {
    wish.reader->broken_ = true;
    return;
  }
  wish.guess.push_back(sampler.choose(logits));
  sampler.accept(wish.guess.back());
}

std::optional<double> DraftModel::guess_s(std::size_t depth) const {
  const auto spent = rates_.expect({0, 1, static_cast<double>(depth)});
  if (!spent) return std::nullopt;
  return spent->count();
}

std::optional<double> DraftModel::read_s(std::size_t tokens, std::size_t depth) const {
  const double attended = static_cast<double>(tokens) * static_cast<double>(depth);
  const auto spent = rates_.expect({tokens, 0, attended});
  if (!spent) return std::nullopt;
  return spent->count();
}

}  // namespace weir
