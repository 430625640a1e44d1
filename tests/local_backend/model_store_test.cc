// Several models in one process: loading, waiting, the memory budget, failures.
#include "local_backend/model_store.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <thread>

#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using namespace test;
using std::chrono::milliseconds;

StoredModelOptions stored(const std::string& name, const std::string& path) {
  StoredModelOptions options;
  options.load.name = "local";
  options.load.model_path = path;
  options.load.model_name = name;
  options.load.engine.threads = 1;
  options.load.engine.max_sequences = 1;
  options.load.engine.kv_bytes = std::size_t{1} << 20;
  options.identity = name + path;
  return options;
}

std::string chat_file() { return (committed_golden() / "qwen3/model.gguf").string(); }
std::string embedding_file() { return (committed_golden() / "bert/model.gguf").string(); }

// A store with one I/O thread's worth of requests.
class Store {
 public:
  struct Taken {
    CancelSignal cancel;
    std::optional<Result<ModelLease>> lease;
  };

  explicit Store(std::vector<StoredModelOptions> wanted, ModelStoreLimits limits = {},
                 ModelStoreEvents events = {})
      : store(std::move(events)), models(store.prepare(std::move(wanted))) {
    store.use(models, limits);
  }

  Taken& take(std::size_t model, Deadline deadline = {}) {
    Taken& taken = taken_.emplace_back();
    ++asked_;
    net::co_spawn(io_, acquire(taken, models[model], deadline),
                  [this](const std::exception_ptr&) { ++answered_; });
    return taken;
  }
  void run() {
    const auto work = net::make_work_guard(io_);
    io_.restart();
    while (answered_ < asked_) io_.run_one();
  }
  void poll() {
    io_.restart();
    io_.poll();
  }
  Taken& took(std::size_t model) {
    Taken& taken = take(model);
    run();
    return taken;
  }
  ModelState state(std::size_t model) const { return store.report()[model].state; }
  void wait_for(std::size_t model, ModelState wanted) const {
    while (state(model) != wanted) std::this_thread::yield();
  }
  std::uint64_t bytes(std::size_t model) const { return models[model]->facts()->bytes(); }

  ModelStore store;
  ModelStore::Models models;

 private:
  Async<void> acquire(Taken& taken, std::shared_ptr<StoredModel> model, Deadline deadline) {
    taken.lease.emplace(co_await store.acquire(std::move(model), taken.cancel, deadline));
  }

  std::list<Taken> taken_;
  net::io_context io_{1};
  std::size_t asked_ = 0;
  std::size_t answered_ = 0;
};

// Holds a load until it is let go.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for_arrival() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ > 0; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

TEST_CASE("A stored model is loaded for who asks, and of its own kind", "[models]") {
  Store house({stored("chat", chat_file()), stored("embedder", embedding_file())});
  CHECK(house.state(0) == ModelState::kUnloaded);
  CHECK_FALSE(house.models[0]->facts()->embeds);
  CHECK(house.models[1]->facts()->width == 64);
  CHECK(house.took(0).lease->value().model().chat != nullptr);
  CHECK(house.took(1).lease->value().model().embedding != nullptr);
  CHECK(house.state(0) == ModelState::kReady);
  CHECK(house.store.totals().loaded == 2);
  CHECK(house.store.totals().bytes == house.bytes(0) + house.bytes(1));
}

TEST_CASE("All who wait for a model share one load", "[models]") {
  Gate gate;
  std::atomic<int> loads = 0;
  ModelStoreEvents events;
  events.before_load = [&](const StoredModel&) { gate.pass(); };
  events.on_load = [&](double, bool ok) { loads += ok ? 1 : 100; };
  Store house({stored("a", chat_file())}, {}, events);
  std::vector<Store::Taken*> all;
  for (int i = 0; i < 20; ++i) all.push_back(&house.take(0));
  house.poll();
  gate.wait_for_arrival();
  CHECK(house.state(0) == ModelState::kLoading);
  gate.open();
  house.run();
  for (const auto* taken : all) CHECK(taken->lease->has_value());
  CHECK(loads == 1);
  CHECK(house.store.report()[0].in_flight == 20);
}

