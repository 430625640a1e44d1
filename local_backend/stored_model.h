// One model of a ModelStore, as its users see it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/clock.h"
#include "core/keep_alive.h"
#include "core/result.h"
#include "local_backend/loaded_model.h"

namespace weir {

struct StoredModelOptions {
  LocalBackendOptions load;  // model_name may be empty: then it is as the file says
  // Unloaded when it was not used for so long; 0: after its last request; unset: only when
  // another model needs the memory.
  std::optional<std::chrono::milliseconds> keep_alive;
  std::string identity;  // of all that would make it another model
};

enum class ModelState : std::uint8_t {
  kUnloaded,
  kWaiting,  // for its turn to be loaded, or for memory
  kLoading,
  kReady,
  kFailed,  // the last load; tried again after a while
};
std::string_view to_string(ModelState state);

struct ModelReport {
  std::string name;
  std::string path;
  ModelState state = ModelState::kUnloaded;
  LoadProgress progress;                    // kLoading
  std::string problem;                      // kFailed, or why its file could not be read
  std::shared_ptr<const ModelFacts> facts;  // null: its file was never read
  std::size_t in_flight = 0;
  std::optional<std::chrono::milliseconds> unused_for;  // since the last request; unset: none yet
  std::optional<std::chrono::milliseconds> keep_alive;
  // kReady: until it is unloaded if nobody asks for it any more; unset: it stays.
  std::optional<std::chrono::milliseconds> expires_in;
};

// Thread-safe. Made by a ModelStore, and used through it.
class StoredModel {
 public:
  // `problem`: why its file could not be read, if so.
  StoredModel(StoredModelOptions options, std::string name, std::string problem = {})
      : options_(std::move(options)), name_(std::move(name)), problem_(std::move(problem)) {}

  const std::string& name() const { return name_; }
  const StoredModelOptions& options() const { return options_; }
  // Why its file could not be read when it was configured; empty: it could.
  const std::string& problem() const { return problem_; }
  // As the file was when it was last read; null if it never could be.
  std::shared_ptr<const ModelFacts> facts() const {
    const std::lock_guard lock(facts_mutex_);
    return facts_;
  }

 private:
  friend class ModelStore;
  friend class ModelLease;

  void set_facts(std::shared_ptr<const ModelFacts> facts) {
    const std::lock_guard lock(facts_mutex_);
    facts_ = std::move(facts);
  }
  // It is to go as soon as nobody uses it: who comes now waits for the next load.
  bool leaves() const { return retired_ || draining_ || unload_wanted_; }
  // As a request wished it last, or as it is configured.
  std::optional<std::chrono::milliseconds> keep_alive() const {
    return wish_ ? wish_->span : options_.keep_alive;
  }
  bool wanted() const { return load_wanted_ || !waiters_.empty(); }
  void wake_all() {
    for (const auto& wake : waiters_) wake();
  }

  const StoredModelOptions options_;
  const std::string name_;
  const std::string problem_;
  mutable std::mutex facts_mutex_;  // libstdc++ 12's atomic shared_ptr races with itself
  std::shared_ptr<const ModelFacts> facts_;
  std::atomic<std::uint64_t> bytes_done_ = 0;
  std::atomic<std::uint64_t> bytes_total_ = 0;

  // Under the store's mutex.
  ModelState state_ = ModelState::kUnloaded;
  std::unique_ptr<LoadedModel> loaded_;
  std::uint64_t held_bytes_ = 0;  // of the budget
  std::size_t in_flight_ = 0;
  std::optional<SteadyTime> last_used_;
  std::optional<KeepAlive> wish_;
  SteadyTime ready_at_;
  std::list<std::function<void()>> waiters_;
  bool load_wanted_ = false;    // by somebody who does not wait
  bool unload_wanted_ = false;  // by a person
  bool draining_ = false;       // another model needs its memory
  bool retired_ = false;        // no longer configured
  Error failure_;
  std::size_t failures_ = 0;  // in a row
  std::size_t loads_ = 0;     // that ended, well or not
  SteadyTime retry_at_;
};

}  // namespace weir
