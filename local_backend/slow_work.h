// A thread for work that is too slow for an I/O thread, one piece after the other.
//
// What waits has a limit, of all and of each team. Thread-safe. Destroying it drops what
// waits and finishes what runs.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/async.h"

namespace weir {

class SlowWork {
 public:
  struct Limits {
    std::size_t most = 32;  // pieces that wait or run
    std::size_t most_of_team = 4;
  };

  explicit SlowWork(Limits limits) : limits_(limits) {}
  ~SlowWork();

  // False if as many wait already. `work` must not throw.
  bool offer(std::string_view team, std::function<void()> work);

 private:
  bool enter(const std::string& team);
  void leave(const std::string& team);

  const Limits limits_;
  std::mutex mutex_;
  std::size_t all_ = 0;                         // under mutex_
  std::map<std::string, std::size_t> by_team_;  // under mutex_
  net::thread_pool thread_{1};
};

}  // namespace weir
