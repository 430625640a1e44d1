// A small model that says before the large one what an answer may say next.
//
// Reads along with answers, in keys and values of its own pool, shared by requests of one salt
// like those of the large one; takes back what it read of guesses that did not come true. What
// it says is a guess: nothing it does, and nothing that goes wrong with it, changes an answer.
// Belongs to the engine's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/kv_cache/prefix_cache.h"
#include "local_backend/model/model.h"
#include "local_backend/rate_model.h"
#include "local_backend/sampler.h"
#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

// Why `draft` cannot guess for `model`: blocks that cannot take back what they read.
std::optional<Error> draft_problem(const Model& model, const Model& draft);
// The same of their vocabularies, which may differ in unused tokens at their ends.
std::optional<Error> draft_problem(const Vocabulary& vocabulary, const Vocabulary& draft);

// Bytes for a page of keys and values of both; `draft` may be null.
std::size_t kv_page_bytes(const Model& model, const Model* draft);

// What it has read of one answer, and how that one chooses.
class DraftReader {
 public:
  // Leaves what it read to others of its salt.
  void leave(std::span<const TokenId> known) noexcept;

 private:
  friend class DraftModel;
  DraftReader(std::unique_ptr<CachedSequence> state, const Sampler& sampler)
      : state_(std::move(state)), sampler_(sampler), sure_(state_->length()) {}

  void find_right(std::span<const TokenId> known);
  void take_back(std::span<const TokenId> known);

  std::unique_ptr<CachedSequence> state_;
  Sampler sampler_;
  std::size_t sure_;              // of what was read, tokens that are known
  std::vector<TokenId> guessed_;  // the others
  bool broken_ = false;
};

// For one answer. `known` are its prompt and its tokens so far.
struct DraftWish {
  DraftReader* reader;
  std::span<const TokenId> known;
  const Sampler* sampler;     // as it stands behind `known`
  std::size_t tokens = 0;     // to guess; none if there is too much to read before
  std::size_t most_read = 0;  // of what is known, in one go
  std::vector<TokenId> guess = {};
};

class DraftModel {
 public:
  // `vocabulary`: tokens of the model that it guesses for. Both were checked.
  DraftModel(std::shared_ptr<const Model> model, std::size_t kv_pages, std::size_t vocabulary,
             std::function<bool(TokenId)> begins_message);

  // Begins behind what others of the salt have read. nullptr while there is no room, or
  // the answer is longer than its context.
  std::unique_ptr<DraftReader> reader(std::string_view salt, std::span<const TokenId> known,
                                      std::size_t most_tokens, const Sampler& sampler);
  // Tokens that it has to read before it can guess, the last known one included; SIZE_MAX if it
  // never can.
  static std::size_t behind(DraftReader& reader, std::span<const TokenId> known);

  // Fills in the guesses. Asks `stop` as Model::forward() does.
  void guess(std::span<DraftWish> wishes, const kernels::Kernels& kernels,
             kernels::WorkerPool& pool, const std::function<bool()>& stop);

  // What guessing a token for one answer costs, and reading so many; nullopt while not known.
  std::optional<double> guess_s(std::size_t depth) const;
  std::optional<double> read_s(std::size_t tokens, std::size_t depth) const;
  std::chrono::nanoseconds spent() const { return spent_; }  // by the last guess()

 private:
  struct Compute {
    const kernels::Kernels& kernels;
    kernels::WorkerPool& pool;
    const std::function<bool()>& stop;
  };

  bool add(DraftReader& reader, std::span<const TokenId> tokens, bool logits);
  std::vector<DraftWish*> read(std::span<DraftWish> wishes, const Compute& compute);
  bool run(const Compute& compute);
  void choose(std::span<DraftWish* const> wishes);
  void choose(DraftWish& wish, std::span<float> logits);

  const std::shared_ptr<const Model> model_;
  const std::size_t vocabulary_;
  KvPool kv_;
  PrefixCache cache_;
  Workspace work_;
  Rates rates_;
  Batch batch_;
  ForwardOutput out_;
  std::vector<float> padded_;  // logits of as many tokens as the large model has
  std::chrono::nanoseconds spent_{};
};

}  // namespace weir
