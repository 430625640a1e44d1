#include "local_backend/model_store.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <filesystem>
#include <iterator>
#include <limits>
#include <new>
#include <utility>

#include "local_backend/steady_now.h"
#include "local_backend/wake_up.h"

namespace weir {
namespace {

using std::chrono::milliseconds;

// After a load that failed, and twice as long after each further one.
constexpr milliseconds kFirstRetry{5'000};
constexpr milliseconds kLastRetry{300'000};
// So long a load waits for idle models before those in use make room.
constexpr milliseconds kPatience{2'000};

std::string mebibytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  return std::to_string((bytes + kMebibyte - 1) / kMebibyte) + " MiB";
}

std::string model_name_of(const LocalBackendOptions& options) {
  if (!options.model_name.empty()) return options.model_name;
  return std::filesystem::path(options.model_path).stem().string();
}

std::int64_t seconds_until(SteadyTime at) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(at - steady_now()).count();
  return std::max<std::int64_t>(left, 1);
}

Error retired(const StoredModel& model) {
  return {ErrorCode::kUnavailable, "the local model " + model.name() + " is no longer configured",
          "model_retired"};
}

// A file that is no model stays none: who asks for it need not ask again.
Error load_failure(const std::string& name, const Error& cause) {
  const bool stays = cause.code == ErrorCode::kInvalidModel && cause.detail != "model_memory";
  return {stays ? ErrorCode::kInvalidModel : ErrorCode::kUnavailable,
          "the local model " + name + " cannot be loaded: " + cause.message, "model_load_failed"};
}

Result<LocalModel> open_model(const LocalBackendOptions& options) {
  try {
    return open_local_model(options);
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

std::optional<SteadyTime> expiry(const std::optional<milliseconds>& keep_alive, SteadyTime used) {
  if (!keep_alive) return std::nullopt;
  return used + *keep_alive;
}

std::chrono::duration<double> since(SteadyTime begin) { return steady_now() - begin; }

}  // namespace

std::string_view to_string(ModelState state) {
  switch (state) {
    case ModelState::kUnloaded: return "unloaded";
    case ModelState::kWaiting: return "waiting";
    case ModelState::kLoading: return "loading";
    case ModelState::kReady: return "ready";
    case ModelState::kFailed: return "failed";
  }
  return "unloaded";
}

// Called with the store's lock.
ModelLease::ModelLease(ModelStore& store, std::shared_ptr<StoredModel> stored)
    : store_(&store), stored_(std::move(stored)), loaded_(stored_->loaded_.get()) {
  ++stored_->in_flight_;
  stored_->last_used_ = steady_now();
}

ModelLease::ModelLease(ModelLease&& other) noexcept
    : store_(std::exchange(other.store_, nullptr)),
      stored_(std::move(other.stored_)),
      loaded_(other.loaded_) {}

ModelLease::~ModelLease() {
  if (store_ != nullptr) store_->release(*stored_);
}

void ModelLease::wish(KeepAlive keep_alive) const { store_->wish(*stored_, keep_alive); }

// A place among those who wait for a model; left on every way out.
class ModelStore::Waiting {
 public:
  Waiting(ModelStore& store, std::shared_ptr<StoredModel> model, std::function<void()> wake)
      : store_(store),
        model_(std::move(model)),
        at_(model_->waiters_.insert(model_->waiters_.end(), std::move(wake))) {}
  ~Waiting() { store_.leave(*model_, at_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  ModelStore& store_;
  const std::shared_ptr<StoredModel> model_;
  const std::list<std::function<void()>>::iterator at_;
};

ModelStore::ModelStore(ModelStoreEvents events)
    : events_(std::move(events)), thread_([this] { work(); }) {}

ModelStore::~ModelStore() {
  stopping_ = true;
  poke();
  thread_.join();
}

ModelStore::Models ModelStore::prepare(std::vector<StoredModelOptions> wanted) {
  Models stored;
  {
    const std::lock_guard lock(mutex_);
    stored = configured_;
  }
  Models models;
  models.reserve(wanted.size());
  for (StoredModelOptions& options : wanted) {
    const auto same = std::find_if(stored.begin(), stored.end(), [&](const auto& model) {
      return model->options().identity == options.identity;
    });
    // One whose file could not be read is looked at again.
    const bool kept = same != stored.end() && (*same)->facts() != nullptr;
    models.push_back(kept ? *same : make(std::move(options)));
  }
  return models;
}

// Opens and starts it once, without its weights, to know what it can do.
std::shared_ptr<StoredModel> ModelStore::make(StoredModelOptions options) const {
  std::shared_ptr<const ModelFacts> facts;
  std::string name = model_name_of(options.load);
  std::string problem;
  const auto model = open_model(options.load);
  if (model) {
    const auto loaded = start_model(*model, options.load);
    if (loaded) {
      facts = std::make_shared<const ModelFacts>(facts_of(*loaded, *model, options.load));
      name = facts->info.name;
    } else {
      problem = loaded.error().message;
    }
  } else {
    problem = model.error().message;
  }
  auto stored =
      std::make_shared<StoredModel>(std::move(options), std::move(name), std::move(problem));
  stored->set_facts(std::move(facts));
  return stored;
}

void ModelStore::use(const Models& models, ModelStoreLimits limits) {
  {
    const std::lock_guard lock(mutex_);
    configured_ = models;
    limits_ = limits;
    for (const auto& model : models) {
      model->failures_ = 0;
      if (model->state_ == ModelState::kFailed) model->state_ = ModelState::kUnloaded;
      if (std::find(all_.begin(), all_.end(), model) == all_.end()) all_.push_back(model);
    }
    for (const auto& model : all_) {
      model->retired_ = std::find(models.begin(), models.end(), model) == models.end();
      if (model->retired_) model->load_wanted_ = false;
      if (model->retired_) model->wake_all();
    }
    poked_ = true;
  }
  changed_.notify_one();
}

Result<void> ModelStore::load_now(const std::shared_ptr<StoredModel>& model,
                                  ModelStoreLimits limits) {
  Lock lock(mutex_);
  if (const auto fits = check_budget(*model, limits); !fits) return fits;
  if (std::find(all_.begin(), all_.end(), model) == all_.end()) all_.push_back(model);
  if (model->loaded_ != nullptr) return {};
  model->load_wanted_ = true;
  enqueue(model);
  settled_.wait(lock, [&, before = model->loads_] { return model->loads_ != before; });
  if (model->failures_ > 0) return model->failure_;
  return check_budget(*model, limits);  // again: its file may have been read for the first time
}

// With the lock.
Result<void> ModelStore::check_budget(const StoredModel& model, ModelStoreLimits limits) const {
  const auto facts = model.facts();
  if (limits.memory_bytes == 0 || facts == nullptr) return {};
  if (facts->bytes() <= limits.memory_bytes) return {};
  return no_room(facts->bytes(), limits.memory_bytes);
}

Async<Result<ModelLease>> ModelStore::acquire(std::shared_ptr<StoredModel> model,
                                              CancelSignal& cancel, Deadline deadline) {
  const WakeUp news(co_await net::this_coro::executor);
  std::optional<Waiting> waiting;
  const CancelScope scope(cancel, [&] { news.ring(); });
  Deadline patience = deadline;
  for (;;) {
    if (auto taken = try_take(model, waiting, news.caller())) co_return std::move(*taken);
    if (patience.at == deadline.at) {
      const std::lock_guard lock(mutex_);
      patience = Deadline::in(steady_now(), limits_.load_timeout).sooner(deadline);
    }
    if (cancel.raised()) co_return Error{ErrorCode::kCancelled, "the client has gone"};
    if (patience.passed(steady_now())) co_return late(*model, deadline);
    co_await news.wait_until(patience.at);
  }
}

// A lease or an error, or nothing yet: then it waits from now on. A configuration may have come
// between the choice of `model` and here: then that becomes the one that has its name now.
std::optional<Result<ModelLease>> ModelStore::try_take(std::shared_ptr<StoredModel>& model,
                                                       std::optional<Waiting>& waiting,
                                                       const std::function<void()>& wake) {
  Lock lock(mutex_);
  while (model->retired_) {
    auto next = configured_as(model->name_);
    if (next == nullptr) return Result<ModelLease>(retired(*model));
    lock.unlock();
    waiting.reset();  // takes the lock
    model = std::move(next);
    lock.lock();
  }
  if (model->loaded_ != nullptr && !model->leaves()) {
    return Result<ModelLease>(ModelLease(*this, model));
  }
  const bool failed = model->state_ == ModelState::kFailed;
  if (failed && (waiting || steady_now() < model->retry_at_)) {
    Error error = model->failure_;
    if (error.code != ErrorCode::kInvalidModel) {
      error.retry_after_s = seconds_until(model->retry_at_);
    }
    return Result<ModelLease>(std::move(error));
  }
  if (!waiting) waiting.emplace(*this, model, wake);
  enqueue(model);  // again: it may have come and gone meanwhile
  return std::nullopt;
}

// With the lock; null if there is none.
std::shared_ptr<StoredModel> ModelStore::configured_as(std::string_view name) const {
  const auto found = std::find_if(configured_.begin(), configured_.end(),
                                  [&](const auto& model) { return model->name_ == name; });
  return found == configured_.end() ? nullptr : *found;
}

Error ModelStore::late(const StoredModel& model, Deadline own) const {
  if (own.passed(steady_now())) {
    return {ErrorCode::kDeadline, "the local model was not loaded in time", "engine_deadline"};
  }
  const std::lock_guard lock(mutex_);
  if (load_ && load_->stored.get() == &model && model.state_ == ModelState::kWaiting) {
    return no_room(load_->bytes, limits_.memory_bytes);
  }
  Error error{ErrorCode::kOverloaded, "the local model " + model.name_ + " is still being loaded",
              "model_loading"};
  error.retry_after_s = 10;
  return error;
}

// With the lock.
void ModelStore::enqueue(const std::shared_ptr<StoredModel>& model) {
  if (std::find(queue_.begin(), queue_.end(), model) != queue_.end()) return;
  if (model->loaded_ == nullptr) model->state_ = ModelState::kWaiting;
  queue_.push_back(model);
  poked_ = true;
  changed_.notify_one();
}

void ModelStore::wish(StoredModel& model, KeepAlive keep_alive) {
  const std::lock_guard lock(mutex_);
  if (model.options_.keep_alive) model.wish_ = keep_alive;
}

void ModelStore::release(StoredModel& model) {
  {
    const std::lock_guard lock(mutex_);
    --model.in_flight_;
    model.last_used_ = steady_now();
    poked_ = true;
  }
  changed_.notify_one();
}

void ModelStore::leave(StoredModel& model, std::list<std::function<void()>>::iterator waiter) {
  {
    const std::lock_guard lock(mutex_);
    model.waiters_.erase(waiter);
    poked_ = true;
  }
  changed_.notify_one();
}

void ModelStore::poke() {
  {
    const std::lock_guard lock(mutex_);
    poked_ = true;
  }
  changed_.notify_one();
}

bool ModelStore::request_load(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto model = configured_as(name);
  if (model == nullptr) return false;
  if (model->loaded_ != nullptr && !model->leaves()) return true;
  model->load_wanted_ = true;
  enqueue(model);
  return true;
}

bool ModelStore::request_unload(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto model = configured_as(name);
  if (model == nullptr) return false;
  model->load_wanted_ = false;
  model->unload_wanted_ = model->loaded_ != nullptr;
  poked_ = true;
  changed_.notify_one();
  return true;
}

std::vector<ModelReport> ModelStore::report() const {
  const std::lock_guard lock(mutex_);
  std::vector<ModelReport> reports;
  reports.reserve(configured_.size());
  for (const auto& model : configured_) {
    ModelReport& report = reports.emplace_back();
    report.name = model->name_;
    report.path = model->options_.load.model_path;
    report.state = model->state_;
    report.progress = {model->bytes_done_, model->bytes_total_};
    report.facts = model->facts();
    if (report.facts == nullptr) report.problem = model->problem_;
    if (model->state_ == ModelState::kFailed) report.problem = model->failure_.message;
    report.in_flight = model->in_flight_;
    if (model->last_used_) {
      report.unused_for =
          std::chrono::duration_cast<milliseconds>(steady_now() - *model->last_used_);
    }
    report.keep_alive = model->keep_alive();
    if (model->loaded_ != nullptr) report.expires_in = expires_in(*model);
  }
  return reports;
}

// With the lock. Of one in use, from the end of its last request on.
std::optional<milliseconds> ModelStore::expires_in(const StoredModel& model) {
  const SteadyTime now = steady_now();
  const auto end = expiry(model.keep_alive(), model.in_flight_ > 0 ? now : used_at(model));
  if (!end) return std::nullopt;
  return std::max(std::chrono::duration_cast<milliseconds>(*end - now), milliseconds(0));
}

SteadyTime ModelStore::used_at(const StoredModel& model) {
  return std::max(model.last_used_.value_or(model.ready_at_), model.ready_at_);
}

ModelStore::Totals ModelStore::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals;
  totals.bytes = held_bytes();
  for (const auto& model : all_) {
    if (model->loaded_ == nullptr) continue;
    ++totals.loaded;
    if (model->loaded_->chat == nullptr) continue;
    const EngineLoad load = model->loaded_->chat->load_now();
    totals.slots += model->options_.load.engine.max_sequences;
    totals.engines.running += load.running;
    totals.engines.queued += load.queued;
    totals.engines.kv_tokens_used += load.kv_tokens_used;
    totals.engines.kv_tokens_reserved += load.kv_tokens_reserved;
    totals.engines.kv_tokens_cached += load.kv_tokens_cached;
    totals.engines.kv_tokens_max += load.kv_tokens_max;
  }
  return totals;
}

void ModelStore::work() {
  Lock lock(mutex_);
  while (!stopping_) {
    if (unload_one(lock) || load_next(lock)) continue;
    changed_.wait_until(lock, next_time(), [&] { return poked_ || stopping_; });
    poked_ = false;
  }
  for (const auto& model : all_) drop(*model, lock);
}

// Who waits for a model has not used it yet, so it does not expire.
bool ModelStore::unload_one(Lock& lock) {
  for (const auto& model : all_) {
    if (model->in_flight_ > 0) continue;
    const auto end = expiry(model->keep_alive(), used_at(*model));
    const bool expired = end && steady_now() >= *end && model->waiters_.empty();
    if (model->loaded_ != nullptr && (model->leaves() || expired)) {
      if (model->draining_) events_.on_evict();
      drop(*model, lock);
      return true;
    }
    const bool loading = load_ && load_->stored == model;
    if (!model->retired_ || model->loaded_ != nullptr || loading) continue;
    std::erase(queue_, model);
    all_.erase(std::find(all_.begin(), all_.end(), model));
    return true;
  }
  return false;
}

// Takes it apart without the lock: joining its threads takes time.
void ModelStore::drop(StoredModel& model, Lock& lock) {
  if (model.loaded_ == nullptr) return;
  auto gone = std::move(model.loaded_);
  model.unload_wanted_ = model.draining_ = false;
  model.wish_.reset();
  model.state_ = model.waiters_.empty() ? ModelState::kUnloaded : ModelState::kWaiting;
  lock.unlock();
  gone.reset();
  lock.lock();
  model.held_bytes_ = 0;
}

bool ModelStore::load_next(Lock& lock) {
  if (queue_.empty()) return false;
  StoredModel& next = *queue_.front();
  if (next.loaded_ != nullptr && next.leaves()) return false;  // first it goes
  if (next.loaded_ != nullptr || next.retired_ || !next.wanted()) {
    if (next.loaded_ == nullptr) next.state_ = ModelState::kUnloaded;
    settle(next);
    return true;
  }
  if (!load_) return open_next(lock);
  if (!make_room(lock)) return false;
  if (load_) finish_load(lock);
  return true;
}

bool ModelStore::open_next(Lock& lock) {
  const std::shared_ptr<StoredModel> next = queue_.front();
  next->state_ = ModelState::kLoading;
  next->bytes_done_ = next->bytes_total_ = 0;
  const SteadyTime begin = steady_now();
  lock.unlock();
  events_.before_load(*next);
  auto model = open_model(next->options_.load);
  std::uint64_t bytes = 0;
  if (model) bytes = file_bytes_of(*model) + state_bytes_of(*model, next->options_.load.engine);
  lock.lock();
  if (!model) {
    events_.on_load(since(begin).count(), false);
    fail(*next, load_failure(next->name_, model.error()));
  } else {
    load_ = Load{next, std::move(*model), bytes, steady_now()};
  }
  return true;
}

// False while room must be waited for; no load_ any more if there never will be any.
bool ModelStore::make_room(Lock& lock) {
  const std::uint64_t limit = limits_.memory_bytes;
  const std::uint64_t bytes = load_->bytes;
  if (limit == 0) return true;
  if (bytes > limit) {
    fail(*load_->stored, no_room(bytes, limit));
    return true;
  }
  while (held_bytes() + bytes > limit) {
    load_->stored->state_ = ModelState::kWaiting;
    if (StoredModel* idle = least_used(false)) {
      events_.on_evict();
      drop(*idle, lock);
      continue;
    }
    if (steady_now() < load_->since + kPatience) return false;
    StoredModel* busy = least_used(true);
    if (busy == nullptr) return false;
    busy->draining_ = true;
  }
  return true;
}

// The least recently used that is loaded and not on its way out; null if there is none.
StoredModel* ModelStore::least_used(bool busy) const {
  StoredModel* least = nullptr;
  for (const auto& model : all_) {
    const bool is_busy = model->in_flight_ > 0 || !model->waiters_.empty();
    if (model->loaded_ == nullptr || model->leaves() || is_busy != busy) continue;
    const auto used = [](const StoredModel& m) { return m.last_used_.value_or(m.ready_at_); };
    if (least == nullptr || used(*model) < used(*least)) least = model.get();
  }
  return least;
}

void ModelStore::finish_load(Lock& lock) {
  const std::shared_ptr<StoredModel> stored = load_->stored;
  LocalModel model = std::move(load_->model);
  stored->held_bytes_ = load_->bytes;
  stored->state_ = ModelState::kLoading;
  const LocalBackendOptions& options = stored->options_.load;
  lock.unlock();
  const SteadyTime begin = steady_now();
  read_weights(model, options, [&](LoadProgress progress) {
    stored->bytes_done_ = progress.done;
    stored->bytes_total_ = progress.total;
    return !stopping_ && (!options.watch_load || options.watch_load(progress));
  });
  auto loaded = start_model(model, options);
  if (loaded) {
    stored->set_facts(std::make_shared<const ModelFacts>(facts_of(*loaded, model, options)));
  }
  events_.on_load(since(begin).count(), loaded.has_value());
  lock.lock();
  if (!loaded) {
    stored->held_bytes_ = 0;
    return fail(*stored, load_failure(stored->name_, loaded.error()));
  }
  stored->loaded_ = std::make_unique<LoadedModel>(std::move(*loaded));
  stored->state_ = ModelState::kReady;
  stored->ready_at_ = steady_now();
  stored->failures_ = 0;
  stored->load_wanted_ = false;
  settle(*stored);
}

void ModelStore::fail(StoredModel& model, Error error) {
  const auto doubled =
      kFirstRetry * (std::int64_t{1} << std::min<std::size_t>(model.failures_, 10));
  ++model.failures_;
  model.retry_at_ = steady_now() + std::min<milliseconds>(doubled, kLastRetry);
  model.failure_ = std::move(error);
  model.state_ = ModelState::kFailed;
  model.load_wanted_ = false;
  settle(model);
}

// The load of the first in the queue is over. Who made room in vain stays.
void ModelStore::settle(StoredModel& model) {
  ++model.loads_;
  model.wake_all();
  settled_.notify_all();
  load_.reset();
  queue_.pop_front();
  for (const auto& each : all_) {
    if (std::exchange(each->draining_, false)) each->wake_all();
  }
}

std::uint64_t ModelStore::held_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& model : all_) bytes += model->held_bytes_;
  return bytes;
}

Error ModelStore::no_room(std::uint64_t bytes, std::uint64_t budget) const {
  const bool ever = bytes <= budget;
  Error error{ever ? ErrorCode::kOverloaded : ErrorCode::kUnavailable,
              "the local model needs " + mebibytes(bytes) +
                  ", the memory budget ([local] memory_mb) is " + mebibytes(budget) +
                  " and loaded models hold " + mebibytes(held_bytes()),
              "model_memory"};
  if (ever) error.retry_after_s = 10;
  return error;
}

// When something is to be done even if nobody asks.
SteadyTime ModelStore::next_time() const {
  SteadyTime next = SteadyTime::max();
  if (load_) next = std::max(load_->since + kPatience, steady_now() + milliseconds(100));
  for (const auto& model : all_) {
    if (model->loaded_ == nullptr || model->in_flight_ > 0 || !model->waiters_.empty()) continue;
    if (const auto end = expiry(model->keep_alive(), used_at(*model))) {
      next = std::min(next, *end);
    }
  }
  return next;
}

}  // namespace weir
