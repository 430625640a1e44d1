// A server with a trivial handler: what the HTTP front costs and how it frames,
// without a gateway behind it. usage: echo_server PORT [THREADS] [CERTIFICATE KEY]
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "router/http/server.h"

namespace {

using namespace weir;

// One event, then silence until the client goes.
Async<void> hold(Exchange& exchange) {
  exchange.start_stream({});
  co_await exchange.write_some("data: {\"n\":1}\n\n");
  net::steady_timer timer(exchange.io_thread().context, std::chrono::hours(1));
  const CancelScope scope(exchange.cancel(), [&timer] { timer.cancel(); });
  co_await timer.async_wait(net::as_tuple(net::use_awaitable_t<IoExecutor>()));
}

class EchoHandler final : public HttpHandler {
 public:
  std::optional<Response> admit(const RequestHead& head) override {
    if (head.path() == "/v1/chat/completions") return std::nullopt;
    Response response;
    response.status = 404;
    response.body = R"({"error":{"message":"no such path","code":"not_found"}})";
    return response;
  }

  Async<void> handle(Exchange& exchange) override {
    if (exchange.head().query() == "stream") {
      exchange.start_stream({});
      for (int i = 0; i < 3; ++i) co_await exchange.write_some("data: {\"n\":1}\n\n");
      co_await exchange.finish("data: [DONE]\n\n");
    } else if (exchange.head().query() == "hold") {
      co_await hold(exchange);
    } else {
      Response response;
      response.body = R"({"bytes":)" + std::to_string(exchange.body().size()) + "}";
      co_await exchange.send(std::move(response));
    }
  }
};

}  // namespace

int main(int argc, char* argv[]) {
  if (argc < 2) return 2;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  IoThreads threads(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1);
  EchoHandler handler;
  ListenOptions options;
  options.port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  if (argc > 4) options.tls = TlsServerContext::load(argv[3], argv[4]).value();
  auto server = HttpServer::listen(threads, std::move(options), handler).value();
  server->start();
  threads.start();
  std::printf("listening on %d\n", server->port());
  std::fflush(stdout);

  int signal = 0;
  sigwait(&signals, &signal);
  server->begin_drain();
  const bool drained = server->wait_closed(std::chrono::seconds(5));
  server.reset();
  threads.stop();
  return drained ? 0 : 1;
}
