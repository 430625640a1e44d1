#include "cloud_adapters/upstream/resolution.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace weir {
namespace {

using NameResolver = net::ip::basic_resolver<net::ip::tcp, IoExecutor>;

struct Answer {
  bool arrived = false;
  boost::system::error_code error;
  std::vector<Resolution::Endpoint> endpoints;
};

}  // namespace

Resolution::Resolution(const IoExecutor& executor) : done_(executor, SteadyTime::max()) {}

Async<Result<std::vector<Resolution::Endpoint>>> Resolution::run(std::string host,
                                                                 std::uint16_t port) {
  boost::system::error_code not_an_address;
  const net::ip::address address = net::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return std::vector<Endpoint>{Endpoint(address, port)};

  const auto self = shared_from_this();
  const auto answer = std::make_shared<Answer>();
  const auto resolver = std::make_shared<NameResolver>(done_.get_executor());
  resolver->async_resolve(host, std::to_string(port),
                          [self, answer, resolver](const boost::system::error_code& error,
                                                   const NameResolver::results_type& results) {
                            answer->arrived = true;
                            answer->error = error;
                            for (const auto& entry : results) {
                              answer->endpoints.push_back(entry.endpoint());
                            }
                            self->done_.cancel();
                          });
  co_await done_.async_wait(net::as_tuple(net::use_awaitable_t<IoExecutor>()));
  if (stopped_ || !answer->arrived) {
    co_return Error(ErrorCode::kCancelled, "the look-up of a name was given up");
  }
  if (answer->error || answer->endpoints.empty()) {
    co_return Error(ErrorCode::kUpstreamConnect, "the name " + host + " has no address",
                    "upstream_dns");
  }
  co_return std::move(answer->endpoints);
}

void Resolution::stop() {
  stopped_ = true;
  done_.cancel();
}

}  // namespace weir
