#include "local_backend/embedding_engine.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <limits>
#include <tuple>
#include <utility>

#include "local_backend/engine.h"
#include "local_backend/steady_now.h"
#include "local_backend/wake_up.h"

namespace weir {
namespace {

// Parties whose last turn is remembered; beyond it all begin anew.
constexpr std::size_t kMaxParties = 4096;
// Of input that is turned into tokens between two forward calls.
constexpr std::size_t kBytesAtOnce = std::size_t{256} << 10;

Error at_input(Error error, const EmbeddingRequest& request, std::size_t index) {
  error.param = place_of_input(request.is_list, index);
  error.message = "'" + error.param + "': " + error.message;
  return error;
}

Error shutting_down() {
  return {ErrorCode::kUnavailable, "the engine is shutting down", "engine_stopping"};
}

// Its first numbers alone, again of length 1. False if nothing is left of it.
bool shorten(std::vector<float>* vector, std::size_t dimensions) {
  if (dimensions == 0 || dimensions == vector->size()) return true;
  vector->resize(dimensions);
  return norm_to_one(vector);
}

}  // namespace

// Tells the engine, on every way out, that nobody waits for the request any more.
class EmbeddingEngine::Leaving {
 public:
  Leaving(EmbeddingEngine& engine, EmbeddingJob& job) : engine_(engine), job_(job) {}
  ~Leaving() {
    job_.cancelled = true;
    {
      const std::lock_guard lock(engine_.mutex_);
      job_.wake = nullptr;
      engine_.poked_ = true;
    }
    engine_.changed_.notify_one();
  }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;

 private:
  EmbeddingEngine& engine_;
  EmbeddingJob& job_;
};

Result<std::unique_ptr<EmbeddingEngine>> EmbeddingEngine::start(
    LocalModel model, const LocalBackendOptions& options) {
  const EngineConfig& config = options.engine;
  auto embedder = Embedder::create(
      model.model, {.threads = config.threads, .context_tokens = config.context_tokens});
  if (!embedder) return embedder.error();
  auto tokens = EmbeddingTokens::create(*model.file, model.tokenizer);
  if (!tokens) return tokens.error();
  if (model.model->spec().vocabulary != model.tokenizer->vocabulary().size()) {
    return Error{ErrorCode::kInvalidModel,
                 "the model and its tokenizer have different vocabularies", "model_vocabulary"};
  }
  LocalModelInfo info = info_of(options, model, (*embedder)->context_tokens());
  return std::unique_ptr<EmbeddingEngine>(
      new EmbeddingEngine(std::move(*embedder), std::move(*tokens), std::move(info), config));
}

EmbeddingEngine::EmbeddingEngine(std::unique_ptr<Embedder> embedder, EmbeddingTokens tokens,
                                 LocalModelInfo info, EngineConfig config)
    : embedder_(std::move(embedder)),
      tokens_(std::move(tokens)),
      info_(std::move(info)),
      config_(std::move(config)),
      thread_([this] { work(); }) {}

EmbeddingEngine::~EmbeddingEngine() { shut_down(); }

void EmbeddingEngine::shut_down() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::size_t EmbeddingEngine::queued() const {
  const std::lock_guard lock(mutex_);
  return pending_;
}

// What can be said before a text is turned into tokens.
std::optional<Error> EmbeddingEngine::refusal(const EmbeddingRequest& request) const {
  if (request.dimensions > static_cast<std::int64_t>(width())) {
    return Error{ErrorCode::kInvalidRequest,
                 "'dimensions' is " + std::to_string(request.dimensions) +
                     ", the vectors of this model have " + std::to_string(width()),
                 "invalid_value", "dimensions"};
  }
  const std::size_t most = embedder_->context_tokens();
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    if (const auto* ids = std::get_if<std::vector<TokenId>>(&request.inputs[i])) {
      if (auto error = embedder_->problem(*ids)) return at_input(*std::move(error), request, i);
      continue;
    }
    const auto text = std::get<std::string_view>(request.inputs[i]);
    if (!tokens_.surely_more(text, most)) continue;
    const Error error{ErrorCode::kContextTooLong,
                      "the text is longer than the " + std::to_string(most) +
                          " tokens that the embedding model reads",
                      "context_length_exceeded"};
    return at_input(error, request, i);
  }
  return std::nullopt;
}

