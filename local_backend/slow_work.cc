#include "local_backend/slow_work.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace weir {

SlowWork::~SlowWork() {
  thread_.stop();
  thread_.join();
}

bool SlowWork::offer(std::string_view team, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    const auto own = waiting_.find(team);
    const std::size_t of_team = own == waiting_.end() ? 0 : own->second.size();
    if (count_ >= limits_.most || of_team >= limits_.most_of_team) return false;
    ++count_;
    waiting_[std::string(team)].push_back(std::move(work));
  }
  net::post(thread_, [this] { take()(); });
  return true;
}

// Of the team behind the one that was last.
std::function<void()> SlowWork::take() {
  const std::lock_guard lock(mutex_);
  auto team = waiting_.upper_bound(last_team_);
  if (team == waiting_.end()) team = waiting_.begin();
  last_team_ = team->first;
  std::function<void()> work = std::move(team->second.front());
  team->second.pop_front();
  --count_;
  if (team->second.empty()) waiting_.erase(team);
  return work;
}

}  // namespace weir
