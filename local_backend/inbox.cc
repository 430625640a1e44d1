#include "local_backend/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir {

bool Inbox::push(std::unique_ptr<EngineRequest> request) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(request));
    poked_ = true;
  }
  changed_.notify_one();
  return true;
}

std::vector<std::unique_ptr<EngineRequest>> Inbox::take_cancelled() {
  const std::lock_guard lock(mutex_);
  const auto kept = std::stable_partition(queue_.begin(), queue_.end(), [](const auto& request) {
    return !request->generation->cancelled();
  });
  std::vector<std::unique_ptr<EngineRequest>> taken(std::make_move_iterator(kept),
                                                    std::make_move_iterator(queue_.end()));
  queue_.erase(kept, queue_.end());
  return taken;
}

std::vector<std::unique_ptr<EngineRequest>> Inbox::take_all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<EngineRequest>> taken(std::make_move_iterator(queue_.begin()),
                                                    std::make_move_iterator(queue_.end()));
  queue_.clear();
  return taken;
}

void Inbox::poke() {
  {
    const std::lock_guard lock(mutex_);
    poked_ = true;
  }
  changed_.notify_one();
}

void Inbox::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return poked_; });
  poked_ = false;
}

void Inbox::stop() {
  stopping_ = true;
  poke();
}

std::size_t Inbox::size() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

}  // namespace weir
