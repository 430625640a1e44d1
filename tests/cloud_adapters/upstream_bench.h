// What the tests of the upstream side share: one I/O thread that the test turns
// itself, permits, and a sink that remembers.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/https_client.h"
#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/upstream/pool.h"
#include "core/clock.h"
#include "policies/permit_issuer.h"

namespace weir::test {

using std::chrono::milliseconds;

// Goes with the system's until it is held, and a test sets it forward.
class TestClock final : public Clock {
 public:
  SteadyTime now() const override { return held_at_.value_or(system_clock().now()) + ahead_; }
  std::int64_t unix_ms() const override { return system_clock().unix_ms(); }
  void hold() { held_at_ = system_clock().now(); }
  void skip(milliseconds span) { ahead_ += span; }

 private:
  std::optional<SteadyTime> held_at_;
  milliseconds ahead_{0};
};

class TestThread {
 public:
  IoThread& io() { return io_; }
  TestClock& clock() { return clock_; }

  // Turns the loop until `condition` holds; throws after 20 seconds.
  void run_until(const std::function<bool()>& condition) {
    const SteadyTime give_up = system_clock().now() + std::chrono::seconds(20);
    while (!condition()) {
      if (system_clock().now() > give_up) throw std::runtime_error("nothing happened for 20 s");
      turn(1);
    }
  }

  void turn(int times) {
    for (; times > 0; --times) {
      context_.restart();
      context_.run_one_for(milliseconds(2));
      wheel_.expire(clock_.now());
    }
  }

  // The result of a coroutine.
  template <class T>
  T await(Async<T> work) {
    std::optional<T> result;
    start(std::move(work), &result);
    run_until([&result] { return result.has_value(); });
    return std::move(*result);
  }

  // The same, not waited for. `result` must live until it is set.
  template <class T>
  void start(Async<T> work, std::optional<T>* result) {
    net::co_spawn(context_, std::move(work), [result](const std::exception_ptr& failure, T value) {
      if (failure) std::rethrow_exception(failure);
      result->emplace(std::move(value));
    });
  }

 private:
  TestClock clock_;
  DeadlineWheel wheel_;
  net::io_context context_{1};
  IoThread io_{context_, wheel_, clock_};
};

inline EgressPermit permit_for(std::string_view destination) {
  static PermitIssuer issuer;
  Team team;
  team.privacy = Privacy::kAny;
  const Result<Ruling> ruling = rule(team, {});
  return issuer.issue(ruling.value(), RequestId{7}, destination, BackendClass::kCloud).value();
}

// Short timers, so that every fault is over soon.
inline UpstreamTarget target_at(std::string_view base_url) {
  UpstreamTarget target = parse_target("mock", base_url, false).value();
  target.timeouts = {milliseconds(1000), milliseconds(300), milliseconds(300), milliseconds(5000)};
  return target;
}

inline UpstreamTarget target_at(std::uint16_t port) {
  return target_at("http://127.0.0.1:" + std::to_string(port) + "/v1");
}

// What a server answers.
inline std::string answer(std::string_view body, std::string_view content_type = "application/json",
                          std::string_view status = "200 OK", std::string_view fields = "") {
  std::string text = "HTTP/1.1 " + std::string(status) + "\r\ncontent-type: ";
  text.append(content_type).append("\r\n").append(fields);
  text.append("content-length: " + std::to_string(body.size()) + "\r\n\r\n").append(body);
  return text;
}

inline constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

inline std::string chunk(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string size;
  for (std::size_t left = bytes.size(); left > 0; left /= 16) {
    size.insert(size.begin(), kDigits[left % 16]);
  }
  return size + "\r\n" + std::string(bytes) + "\r\n";
}

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace weir::test
