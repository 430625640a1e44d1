#include <malloc.h>
#include <sys/resource.h>

#include "tests/cloud_adapters/remote_bench.h"
#include "tests/support/catch.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_COUNTS_MEMORY 0
#else
#define WEIR_COUNTS_MEMORY 1
#endif

namespace weir::test {
namespace {

constexpr std::size_t kStreams = 1000;

std::size_t allocated_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Two files for each stream, the server's end being in this process as well.
void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_CASE("A thousand streams that wait for their next token hold little memory", "[openai]") {
  allow_many_files();
  FaultServer server(
      [](Peer& peer) {
        peer.read_request();
        peer.send(std::string(kStreamHead) + chunk(kRoleFrame));
      },
      true);
  RemoteBackendConfig config = RemoteBench::config_at(server.port());
  config.target.pool.connections = kStreams;
  config.target.timeouts = {std::chrono::minutes(1), std::chrono::minutes(1),
                            std::chrono::minutes(1), std::chrono::minutes(1)};
  RemoteBench bench(std::move(config));
  const ChatRequest request = bench.parse(std::string(kAskStream));
  std::vector<std::optional<Result<Usage>>> results(kStreams);
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  const std::size_t before = allocated_bytes();
  for (std::size_t i = 0; i < kStreams; ++i) {
    sinks.push_back(std::make_unique<RecordingSink>());
    bench.thread.start(bench.start(request, *sinks.back()), &results[i]);
  }
  bench.thread.run_until([&] {
    return std::all_of(sinks.begin(), sinks.end(),
                       [](const auto& sink) { return sink->started(); });
  });
  const std::size_t each = (allocated_bytes() - before) / kStreams;
  CAPTURE(each);
  if (WEIR_COUNTS_MEMORY) CHECK(each < 12 * 1024);
  for (const auto& sink : sinks) sink->cancel().raise();
  bench.thread.run_until([&] {
    return std::all_of(results.begin(), results.end(), [](const auto& r) { return r.has_value(); });
  });
}

}  // namespace
}  // namespace weir::test
