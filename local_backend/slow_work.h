// A thread for work that is too slow for an I/O thread, one piece after the other.
//
// Teams take turns. What waits has a limit, of all and of each team. Thread-safe. Destroying it
// drops what waits and finishes what runs.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <deque>
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
    std::size_t most = 512;  // pieces that wait
    std::size_t most_of_team = 128;
  };

  explicit SlowWork(Limits limits) : limits_(limits) {}
  ~SlowWork();

  // False if as many wait already. `work` must not throw.
  bool offer(std::string_view team, std::function<void()> work);

 private:
  std::function<void()> take();

  const Limits limits_;
  std::mutex mutex_;  // guards the next three
  std::map<std::string, std::deque<std::function<void()>>, std::less<>> waiting_;  // never empty
  std::size_t count_ = 0;
  std::string last_team_;
  net::thread_pool thread_{1};
};

}  // namespace weir
