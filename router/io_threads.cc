#include "router/io_threads.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <thread>

namespace weir {

struct IoThreads::Worker {
  explicit Worker(const Clock& clock) : io{context, wheel, clock} {}

  void tick() {
    ticker.expires_after(DeadlineWheel::kTick);
    ticker.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      wheel.expire(io.clock.now());
      tick();
    });
  }

  DeadlineWheel wheel;
  net::io_context context{1};
  IoThread io;
  net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>,
                            IoExecutor>
      ticker{context};
  std::thread thread;
};

IoThreads::IoThreads(std::size_t count, const Clock& clock) {
  std::signal(SIGPIPE, SIG_IGN);
  for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) {
    workers_.push_back(std::make_unique<Worker>(clock));
  }
}

IoThreads::~IoThreads() { stop(); }

IoThread& IoThreads::at(std::size_t index) { return workers_.at(index)->io; }

void IoThreads::start() {
  for (auto& worker : workers_) {
    worker->tick();
    worker->thread = std::thread([&context = worker->context] { context.run(); });
  }
}

void IoThreads::stop() {
  for (auto& worker : workers_) worker->context.stop();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

}  // namespace weir