Error EmbeddingEngine::full() const {
  if (stopping_) return shutting_down();
  if (config_.observer) config_.observer->on_reject();
  Error error{ErrorCode::kRateLimited, "the embedding model's queue is full", "engine_queue_full"};
  error.retry_after_s = 1;
  return error;
}

bool EmbeddingEngine::push(std::shared_ptr<EmbeddingJob> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || pending_ >= config_.max_queued) return false;
    new_jobs_.push_back(std::move(job));
    ++pending_;
    poked_ = true;
  }
  changed_.notify_one();
  return true;
}

bool EmbeddingEngine::has_ended(const EmbeddingJob& job) const {
  const std::lock_guard lock(mutex_);
  return job.ended;
}

Async<Result<EmbeddingResult>> EmbeddingEngine::run(EmbeddingRequest request, std::string party,
                                                    CancelSignal& cancel, Deadline deadline,
                                                    Usage* partial) {
  if (auto error = refusal(request)) co_return *std::move(error);
  const WakeUp news(co_await net::this_coro::executor);
  const auto job =
      std::make_shared<EmbeddingJob>(std::move(request), std::move(party), news.caller());
  if (!push(job)) co_return full();
  const Leaving leaving(*this, *job);
  const CancelScope scope(cancel, [&] { news.ring(); });
  for (;;) {
    const bool ended = has_ended(*job);
    *partial = job->usage();
    if (ended) break;
    if (cancel.raised()) co_return Error{ErrorCode::kCancelled, "the client has gone"};
    if (deadline.passed(steady_now())) {
      co_return Error{ErrorCode::kDeadline, "the embedding model did not finish in time",
                      "engine_deadline"};
    }
    co_await news.wait_until(deadline.at);
  }
  if (job->error) co_return *job->error;
  co_return EmbeddingResult{std::move(job->vectors), *partial};
}

void EmbeddingEngine::work() {
  while (!stopping_) {
    bool busy = true;
    try {
      busy = turn();
    } catch (const std::exception& failure) {
      if (config_.observer) config_.observer->on_failure(failure.what());
      end_all(failed_step());
    }
    std::erase_if(jobs_, [](const auto& job) { return job->finished; });
    if (!busy) wait();
  }
  take_new();
  end_all(shutting_down());
}

void EmbeddingEngine::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return poked_ || stopping_; });
  poked_ = false;
}

bool EmbeddingEngine::turn() {
  take_new();
  for (const auto& job : jobs_) {
    if (job->cancelled) end(*job, Error{ErrorCode::kCancelled, "the request was cancelled"});
  }
  const bool has_read = read_some();
  return compute() || has_read;
}

void EmbeddingEngine::take_new() {
  const std::lock_guard lock(mutex_);
  jobs_.insert(jobs_.end(), new_jobs_.begin(), new_jobs_.end());
  new_jobs_.clear();
}

// Whoever had the least so far goes first, so that a short request is not behind a long one.
bool EmbeddingEngine::read_some() {
  EmbeddingJob* job = nullptr;
  for (const auto& each : jobs_) {
    if (each->finished || each->is_read()) continue;
    if (job == nullptr || each->bytes_read < job->bytes_read) job = each.get();
  }
  if (job == nullptr) return false;
  const std::size_t enough = job->bytes_read + kBytesAtOnce;
  while (!job->finished && !job->is_read() && job->bytes_read < enough) {
    const std::size_t index = job->texts.size();
    read_input(*job);
    if (auto error = embedder_->problem(job->texts.back())) {
      end(*job, at_input(*std::move(error), job->request, index));
    }
  }
  return true;
}

void EmbeddingEngine::read_input(EmbeddingJob& job) const {
  const EmbeddingInput& input = job.request.inputs[job.texts.size()];
  if (const auto* ids = std::get_if<std::vector<TokenId>>(&input)) {
    job.bytes_read += ids->size();
    job.texts.push_back(*ids);
  } else {
    const auto text = std::get<std::string_view>(input);
    job.bytes_read += text.size();
    job.texts.push_back(tokens_.encode(text));
  }
}

