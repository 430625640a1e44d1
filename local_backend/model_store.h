// Holds the local models of a configuration: loads one when it is asked for, unloads
// what is not needed, and keeps all of them within a memory budget.
//
// One thread loads and unloads, one model at a time, in the order in which they were
// asked for; all who wait for a model share its load. A model that is in use is never
// unloaded. When the budget has no room, idle models go, the least recently used
// first; if those in use are in the way for long, new requests for the least recently
// used of them wait their turn behind the load. A load that fails touches no other model
// and is remembered: for a while, longer each time, requests get its error without the
// file being read again.
//
// Thread-safe; waiting is for coroutines of I/O threads. Outlives its leases.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/async.h"
#include "core/cancel.h"
#include "core/deadline.h"
#include "core/keep_alive.h"
#include "core/result.h"
#include "local_backend/stored_model.h"

namespace weir {

struct ModelStoreLimits {
  std::uint64_t memory_bytes = 0;                   // of all loaded models; 0 = no limit
  std::chrono::milliseconds load_timeout{300'000};  // that a request waits for its model
};

// What happens in a store, for metrics and tests. Called on its thread, or on that of
// whoever prepares; must not throw, nor call the store.
struct ModelStoreEvents {
  std::function<void(double seconds, bool ok)> on_load = [](double, bool) {};
  std::function<void()> on_evict = [] {};  // a model went because another needed its memory
  std::function<void(const StoredModel&)> before_load = [](const StoredModel&) {};
};

class ModelStore;

// The right to use a loaded model, which stays for as long. Move-only.
class ModelLease {
 public:
  ModelLease(ModelLease&& other) noexcept;
  ModelLease& operator=(ModelLease&&) = delete;
  ~ModelLease();

  const LoadedModel& model() const { return *loaded_; }

  // What a request wishes for the model: it replaces the configured keep_alive until the next
  // wish, or until the model is unloaded. A model that is configured to stay does so all the
  // same: other people's first request would pay for the wish.
  void wish(KeepAlive keep_alive) const;

 private:
  friend class ModelStore;
  ModelLease(ModelStore& store, std::shared_ptr<StoredModel> stored);

  ModelStore* store_;
  std::shared_ptr<StoredModel> stored_;
  const LoadedModel* loaded_;
};

class ModelStore {
 public:
  using Models = std::vector<std::shared_ptr<StoredModel>>;

  explicit ModelStore(ModelStoreEvents events = {});
  ~ModelStore();
  ModelStore(const ModelStore&) = delete;
  ModelStore& operator=(const ModelStore&) = delete;

  // The models of a new configuration, in its order. Those that are stored with the same
  // identity are the same objects; the files of the others are opened and checked, which
  // blocks but reads no weights. One that cannot be opened is there all the same and
  // fails when it is asked for. Changes nothing yet.
  Models prepare(std::vector<StoredModelOptions> wanted);

  // They are what is configured from now on: what is no longer among them goes when its
  // last request has ended, and failures are forgotten.
  void use(const Models& models, ModelStoreLimits limits);

  // Loads it and blocks until that is done, also before use(). The error of the load, or that of
  // a model that the budget of `limits`, which are to be used then, never holds.
  Result<void> load_now(const std::shared_ptr<StoredModel>& model, ModelStoreLimits limits = {});

  // Waits for the model; if it is no longer configured, for the one that is configured under its
  // name, and without one kUnavailable ("model_retired"). kUnavailable ("model_load_failed") with
  // the reason if it cannot be loaded, kInvalidModel if its file is at fault; kOverloaded
  // ("model_memory") if the budget has no room for it in time, kUnavailable at once if it never
  // will; kOverloaded ("model_loading") after load_timeout; kDeadline, kCancelled.
  Async<Result<ModelLease>> acquire(std::shared_ptr<StoredModel> model, CancelSignal& cancel,
                                    Deadline deadline);

  // False if no model has that name. Do not wait: report() tells how it goes. What is in
  // use is unloaded when its requests have ended.
  bool request_load(std::string_view name);
  bool request_unload(std::string_view name);

  std::vector<ModelReport> report() const;

  struct Totals {
    std::size_t loaded = 0;
    std::uint64_t bytes = 0;  // of the budget
    std::size_t slots = 0;    // of models that answer in words
    EngineLoad engines;       // the same, summed
  };
  Totals totals() const;

 private:
  friend class ModelLease;
  class Waiting;
  struct Load {
    std::shared_ptr<StoredModel> stored;
    LocalModel model;
    std::uint64_t bytes = 0;
    SteadyTime since;
  };
  using Lock = std::unique_lock<std::mutex>;

  std::shared_ptr<StoredModel> make(StoredModelOptions options) const;
  std::optional<Result<ModelLease>> try_take(std::shared_ptr<StoredModel>& model,
                                             std::optional<Waiting>& waiting,
                                             const std::function<void()>& wake);
  std::shared_ptr<StoredModel> configured_as(std::string_view name) const;
  Error late(const StoredModel& model, Deadline own) const;
  void enqueue(const std::shared_ptr<StoredModel>& model);
  void wish(StoredModel& model, KeepAlive keep_alive);
  void release(StoredModel& model);
  void leave(StoredModel& model, std::list<std::function<void()>>::iterator waiter);
  void poke();

  // The store's thread, holding the lock but where it says so.
  void work();
  bool unload_one(Lock& lock);
  bool load_next(Lock& lock);
  bool open_next(Lock& lock);
  bool make_room(Lock& lock);
  void finish_load(Lock& lock);
  void drop(StoredModel& model, Lock& lock);
  void fail(StoredModel& model, Error error);
  void settle(StoredModel& model);
  static SteadyTime used_at(const StoredModel& model);
  static std::optional<std::chrono::milliseconds> expires_in(const StoredModel& model);
  StoredModel* least_used(bool busy) const;
  std::uint64_t held_bytes() const;
  SteadyTime next_time() const;
  Error no_room(std::uint64_t bytes, std::uint64_t budget) const;
  Result<void> check_budget(const StoredModel& model, ModelStoreLimits limits) const;

  const ModelStoreEvents events_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable settled_;                 // a load has ended
  Models configured_;                               // under mutex_
  Models all_;                                      // the same: and those that are still loaded
  std::deque<std::shared_ptr<StoredModel>> queue_;  // the same: to be loaded
  std::optional<Load> load_;                        // the same: of queue_.front(), once it is open
  ModelStoreLimits limits_;                         // the same
  bool poked_ = false;                              // the same
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: runs work()
};

}  // namespace weir