TEST_CASE("Who waits for a model leaves when its client does, or its time is up", "[models]") {
  Gate gate;
  ModelStoreEvents events;
  events.before_load = [&](const StoredModel&) { gate.pass(); };
  Store house({stored("a", chat_file())}, {}, events);
  auto& gone = house.take(0);
  auto& late = house.take(0, Deadline{std::chrono::steady_clock::now() + milliseconds(5)});
  house.poll();
  gate.wait_for_arrival();
  gone.cancel.raise();
  house.run();
  CHECK(gone.lease->error().code == ErrorCode::kCancelled);
  CHECK(late.lease->error().code == ErrorCode::kDeadline);
  gate.open();
  CHECK(house.took(0).lease->has_value());
}

TEST_CASE("A load that takes too long is told, and goes on", "[models]") {
  Gate gate;
  ModelStoreEvents events;
  events.before_load = [&](const StoredModel&) { gate.pass(); };
  Store house({stored("a", chat_file())}, {.memory_bytes = 0, .load_timeout = milliseconds(5)},
              events);
  CHECK(house.took(0).lease->error().detail == "model_loading");
  CHECK(house.store.request_load("a"));
  gate.open();
  house.wait_for(0, ModelState::kReady);
}

TEST_CASE("Idle models make room, the least recently used first, and those in use stay",
          "[models]") {
  std::atomic<int> evictions = 0;
  ModelStoreEvents events;
  events.on_evict = [&] { ++evictions; };
  const std::string file = chat_file();
  Store house({stored("a", file), stored("b", file), stored("c", file)}, {}, events);
  house.store.use(house.models, {.memory_bytes = house.bytes(0) * 5 / 2});
  auto& used = house.took(0);
  house.took(1).lease.reset();
  house.took(2).lease.reset();
  CHECK(house.state(0) == ModelState::kReady);
  CHECK(house.state(1) == ModelState::kUnloaded);
  CHECK(house.state(2) == ModelState::kReady);
  CHECK(evictions == 1);
  used.lease.reset();
  house.took(1).lease.reset();  // a was used before c, but not released before it
  CHECK(house.store.totals().loaded == 2);
}

TEST_CASE("A load waits for a model in use, whose next request waits behind it", "[models]") {
  const std::string file = chat_file();
  Store house({stored("a", file), stored("b", file)});
  house.store.use(house.models, {.memory_bytes = house.bytes(0) * 3 / 2});
  auto& using_a = house.took(0);
  auto& wants_b = house.take(1);
  house.poll();
  house.wait_for(1, ModelState::kWaiting);
  CHECK_FALSE(wants_b.lease.has_value());
  using_a.lease.reset();
  house.run();
  CHECK(wants_b.lease->has_value());
  CHECK(house.state(0) == ModelState::kUnloaded);
}

