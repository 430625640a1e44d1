#include "local_backend/inbox.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace weir {
namespace {

// Tenants whose last turn is remembered; beyond it all begin anew.
constexpr std::size_t kMaxTenants = 4096;

}  // namespace

bool Inbox::push(std::unique_ptr<EngineRequest> request) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !has_room_locked(request->tenant)) return false;
    queues_[request->tenant.name].push_back(std::move(request));
    ++size_;
    poked_ = true;
  }
  changed_.notify_one();
  return true;
}

// The newest request of a tenant says what it weighs.
bool Inbox::has_room_locked(const Tenant& tenant) const {
  if (size_ < capacity_) return true;
  if (size_ >= 2 * capacity_) return false;
  double weights = static_cast<double>(tenant.weight);
  std::size_t own = 0;
  for (const auto& [name, queue] : queues_) {
    if (name == tenant.name) {
      own = queue.size();
    } else {
      weights += static_cast<double>(queue.back()->tenant.weight);
    }
  }
  const double share =
      static_cast<double>(capacity_) * static_cast<double>(tenant.weight) / weights;
  return static_cast<double>(own) < std::floor(std::max(share, 1.0)) && own < size_;
}

EngineRequest* Inbox::next(const Served& served) {
  const std::lock_guard lock(mutex_);
  EngineRequest* next = nullptr;
  std::pair<double, std::uint64_t> least;
  for (const auto& [name, queue] : queues_) {
    const auto ready = std::find_if(queue.begin(), queue.end(),
                                    [](const auto& request) { return !request->loading(); });
    if (ready == queue.end()) continue;
    const auto known = turn_of_.find(name);
    const std::uint64_t turn = known == turn_of_.end() ? 0 : known->second;
    const std::pair<double, std::uint64_t> rank = {served((*ready)->tenant), turn};
    if (next != nullptr && rank >= least) continue;
    least = rank;
    next = ready->get();
  }
  return next;
}

std::unique_ptr<EngineRequest> Inbox::take(const EngineRequest* request) {
  const std::lock_guard lock(mutex_);
  const auto queue = queues_.find(request->tenant.name);
  const auto found = std::find_if(queue->second.begin(), queue->second.end(),
                                  [&](const auto& queued) { return queued.get() == request; });
  auto taken = std::move(*found);
  queue->second.erase(found);
  if (queue->second.empty()) queues_.erase(queue);
  --size_;
  if (turn_of_.size() >= kMaxTenants) turn_of_.clear();
  turn_of_[taken->tenant.name] = ++turns_;
  return taken;
}

std::vector<const Tenant*> Inbox::tenants() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Tenant*> tenants;
  tenants.reserve(queues_.size());
  for (const auto& [name, queue] : queues_) tenants.push_back(&queue.front()->tenant);
  return tenants;
}

std::vector<std::unique_ptr<EngineRequest>> Inbox::take_stale(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<EngineRequest>> taken;
  taken.reserve(size_);  // what throws below would leave holes
  for (auto& [name, queue] : queues_) {
    for (auto& request : queue) {
      if (request->generation->cancelled() || request->expired(now)) {
        taken.push_back(std::move(request));
      }
    }
    std::erase(queue, nullptr);
  }
  std::erase_if(queues_, [](const auto& entry) { return entry.second.empty(); });
  size_ -= taken.size();
  return taken;
}

std::vector<std::unique_ptr<EngineRequest>> Inbox::take_all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<EngineRequest>> taken;
  taken.reserve(size_);
  for (auto& [name, queue] : queues_) {
    for (auto& request : queue) taken.push_back(std::move(request));
  }
  queues_.clear();
  size_ = 0;
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
  for (const auto& [name, queue] : queues_) {
    for (const auto& request : queue) until = std::min(until, request->deadline);
  }
  changed_.wait_until(lock, until, [this] { return poked_; });
  poked_ = false;
}

void Inbox::stop() {
  stopping_ = true;
  poke();
}

std::size_t Inbox::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

}  // namespace weir
