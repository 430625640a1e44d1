#include "cloud_adapters/upstream/pool.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <utility>

namespace weir {

Pool::Waiter::~Waiter() {
  if (pool_ == nullptr) return;
  if (granted_) {
    pool_->give_back(std::move(connection_), false);
  } else {
    std::erase(pool_->queue_, this);
  }
}

void Pool::Waiter::abort() {
  aborted_ = true;
  if (timer_) timer_->cancel();
}

Pool::Pool(IoThread& thread, std::shared_ptr<Upstream> upstream)
    : thread_(thread), upstream_(std::move(upstream)) {}

Pool::~Pool() {
  assert(queue_.empty());
  drop_idle();
}

void Pool::drop_idle() {
  upstream_->counts().idle -= static_cast<std::int64_t>(idle_.size());
  idle_.clear();
}

std::unique_ptr<Connection> Pool::take_idle() {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    --upstream_->counts().idle;
    if (connection->still_open()) return connection;
  }
  return nullptr;
}

std::unique_ptr<Connection> Pool::make_connection() {
  return std::make_unique<Connection>(thread_, upstream_);
}

void Pool::count_busy() {
  ++busy_;
  ++upstream_->counts().busy;
}

std::unique_ptr<Connection> Pool::try_acquire() {
  std::unique_ptr<Connection> connection = take_idle();
  if (connection != nullptr) count_busy();
  return connection;
}

Async<Result<std::unique_ptr<Connection>>> Pool::acquire(Waiter& waiter, Deadline deadline) {
  std::unique_ptr<Connection> connection = try_acquire();
  if (connection != nullptr) co_return connection;
  if (busy_ >= upstream_->target().pool.connections) {
    const Result<void> granted = co_await wait_in_queue(waiter, deadline);
    if (!granted) co_return granted.error();
    connection = std::move(waiter.connection_);
    if (connection != nullptr && !connection->still_open()) connection.reset();
  } else {
    count_busy();
  }
  if (connection == nullptr) connection = make_connection();
  co_return connection;
}

Async<Result<void>> Pool::wait_in_queue(Waiter& waiter, Deadline deadline) {
  const UpstreamTarget& target = upstream_->target();
  if (queue_.size() >= target.pool.waiting) {
    co_return Error(ErrorCode::kOverloaded,
                    "all connections to " + target.name + " are busy, and the queue is full",
                    "upstream_pool_full");
  }
  const Deadline own = Deadline::in(thread_.clock.now(), target.timeouts.connect);
  waiter.timer_.emplace(thread_.context.get_executor(), own.sooner(deadline).at);
  waiter.pool_ = this;
  queue_.push_back(&waiter);
  co_await waiter.timer_->async_wait(net::as_tuple(net::use_awaitable_t<IoExecutor>()));
  if (waiter.aborted_) co_return Error(ErrorCode::kCancelled, "the request was given up");
  if (!waiter.granted_) {
    std::erase(queue_, &waiter);
    waiter.pool_ = nullptr;
    co_return Error(ErrorCode::kDeadline,
                    "no connection to " + target.name + " became free (connect timer)",
                    "upstream_pool_timeout");
  }
  waiter.granted_ = false;
  waiter.pool_ = nullptr;
  co_return Result<void>();
}

void Pool::give_back(std::unique_ptr<Connection> connection, bool reusable) {
  if (!reusable || !connection->connected()) connection.reset();
  if (!queue_.empty()) {
    Waiter* next = queue_.front();
    queue_.pop_front();
    next->granted_ = true;
    next->connection_ = std::move(connection);
    next->timer_->cancel();
    return;
  }
  --busy_;
  --upstream_->counts().busy;
  if (connection == nullptr) return;
  const PoolLimits& limits = upstream_->target().pool;
  if (limits.idle == 0) return;
  if (idle_.size() >= limits.idle) {
    idle_.erase(idle_.begin());
    --upstream_->counts().idle;
  }
  connection->rest(limits.idle_time);
  idle_.push_back(std::move(connection));
  ++upstream_->counts().idle;
}

PoolSet::PoolSet(const std::vector<IoThread*>& threads, const std::shared_ptr<Upstream>& upstream) {
  for (IoThread* thread : threads) {
    entries_.push_back({thread, std::make_shared<Pool>(*thread, upstream)});
  }
}

PoolSet::~PoolSet() {
  for (Entry& entry : entries_) {
    net::post(entry.thread->context, [pool = std::move(entry.pool)] {});
  }
}

std::shared_ptr<Pool> PoolSet::find(const IoExecutor& executor) const {
  for (const Entry& entry : entries_) {
    if (entry.thread->context.get_executor() == executor) return entry.pool;
  }
  return nullptr;
}

}  // namespace weir
