#include "local_backend/slow_work.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace weir {

SlowWork::~SlowWork() {
  thread_.stop();
  thread_.join();
}

bool SlowWork::offer(std::string_view team, std::function<void()> work) {
  std::string name(team);
  if (!enter(name)) return false;
  net::post(thread_, [this, name = std::move(name), work = std::move(work)] {
    work();
    leave(name);
  });
  return true;
}

bool SlowWork::enter(const std::string& team) {
  const std::lock_guard lock(mutex_);
  const auto of_team = by_team_.find(team);
  const std::size_t count = of_team == by_team_.end() ? 0 : of_team->second;
  if (all_ >= limits_.most || count >= limits_.most_of_team) return false;
  ++all_;
  ++by_team_[team];
  return true;
}

void SlowWork::leave(const std::string& team) {
  const std::lock_guard lock(mutex_);
  --all_;
  const auto of_team = by_team_.find(team);
  if (--of_team->second == 0) by_team_.erase(of_team);
}

}  // namespace weir
