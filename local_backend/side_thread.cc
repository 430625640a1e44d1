#include "local_backend/side_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <utility>

namespace weir {
namespace {

constexpr int kLowestPriority = 19;

// On Linux the priority is that of a thread.
void step_back() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestPriority); }

}  // namespace

SideThread::~SideThread() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void SideThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void SideThread::give(std::function<bool()> run, std::function<void(bool)> after) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(run), std::move(after)});
  }
  ++under_way_;
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_all();
}

void SideThread::collect() {
  if (under_way_ == 0) return;
  std::deque<Errand> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  under_way_ -= done.size();
  for (const Errand& errand : done) errand.after(errand.answer);
}

void SideThread::wait_until(SteadyTime until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this] { return !done_.empty(); });
}

void SideThread::work() {
  if (priority_ == Priority::kLowest) step_back();
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Errand errand = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    try {
      errand.answer = errand.run();
    } catch (const std::exception&) {
      errand.answer = false;
    }
    lock.lock();
    done_.push_back(std::move(errand));
    changed_.notify_all();
    news_();
  }
}

}  // namespace weir
