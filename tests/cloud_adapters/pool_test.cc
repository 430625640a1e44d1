#include "cloud_adapters/upstream/pool.h"

#include <thread>

#include "tests/cloud_adapters/upstream_bench.h"
#include "tests/support/catch.h"
#include "tests/support/fault_server.h"

namespace weir::test {
namespace {

FaultServer::Script answers(std::string bytes) {
  return [bytes](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(bytes);
  };
}

struct PoolBench {
  explicit PoolBench(const UpstreamTarget& target)
      : pool(std::make_shared<Pool>(thread.io(),
                                    Upstream::create(target, Secret(), nullptr).value())) {}

  // One whole exchange. An error's detail, or "" for a clean answer.
  std::string fetch() {
    UpstreamCall call(pool);
    const auto sent =
        thread.await(call.send(permit_for("mock"), {"/x", "*/*", "{}", RequestId{1}}, Deadline{}));
    if (!sent) return sent.error().detail;
    for (;;) {
      const auto bytes = thread.await(call.read_body());
      if (!bytes) return bytes.error().detail;
      if (bytes->empty()) return "";
    }
  }

  TestThread thread;
  std::shared_ptr<Pool> pool;
};

TEST_CASE("A connection is used again after a clean answer", "[upstream]") {
  FaultServer server(answers(answer("{}")));
  PoolBench bench(target_at(server.port()));
  for (int i = 0; i < 5; ++i) CHECK(bench.fetch() == "");
  CHECK(server.connections() == 1);
  CHECK(bench.pool->idle_count() == 1);
  CHECK(bench.pool->busy_count() == 0);
}

TEST_CASE("A connection is not used again when the answer leaves doubt", "[upstream]") {
  const std::string bytes =
      GENERATE(answer("{}", "application/json", "200 OK", "connection: close\r\n"),
               answer("{}") + "x",                         // a byte nobody asked for
               answer("{}") + answer("{\"poisoned\":1}"),  // an answer nobody asked for
               std::string("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
  CAPTURE(bytes);
  FaultServer server(answers(bytes));
  PoolBench bench(target_at(server.port()));
  CHECK(bench.fetch() == "");
  CHECK(bench.fetch() == "");
  CHECK(server.connections() == 2);
}

TEST_CASE("A connection is not used again when the answer was not read to its end", "[upstream]") {
  FaultServer server(answers(answer("{}")));
  PoolBench bench(target_at(server.port()));
  {
    UpstreamCall call(bench.pool);
    CHECK(bench.thread
              .await(call.send(permit_for("mock"), {"/x", "*/*", "{}", RequestId{1}}, Deadline{}))
              .has_value());
  }
  CHECK(bench.pool->idle_count() == 0);
  CHECK(bench.pool->busy_count() == 0);
}

TEST_CASE("A pooled connection that the upstream closed is noticed before use", "[upstream]") {
  std::atomic<int> closed{0};
  FaultServer server([&closed](Peer& peer) {
    peer.read_request();
    peer.send(answer("{}"));
    peer.close();
    ++closed;
  });
  PoolBench bench(target_at(server.port()));
  CHECK(bench.fetch() == "");
  bench.thread.run_until([&] { return closed == 1; });
  CHECK(bench.fetch() == "");
  CHECK(server.connections() == 2);
}

TEST_CASE("A connection that dies under the request is named stale, and the next one is new",
          "[upstream]") {
  FaultServer server(
      std::vector<FaultServer::Script>{[](Peer& peer) {
                                         peer.read_request();
                                         peer.send(answer("{}"));
                                         peer.read_request();  // and closes instead of answering
                                       },
                                       answers(answer("{}"))});
  PoolBench bench(target_at(server.port()));
  bench.thread.clock().hold();
  CHECK(bench.fetch() == "");
  CHECK(bench.fetch() == "upstream_stale");
  CHECK(bench.fetch() == "");
  CHECK(server.connections() == 2);
}

TEST_CASE("A connection that dies some time behind the request is not named stale", "[upstream]") {
  const milliseconds computed = GENERATE(milliseconds(0), milliseconds(300), milliseconds(3'000));
  CAPTURE(computed.count());
  std::atomic<bool> asked{false};
  std::atomic<bool> closes{false};
  FaultServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(answer("{}"));
    peer.read_request();
    asked = true;
    while (!closes) std::this_thread::yield();
  });
  UpstreamTarget target = target_at(server.port());
  target.timeouts.first_byte = std::chrono::seconds(30);
  target.timeouts.total = std::chrono::seconds(60);
  PoolBench bench(target);
  bench.thread.clock().hold();
  CHECK(bench.fetch() == "");
  std::optional<Result<void>> sent;
  UpstreamCall call(bench.pool);
  bench.thread.start(call.send(permit_for("mock"), {"/x", "*/*", "{}", RequestId{1}}, Deadline{}),
                     &sent);
  bench.thread.run_until([&] { return asked.load(); });
  bench.thread.clock().skip(computed);
  closes = true;
  bench.thread.run_until([&] { return sent.has_value(); });
  CHECK(sent->error().code == ErrorCode::kUpstreamClosed);
  CHECK((sent->error().detail == "upstream_stale") == (computed == milliseconds(0)));
}

TEST_CASE("A new connection that dies under the request is not named stale", "[upstream]") {
  FaultServer server([](Peer& peer) { peer.read_request(); });
  PoolBench bench(target_at(server.port()));
  const std::string failure = bench.fetch();
  CHECK(failure != "");
  CHECK(failure != "upstream_stale");
}

TEST_CASE("An idle connection closes after its time", "[upstream]") {
  std::atomic<int> closed{0};
  FaultServer server([&closed](Peer& peer) {
    peer.read_request();
    peer.send(answer("{}"));
    if (peer.wait_for_close()) ++closed;
  });
  UpstreamTarget target = target_at(server.port());
  target.pool.idle_time = milliseconds(20);
  PoolBench bench(target);
  CHECK(bench.fetch() == "");
  bench.thread.run_until([&] { return closed == 1; });
  CHECK(bench.fetch() == "");
  CHECK(server.connections() == 2);
}

// Connections held by the test, as requests under way hold them.
Async<Result<std::unique_ptr<Connection>>> hold(Pool& pool, Pool::Waiter& waiter, Deadline until) {
  co_return co_await pool.acquire(waiter, until);
}

TEST_CASE("The pool is bounded, and so is the queue before it", "[upstream]") {
  UpstreamTarget target = target_at("http://127.0.0.1:9");
  target.pool.connections = 1;
  target.pool.waiting = 1;
  PoolBench bench(target);
  Pool::Waiter first, second, third;
  auto held = bench.thread.await(hold(*bench.pool, first, {}));
  REQUIRE(held.has_value());

  std::optional<Result<std::unique_ptr<Connection>>> queued;
  bench.thread.start(hold(*bench.pool, second, {}), &queued);
  bench.thread.run_until([&] { return bench.pool->waiting_count() == 1; });
  const auto refused = bench.thread.await(hold(*bench.pool, third, {}));
  CHECK(refused.error().code == ErrorCode::kOverloaded);
  CHECK(refused.error().detail == "upstream_pool_full");

  bench.pool->give_back(std::move(*held), false);
  bench.thread.run_until([&] { return queued.has_value(); });
  REQUIRE(queued->has_value());
  CHECK(bench.pool->busy_count() == 1);
  bench.pool->give_back(std::move(**queued), false);
  CHECK(bench.pool->busy_count() == 0);
}

TEST_CASE("Waiting for a connection ends by the deadline and by giving up", "[upstream]") {
  UpstreamTarget target = target_at("http://127.0.0.1:9");
  target.pool.connections = 1;
  PoolBench bench(target);
  Pool::Waiter first;
  auto held = bench.thread.await(hold(*bench.pool, first, {}));
  {
    Pool::Waiter late;
    const Deadline soon = Deadline::in(system_clock().now(), milliseconds(10));
    CHECK(bench.thread.await(hold(*bench.pool, late, soon)).error().detail ==
          "upstream_pool_timeout");
  }
  {
    Pool::Waiter gone;
    std::optional<Result<std::unique_ptr<Connection>>> queued;
    bench.thread.start(hold(*bench.pool, gone, {}), &queued);
    bench.thread.run_until([&] { return bench.pool->waiting_count() == 1; });
    gone.abort();
    bench.thread.run_until([&] { return queued.has_value(); });
    CHECK(queued->error().code == ErrorCode::kCancelled);
  }
  CHECK(bench.pool->waiting_count() == 0);
  bench.pool->give_back(std::move(*held), false);
}

TEST_CASE("A set has one pool for each thread and lets go of it there", "[upstream]") {
  TestThread here, elsewhere;
  std::weak_ptr<Pool> pool;
  {
    const auto upstream = Upstream::create(target_at("http://127.0.0.1:9"), Secret(), nullptr);
    const PoolSet set({&here.io()}, upstream.value());
    pool = set.find(here.io().context.get_executor());
    CHECK(pool.lock() != nullptr);
    CHECK(set.find(elsewhere.io().context.get_executor()) == nullptr);
  }
  CHECK_FALSE(pool.expired());
  here.run_until([&pool] { return pool.expired(); });
}

TEST_CASE("The connection used last is taken first, and few stay idle", "[upstream]") {
  FaultServer server(answers(answer("{}")));
  UpstreamTarget target = target_at(server.port());
  target.pool.idle = 2;
  PoolBench bench(target);
  std::vector<std::unique_ptr<UpstreamCall>> calls;
  for (int i = 0; i < 4; ++i) {
    calls.push_back(std::make_unique<UpstreamCall>(bench.pool));
    CHECK(bench.thread
              .await(calls.back()->send(permit_for("mock"), {"/x", "*/*", "{}", RequestId{1}},
                                        Deadline{}))
              .has_value());
  }
  CHECK(bench.pool->busy_count() == 4);
  for (const auto& call : calls) {
    while (!bench.thread.await(call->read_body())->empty()) continue;
  }
  CHECK(bench.pool->busy_count() == 0);
  CHECK(bench.pool->idle_count() == 2);
}

}  // namespace
}  // namespace weir::test
