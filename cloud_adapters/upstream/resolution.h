// One look-up of a host name that does not block the I/O thread.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/async.h"
#include "core/clock.h"
#include "core/result.h"

namespace weir {

// The system's resolver cannot be interrupted. This is left behind when nobody
// waits any more, and its answer, when it comes, is dropped.
class Resolution : public std::enable_shared_from_this<Resolution> {
 public:
  using Endpoint = net::ip::tcp::endpoint;

  explicit Resolution(const IoExecutor& executor);

  // In the resolver's order. kUpstreamConnect if the name has no address,
  // kCancelled after stop(). Keeps itself alive. Call once.
  Async<Result<std::vector<Endpoint>>> run(std::string host, std::uint16_t port);

  // Ends the wait now.
  void stop();

 private:
  using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                          net::wait_traits<std::chrono::steady_clock>, IoExecutor>;
  Timer done_;
  bool stopped_ = false;
};

}  // namespace weir