bool EmbeddingEngine::compute() {
  const std::vector<Share> shares = choose();
  if (shares.empty()) return false;
  std::vector<Embedder::Tokens> texts;
  texts.reserve(shares.size());
  for (const Share& share : shares) texts.emplace_back(share.job->texts[share.input]);
  const auto nobody_waits = [&] {
    return stopping_ || std::all_of(shares.begin(), shares.end(),
                                    [](const Share& share) { return share.job->cancelled.load(); });
  };
  const SteadyTime begin = steady_now();
  auto vectors = embedder_->embed_together(texts, nobody_waits);
  deliver(shares, vectors, steady_now() - begin);
  return true;
}

// Texts that are read together; whose turn it is and has no room is waited for.
std::vector<EmbeddingEngine::Share> EmbeddingEngine::choose() {
  std::vector<Share> shares;
  std::size_t tokens = 0;
  while (shares.size() < Embedder::kTextsTogether) {
    EmbeddingJob* job = next_job();
    if (job == nullptr) break;
    tokens += job->texts[job->next].size();
    if (!shares.empty() && tokens > Embedder::kTokensTogether) break;
    if (!job->begun_at) job->begun_at = steady_now();
    shares.push_back({job, job->next++});
    note_turn(*job);
  }
  return shares;
}

EmbeddingJob* EmbeddingEngine::next_job() const {
  EmbeddingJob* next = nullptr;
  constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  std::pair<std::uint64_t, std::uint64_t> longest_ago = {kNever, kNever};
  for (const auto& job : jobs_) {
    if (job->finished || !job->waits()) continue;
    const std::pair turn = {turn_of(job->party), job->last_turn};
    if (turn >= longest_ago) continue;
    longest_ago = turn;
    next = job.get();
  }
  return next;
}

std::uint64_t EmbeddingEngine::turn_of(const std::string& party) const {
  const auto known = turn_of_.find(party);
  return known == turn_of_.end() ? 0 : known->second;
}

void EmbeddingEngine::note_turn(EmbeddingJob& job) {
  if (turn_of_.size() >= kMaxParties) turn_of_.clear();
  turn_of_[job.party] = job.last_turn = ++turns_;
}

void EmbeddingEngine::deliver(std::span<const Share> shares, std::span<Embedder::Vector> vectors,
                              std::chrono::nanoseconds spent) {
  std::int64_t tokens = 0;
  for (const Share& share : shares) {
    tokens += static_cast<std::int64_t>(share.job->texts[share.input].size());
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    EmbeddingJob& job = *shares[i].job;
    const auto own = static_cast<std::int64_t>(job.texts[shares[i].input].size());
    job.tokens += own;
    job.busy_ns += spent.count() * own / tokens;
    take_vector(job, shares[i].input, std::move(vectors[i]));
  }
  if (!config_.observer) return;
  EngineStep step;
  step.spent = spent;
  step.sequences = shares.size();
  step.tokens = step.prompt_tokens = static_cast<std::size_t>(tokens);
  config_.observer->on_step(step);
}

void EmbeddingEngine::take_vector(EmbeddingJob& job, std::size_t input, Embedder::Vector vector) {
  if (job.finished) return;
  if (!vector && vector.error().code == ErrorCode::kCancelled) return;  // turn() ends it
  if (!vector) return end(job, at_input(vector.error(), job.request, input));
  if (!shorten(&*vector, static_cast<std::size_t>(job.request.dimensions))) {
    return end(job,
               Error{ErrorCode::kInvalidRequest, "nothing is left of a vector in so few dimensions",
                     "invalid_value", "dimensions"});
  }
  job.vectors[input] = std::move(*vector);
  if (++job.done == job.vectors.size()) end(job, std::nullopt);
}

void EmbeddingEngine::end(EmbeddingJob& job, std::optional<Error> error) {
  if (job.finished) return;
  job.finished = true;
  if (config_.observer) {
    EngineDeparture departure;
    if (error) departure.error = error->code;
    departure.queue_wait = job.begun_at.value_or(steady_now()) - job.queued_at;
    config_.observer->on_departure(departure);
  }
  const std::lock_guard lock(mutex_);
  job.error = std::move(error);
  job.ended = true;
  --pending_;
  if (job.wake) job.wake();
}

void EmbeddingEngine::end_all(const Error& error) {
  for (const auto& job : jobs_) end(*job, error);
}

}  // namespace weir
