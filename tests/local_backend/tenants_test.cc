// Several tenants before one engine.
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "local_backend/kv_cache/kv_pool.h"
#include "tests/local_backend/engine_run.h"

namespace weir {
namespace {

using namespace test;

// The lengths of answers, in the order in which they ended well.
class Endings final : public EngineObserver {
 public:
  void on_step(const EngineStep& step) override {
    most_in_a_step = std::max(most_in_a_step.load(), step.sequences);
  }
  void on_departure(const EngineDeparture& departure) override {
    const std::lock_guard lock(mutex_);
    if (!departure.error) lengths_.push_back(departure.output_tokens);
  }
  void on_reject() override {}

  std::vector<std::size_t> lengths() const {
    const std::lock_guard lock(mutex_);
    return lengths_;
  }

  std::atomic<std::size_t> most_in_a_step = 0;

 private:
  mutable std::mutex mutex_;
  std::vector<std::size_t> lengths_;
};

using Stream = std::unique_ptr<TokenStream>;

EngineConfig config_of(std::size_t slots) {
  EngineConfig config;
  config.max_sequences = slots;
  config.stream_pieces = 100'000;
  return config;
}

TinySizes large_context() {
  TinySizes sizes;
  sizes.context = 100'000;
  return sizes;
}

Stream submit(Engine& engine, const Tenant& tenant, const std::string& prompt,
              std::int64_t length) {
  SubmitOptions options;
  options.tenant = tenant;
  options.cache_salt = tenant.name;
  return std::move(*engine.submit(user(prompt), greedy(length), std::move(options)));
}

std::vector<Stream> flood(Engine& engine, const Tenant& tenant, std::size_t count,
                          std::int64_t length = 50'000) {
  std::vector<Stream> streams;
  for (std::size_t i = 0; i < count; ++i) {
    streams.push_back(submit(engine, tenant, std::string(20, 'a'), length));
  }
  REQUIRE(streams.front()->wait_until(SteadyTime::max()));
  return streams;
}

void cancel(const std::vector<Stream>& streams) {
  for (const Stream& stream : streams) stream->cancel();
}

TEST_CASE("A newcomer waits for no answer of a tenant that has all slots", "[fairness]") {
  const std::size_t slots = GENERATE(1, 2, 8);
  CAPTURE(slots);
  EngineConfig config = config_of(slots);
  const auto endings = std::make_shared<Endings>();
  config.observer = endings;
  const auto engine = tiny_engine(config, large_context());
  const auto many = flood(*engine, {"many", 1}, slots + 3);
  CHECK(read(*submit(*engine, {"few", 1}, "b", 20)).signals.size() == 20);
  for (const Stream& stream : many) CHECK_FALSE(stream->ended());
  CHECK(endings->most_in_a_step <= slots);
  cancel(many);
}

TEST_CASE("An answer that lost its slot for a while is the same as without", "[fairness]") {
  const bool prefix_cache = GENERATE(true, false);
  EngineConfig config = config_of(2);
  config.prefix_cache = prefix_cache;
  const auto engine = tiny_engine(config, large_context());
  const std::string alone = read(*submit(*engine, {"x", 1}, std::string(20, 'a'), 3'000)).text;
  const auto many = flood(*engine, {"many", 1}, 3, 3'000);
  for (int i = 0; i < 20; ++i) read(*submit(*engine, {"few", 1}, "b", 5));
  for (const Stream& stream : many) CHECK(read(*stream).text == alone);
}

TEST_CASE("A tenant alone has all slots, and its oldest request goes first", "[fairness]") {
  EngineConfig config = config_of(3);
  const auto endings = std::make_shared<Endings>();
  config.observer = endings;
  const auto engine = tiny_engine(config, large_context());
  const auto many = flood(*engine, {"many", 1}, 6, 200);
  for (const Stream& stream : many) CHECK(read(*stream).signals.size() == 200);
  CHECK(endings->most_in_a_step == 3);
}

TEST_CASE("A slot goes to the tenant that was served least", "[fairness]") {
  EngineConfig config = config_of(1);
  config.stream_pieces = 1;
  config.reader_patience = std::chrono::hours(1);  // who is not read holds its slot
  const auto endings = std::make_shared<Endings>();
  config.observer = endings;
  const auto engine = tiny_engine(config);
  const auto holder = flood(*engine, {"many", 1}, 1, 100);
  std::vector<Stream> streams;
  for (const std::int64_t length : {1, 2, 3}) {
    streams.push_back(submit(*engine, {"many", 1}, "a", length));
  }
  for (const std::int64_t length : {20, 21}) {
    streams.push_back(submit(*engine, {"few", 1}, "a", length));
  }
  cancel(holder);
  for (const std::size_t i : {3, 0, 1, 2, 4}) read(*streams[i]);
  std::vector<std::size_t> order = endings->lengths();
  CHECK(order.size() >= 4);  // the last one may not have been told yet
  order.resize(4);
  CHECK(order == std::vector<std::size_t>{20, 1, 2, 3});
}

// Rows of each tenant in the steps of a while in which both want all slots.
TEST_CASE("Tenants that both want all slots have them by weight", "[fairness]") {
  const std::int64_t weight = GENERATE(1, 3);
  CAPTURE(weight);
  EngineConfig config = config_of(4);
  std::mutex hold;
  config.before_forward = [&](const Batch&) { const std::lock_guard lock(hold); };
  const auto engine = tiny_engine(std::move(config), large_context());
  const auto heavy = flood(*engine, {"heavy", weight}, 6);
  const auto light = flood(*engine, {"light", 1}, 6);
  struct Given {
    double heavy = 0;
    double light = 0;
  };
  const auto given = [&] {  // both at one time, however long this thread rests between
    const std::lock_guard lock(hold);
    Given sums;
    for (const Stream& stream : heavy) {
      sums.heavy += static_cast<double>(stream->usage().output_tokens);
    }
    for (const Stream& stream : light) {
      sums.light += static_cast<double>(stream->usage().output_tokens);
    }
    return sums;
  };
  const Given before = given();
  Given now = before;
  while (now.light < before.light + 2'000) {
    std::this_thread::yield();
    now = given();
  }
  const double ratio = (now.heavy - before.heavy) / (now.light - before.light);
  CHECK(ratio == Approx(static_cast<double>(weight)).epsilon(0.2));
  cancel(heavy);
  cancel(light);
}

TEST_CASE("A tenant that fills the queue keeps no other out of it", "[fairness]") {
  EngineConfig config = config_of(1);
  config.stream_pieces = 1;
  config.reader_patience = std::chrono::hours(1);  // who is not read holds its slot
  config.max_queued = 4;
  const auto engine = tiny_engine(config);
  const auto holder = flood(*engine, {"many", 1}, 1, 100);
  std::vector<Stream> waiting;
  const auto refused = [&](const Tenant& tenant) {
    SubmitOptions options;
    options.tenant = tenant;
    auto stream = engine->submit(user("a"), greedy(3), std::move(options));
    if (stream) waiting.push_back(std::move(*stream));
    return !stream;
  };
  for (int i = 0; i < 4; ++i) CHECK_FALSE(refused({"many", 1}));
  CHECK(refused({"many", 1}));
  CHECK_FALSE(refused({"few", 1}));
  CHECK_FALSE(refused({"few", 1}));
  CHECK(refused({"few", 1}));  // half of four is its share
  CHECK(refused({"many", 1}));
  for (const char* name : {"c", "d"}) CHECK_FALSE(refused({name, 1}));
  CHECK(refused({"e", 1}));  // twice as many as max_queued wait
  CHECK(engine->load().queued == 8);
}

TEST_CASE("A newcomer gets pages of a tenant that has most of them", "[fairness]") {
  EngineConfig config = config_of(8);
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * 8;
  const auto engine = tiny_engine(config);
  std::vector<Stream> many;
  for (int i = 0; i < 3; ++i) {
    many.push_back(submit(*engine, {"many", 1}, std::string(130, 'a' + static_cast<char>(i)), 300));
  }
  REQUIRE(many.front()->wait_until(SteadyTime::max()));
  CHECK(read(*submit(*engine, {"few", 1}, std::string(150, 'x'), 5)).signals.size() == 5);
  for (const Stream& stream : many) CHECK(read(*stream).outcome.has_value());
}

TEST_CASE("What a tenant has cached outlives another one's flood of prompts", "[fairness]") {
  EngineConfig config = config_of(2);
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * 24;
  const auto engine = tiny_engine(config);
  const std::string own = "own " + std::string(250, 'o');
  read(*submit(*engine, {"few", 1}, own, 1));
  for (int i = 0; i < 40; ++i) {
    read(*submit(*engine, {"many", 1}, std::to_string(i) + std::string(250, 'm'), 1));
  }
  const Stream again = submit(*engine, {"few", 1}, own, 1);
  read(*again);
  CHECK(again->usage().cache_read_tokens >= 250);
}

struct Asked {
  std::string prompt;
  std::int64_t length = 0;
  Stream stream;
};

Asked ask_at_random(Engine& engine, std::mt19937& random) {
  const std::size_t party = random() % 4;
  const Tenant tenant{std::string(1, static_cast<char>('a' + party)),
                      1 + static_cast<std::int64_t>(party)};
  Asked one{std::string(1 + random() % 200, static_cast<char>('a' + random() % 3)),
            1 + static_cast<std::int64_t>(random() % 120), nullptr};
  one.stream = submit(engine, tenant, one.prompt, one.length);
  return one;
}

// For a few sequences at once, and less memory than they want.
EngineConfig tight_config(std::mt19937& random) {
  EngineConfig config = config_of(2 + random() % 3);
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * (8 + random() % 8);
  return config;
}

void check_as_if_alone(const std::vector<Asked>& asked) {
  const auto reference = tiny_engine();
  for (const Asked& one : asked) {
    if (one.stream->ended()) continue;
    CHECK(read(*one.stream).text == answer_of(*reference, one.prompt, greedy(one.length)).text);
  }
}

TEST_CASE("However requests of tenants come, each is answered as if it were alone", "[fairness]") {
  const unsigned seed = GENERATE(range(1u, 9u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto engine = tiny_engine(tight_config(random));
  std::vector<Asked> asked;
  for (int i = 0; i < 40; ++i) {
    asked.push_back(ask_at_random(*engine, random));
    if (random() % 8 == 0) read(*asked[random() % asked.size()].stream);
  }
  check_as_if_alone(asked);
}

TEST_CASE("Requests of tenants that all come at once are each answered as if alone", "[fairness]") {
  const unsigned seed = GENERATE(range(1u, 33u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  EngineConfig config = tight_config(random);
  std::mutex hold;
  config.before_forward = [&](const Batch&) { const std::lock_guard lock(hold); };
  const auto engine = tiny_engine(std::move(config));
  std::vector<Asked> asked;
  {
    const std::lock_guard all_come(hold);
    for (int i = 0; i < 40; ++i) asked.push_back(ask_at_random(*engine, random));
  }
  check_as_if_alone(asked);
}

// Parties that ask again as soon as they are answered, all between one step and
// the next, so that time is counted in steps.
class Traffic final : public EngineObserver {
 public:
  using Ask = std::function<Stream(Engine&)>;

  Traffic(std::vector<Ask> parties, std::size_t steps) : steps_(steps) {
    for (Ask& ask : parties) parties_.push_back({std::move(ask), nullptr, 0});
  }
  void on_step(const EngineStep&) override { ++step_; }
  void on_departure(const EngineDeparture& departure) override {
    if (departure.error) ++failures_;
  }
  void on_reject() override { ++failures_; }

  // Before each step.
  void go_on() {
    if (engine_ == nullptr || over_) return;
    for (Party& party : parties_) {
      longest_wait_ = std::max(longest_wait_, party.stream == nullptr ? 0 : step_ - party.since);
      if (!answered(party)) continue;
      party.stream = party.ask(*engine_);
      party.since = step_;
    }
    over_ = step_ >= steps_;
  }
  // Steps that the longest wait for an answer took, or has taken when all was
  // over.
  std::size_t longest_wait(Engine& engine) {
    engine_ = &engine;
    read(*submit(engine, {"first", 1}, "a", 1));
    while (!over_) std::this_thread::yield();
    for (Party& party : parties_) read(*party.stream);
    return longest_wait_;
  }
  std::size_t failures() const { return failures_; }

 private:
  struct Party {
    Ask ask;
    Stream stream;
    std::size_t since;
  };

  static bool answered(Party& party) {
    if (party.stream == nullptr) return true;
    while (party.stream->try_take()) continue;
    return party.stream->ended();
  }

  const std::size_t steps_;
  std::vector<Party> parties_;
  std::atomic<Engine*> engine_ = nullptr;
  std::atomic<bool> over_ = false;
  std::size_t step_ = 0;
  std::size_t longest_wait_ = 0;
  std::atomic<std::size_t> failures_ = 0;
};

// In an engine of eight slots and 26 pages.
std::size_t longest_wait(std::vector<Traffic::Ask> parties, std::size_t steps) {
  EngineConfig config = config_of(8);
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * 26;
  const auto traffic = std::make_shared<Traffic>(std::move(parties), steps);
  config.observer = traffic;
  config.before_forward = [traffic](const Batch&) { traffic->go_on(); };
  const auto engine = tiny_engine(std::move(config), large_context());
  const std::size_t wait = traffic->longest_wait(*engine);
  CHECK(traffic->failures() == 0);
  return wait;
}

TEST_CASE(
    "A request that needs most of the memory is answered beside a flood "
    "of small ones",
    "[fairness]") {
  const auto [small, large] = GENERATE(std::pair(1, 1), std::pair(3, 1), std::pair(1, 3));
  CAPTURE(small, large);
  const Tenant flooding{"flooding", small};
  const Tenant patient{"patient", large};
  std::int64_t asked = 0;
  std::vector<Traffic::Ask> parties(12, [&](Engine& engine) {  // never all of them at once
    return submit(engine, flooding, std::string(20, 'a'), 12 + 7 * ++asked % 20);
  });
  parties.push_back([&](Engine& engine) {  // of which one takes 16 pages
    return submit(engine, patient, std::string(950, 'x'), 20);
  });
  CHECK(longest_wait(std::move(parties), 10'000) < 3'000);
}

TEST_CASE(
    "Whatever the sizes of requests and the weights of tenants, none "
    "waits for ever",
    "[fairness]") {
  const unsigned seed = GENERATE(range(1u, 9u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<Traffic::Ask> parties;
  for (std::size_t party = 0; party < 14; ++party) {
    const std::size_t tenant = random() % 4;
    const Tenant own{std::string(1, static_cast<char>('a' + tenant)),
                     1 + static_cast<std::int64_t>(tenant)};
    const std::size_t most = party % 5 == 0 ? 1'500 : 150;  // tokens; there is room for 1,664
    parties.push_back([&random, own, most](Engine& engine) {
      const std::size_t prompt = 1 + random() % most;
      return submit(engine, own, std::string(prompt, static_cast<char>('a' + random() % 3)),
                    1 + static_cast<std::int64_t>(random() % (1 + most / 10)));
    });
  }
  CHECK(longest_wait(std::move(parties), 20'000) < 12'000);
}

TEST_CASE("Nothing of one tenant's prompts is found by another", "[fairness]") {
  const auto engine = tiny_engine();
  const std::string secret(200, 's');
  read(*submit(*engine, {"owner", 1}, secret, 3));
  const Stream spy = submit(*engine, {"spy", 1}, secret, 3);
  read(*spy);
  CHECK(spy->usage().cache_read_tokens == 0);
  const Stream own = submit(*engine, {"owner", 1}, secret, 3);
  read(*own);
  CHECK(own->usage().cache_read_tokens > 150);
}

}  // namespace
}  // namespace weir
