#include "local_backend/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir {
namespace {

// Parties whose last turn is remembered; beyond it all begin anew.
constexpr std::size_t kMaxParties = 4096;

}  // namespace

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

Inbox::Queue::iterator Inbox::next_locked() {
  auto next = queue_.end();
  std::uint64_t longest_ago = UINT64_MAX;
  for (auto at = queue_.begin(); at != queue_.end(); ++at) {
    if ((*at)->loading()) continue;
    const auto known = turn_of_.find((*at)->cache_salt);
    const std::uint64_t turn = known == turn_of_.end() ? 0 : known->second;
    if (turn >= longest_ago) continue;
    longest_ago = turn;
    next = at;
  }
  return next;
}

EngineRequest* Inbox::next() {
  const std::lock_guard lock(mutex_);
  const auto next = next_locked();
  return next == queue_.end() ? nullptr : next->get();
}

std::unique_ptr<EngineRequest> Inbox::take(const EngineRequest* request) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(queue_.begin(), queue_.end(),
                                  [&](const auto& queued) { return queued.get() == request; });
  auto taken = std::move(*found);
  queue_.erase(found);
  note_turn_locked(taken->cache_salt);
  return taken;
}

void Inbox::note_turn_locked(const std::string& party) {
  if (turn_of_.size() >= kMaxParties) turn_of_.clear();
  turn_of_[party] = ++turns_;
}

std::vector<std::unique_ptr<EngineRequest>> Inbox::take_stale(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<EngineRequest>> taken;
  taken.reserve(queue_.size());  // what throws below would leave holes
  for (auto& request : queue_) {
    if (request->generation->cancelled() || request->expired(now)) {
      taken.push_back(std::move(request));
    }
  }
  std::erase(queue_, nullptr);
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

void Inbox::wait_until(SteadyTime until) {
  std::unique_lock lock(mutex_);
  for (const auto& request : queue_) until = std::min(until, request->deadline);
  changed_.wait_until(lock, until, [this] { return poked_; });
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