TEST_CASE("What the budget never holds is refused at once, and names the budget", "[models]") {
  Store house({stored("a", chat_file())}, {.memory_bytes = 100'000});
  const Error error = house.took(0).lease->error();
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(error.detail == "model_memory");
  CHECK(error.message.find("memory_mb") != std::string::npos);
}

TEST_CASE("A model whose keep-alive is over is unloaded, never while it is used", "[models]") {
  auto options = stored("a", chat_file());
  options.keep_alive = milliseconds(0);
  Store house({options});
  auto& taken = house.took(0);
  CHECK(house.state(0) == ModelState::kReady);
  taken.lease.reset();
  house.wait_for(0, ModelState::kUnloaded);
  CHECK(house.took(0).lease->has_value());
}

TEST_CASE("A request says how long its model stays, until it is unloaded", "[models]") {
  auto options = stored("a", chat_file());
  options.keep_alive = std::chrono::hours(1);
  Store house({options});
  auto& first = house.took(0);
  first.lease->value().wish({});
  CHECK_FALSE(house.store.report()[0].keep_alive.has_value());
  auto& second = house.took(0);
  second.lease->value().wish({milliseconds(0)});
  second.lease.reset();
  CHECK(house.state(0) == ModelState::kReady);  // the first still uses it
  first.lease.reset();
  house.wait_for(0, ModelState::kUnloaded);
  CHECK(house.store.report()[0].keep_alive == std::chrono::hours(1));
}

TEST_CASE("A model that is configured to stay is not unloaded for a request", "[models]") {
  Store house({stored("a", chat_file())});
  auto& taken = house.took(0);
  taken.lease->value().wish({milliseconds(0)});
  taken.lease.reset();
  CHECK(house.took(0).lease->has_value());
  CHECK_FALSE(house.store.report()[0].keep_alive.has_value());
}

TEST_CASE("A load that failed is remembered, and tried again when it is wished", "[models]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  std::ofstream(path) << "GGUF, but no model";
  std::atomic<int> reads = 0;
  ModelStoreEvents events;
  events.before_load = [&](const StoredModel&) { ++reads; };
  Store house({stored("bad", path), stored("good", chat_file())}, {}, events);
  auto& good = house.took(1);
  CHECK(house.models[0]->facts() == nullptr);
  for (int i = 0; i < 3; ++i) {
    const Error error = house.took(0).lease->error();
    CHECK(error.detail == "model_load_failed");
    CHECK(error.code == ErrorCode::kInvalidModel);  // to ask again does not help
    CHECK(error.retry_after_s == 0);
  }
  CHECK(reads == 2);  // one of each
  CHECK(house.state(0) == ModelState::kFailed);
  CHECK(good.lease->value().model().chat != nullptr);
  std::filesystem::copy_file(chat_file(), path, std::filesystem::copy_options::overwrite_existing);
  CHECK(house.store.request_load("bad"));
  house.wait_for(0, ModelState::kReady);
  CHECK(house.took(0).lease->has_value());
}

TEST_CASE("A file that is missing may come: who asks for it is told when to ask again",
          "[models]") {
  const TempDir folder;
  Store house({stored("late", folder.path() + "/model.gguf")});
  const Error error = house.took(0).lease->error();
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(error.retry_after_s > 0);
}

TEST_CASE("A model whose file cannot be read says why before anybody asks for it", "[models]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  std::ofstream(path) << "GGUF, but no model";
  Store house({stored("bad", path), stored("good", chat_file())});
  CHECK_FALSE(house.models[0]->problem().empty());
  CHECK(house.models[1]->problem().empty());
  CHECK(house.store.report()[0].problem == house.models[0]->problem());
  CHECK(house.store.report()[0].state == ModelState::kUnloaded);
  CHECK(house.took(0).lease->error().message.find(house.models[0]->problem()) != std::string::npos);
}

TEST_CASE("A loaded model says how long it stays if nobody asks for it", "[models]") {
  auto options = stored("a", chat_file());
  options.keep_alive = std::chrono::hours(1);
  Store house({options, stored("b", embedding_file())});
  CHECK_FALSE(house.store.report()[0].expires_in.has_value());
  auto& taken = house.took(0);
  CHECK(house.store.report()[0].expires_in == std::chrono::hours(1));
  taken.lease.reset();
  const auto left = house.store.report()[0].expires_in;
  CHECK(left <= std::chrono::hours(1));
  CHECK(left > std::chrono::minutes(50));
  house.took(1);
  CHECK_FALSE(house.store.report()[1].expires_in.has_value());
}

TEST_CASE("A person unloads a model: at once, or when its requests have ended", "[models]") {
  Store house({stored("a", chat_file())});
  auto& taken = house.took(0);
  CHECK(house.store.request_unload("a"));
  CHECK_FALSE(house.store.request_unload("b"));
  CHECK(house.state(0) == ModelState::kReady);
  auto& next = house.take(0);  // waits for the next load
  house.poll();
  CHECK_FALSE(next.lease.has_value());
  taken.lease.reset();
  house.run();
  CHECK(next.lease->has_value());
}

TEST_CASE("Who waits for a model that is unloaded again before the wait ends gets the next one",
          "[models]") {
  Store house({stored("a", chat_file())});
  auto& waits = house.take(0);
  house.poll();
  house.wait_for(0, ModelState::kReady);
  house.store.request_unload("a");
  house.run();
  CHECK(waits.lease->has_value());
}

TEST_CASE("Models with the same keys stay loaded through a change of configuration", "[models]") {
  Store house({stored("a", chat_file()), stored("b", chat_file())});
  house.took(0).lease.reset();
  auto& using_b = house.took(1);
  const auto next = house.store.prepare({stored("a", chat_file()), stored("c", chat_file())});
  CHECK(next[0] == house.models[0]);
  house.store.use(next, {});
  CHECK(house.took(1).lease->error().detail == "model_retired");
  CHECK(house.store.totals().loaded == 2);
  using_b.lease.reset();
  while (house.store.totals().loaded > 1) std::this_thread::yield();
  CHECK(house.took(0).lease->has_value());
  CHECK_FALSE(house.store.load_now(next[1]).has_error());
}

TEST_CASE("Who chose a model before it was configured anew gets the one of its name", "[models]") {
  Store house({stored("a", chat_file()), stored("b", chat_file())});
  auto changed = stored("a", chat_file());
  changed.identity += " with other keys";
  const auto next = house.store.prepare({changed});
  house.store.use(next, {});
  CHECK(house.took(0).lease->has_value());
  CHECK(house.store.report()[0].in_flight == 1);
  CHECK(house.took(1).lease->error().detail == "model_retired");
}

TEST_CASE("Who waits for a model while it is configured anew waits for the one of its name",
          "[models]") {
  Gate gate;
  ModelStoreEvents events;
  events.before_load = [&](const StoredModel&) { gate.pass(); };
  Store house({stored("a", chat_file()), stored("b", chat_file())}, {}, events);
  auto& waits = house.take(0);
  auto& in_vain = house.take(1);
  house.poll();
  gate.wait_for_arrival();
  auto changed = stored("a", chat_file());
  changed.identity += " with other keys";
  house.store.use(house.store.prepare({changed}), {});
  gate.open();
  house.run();
  CHECK(waits.lease->has_value());
  CHECK(house.store.report()[0].in_flight == 1);
  CHECK(in_vain.lease->error().detail == "model_retired");
}

TEST_CASE("A model that the budget to come never holds is not loaded for its start", "[models]") {
  const bool was_loaded = GENERATE(false, true);
  CAPTURE(was_loaded);
  Store house({stored("a", chat_file())});
  if (was_loaded) REQUIRE(house.store.load_now(house.models[0]).has_value());
  const Error error =
      house.store.load_now(house.models[0], {.memory_bytes = house.bytes(0) - 1}).error();
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(error.detail == "model_memory");
  CHECK(error.message.find("the memory budget ([local] memory_mb) is") != std::string::npos);
  CHECK(house.store.totals().loaded == (was_loaded ? 1 : 0));
  CHECK(house.store.load_now(house.models[0], {.memory_bytes = house.bytes(0)}).has_value());
}

TEST_CASE("Requests for more models than fit are all answered", "[models]") {
  const std::string file = chat_file();
  Store house({stored("a", file), stored("b", file), stored("c", file), stored("d", file)});
  house.store.use(house.models, {.memory_bytes = house.bytes(0) * 5 / 2});
  for (int round = 0; round < 5; ++round) {
    std::vector<Store::Taken*> all;
    for (std::size_t model = 0; model < 2; ++model) {
      all.push_back(&house.take((model + static_cast<std::size_t>(round)) % 4));
    }
    house.run();
    for (auto* taken : all) {
      CHECK(taken->lease->has_value());
      taken->lease.reset();
    }
  }
}

}  // namespace
}  // namespace weir
