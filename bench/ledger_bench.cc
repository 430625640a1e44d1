// CPU of all threads for one paid request (a reserve and a settle) and for one
// local request (a settle), at several numbers of requests in flight; then of the
// caller alone for counting one request and for logging it.
//
// usage: ledger_bench [directory]     the ledger is made and removed there
#include <sys/resource.h>
#include <time.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "metrics/ledger.h"
#include "metrics/metrics.h"
#include "metrics/request_log.h"

namespace weir {
namespace {

constexpr int kRequests = 60'000;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Reservation reservation(RequestId id) {
  Reservation r;
  r.id = id;
  r.unix_ms = id.unix_ms();
  r.team = "search-team";
  r.key_id = "k7Qw2zXy";
  r.requested_model = r.model = "gpt-5.4-mini-2026-03-17";
  r.backend = "openai";
  r.bound = NanoUsd{12'345'678};
  r.permit_id = 77;
  r.policy_version = "2026-11-01";
  return r;
}

LedgerRow row(RequestId id, Route route) {
  LedgerRow row;
  row.id = id;
  row.unix_ms = id.unix_ms();
  row.duration_us = 812'345;
  row.ttft_us = 212'345;
  row.team = "search-team";
  row.key_id = "k7Qw2zXy";
  row.requested_model = row.model = row.baseline_model = "gpt-5.4-mini-2026-03-17";
  row.backend = "openai";
  row.route = route;
  row.reason = Reason::kHard;
  row.http_status = 200;
  row.finish = FinishReason::kStop;
  row.usage = {1'200, 800, 0, 0, 350, 100, false};
  row.cost = row.baseline_cost = row.saved = NanoUsd{1'234'567};
  row.price_as_of = "2026-07-01 models.dev";
  row.score = 0.71;
  row.features.assign(24, 0.5F);
  row.policy_version = "2026-11-01";
  row.conversation = 0x1234'5678'9abc'def0;
  row.attempts = 1;
  return row;
}

struct Load {
  Ledger& ledger;
  RequestIdSource& ids;
  bool paid;
  int left = kRequests;
};

Async<void> one_client(Load& load) {
  while (load.left-- > 0) {
    const RequestId id = load.ids.next(system_clock().unix_ms());
    if (load.paid) {
      const auto reserved = co_await load.ledger.reserve(reservation(id));
      if (!reserved) std::abort();
    }
    const auto settled =
        co_await load.ledger.settle(row(id, load.paid ? Route::kCloud : Route::kLocal));
    if (!settled) {
      std::abort();
    }
  }
}

void measure(const std::string& directory, bool paid, int in_flight) {
  LedgerOptions options;
  options.path = directory + "/ledger_bench.db";
  auto ledger = Ledger::open(options).value();
  RequestIdSource ids(1);
  Load load{*ledger, ids, paid};
  net::io_context io(1);
  for (int i = 0; i < in_flight; ++i) net::co_spawn(io, one_client(load), net::detached);
  const SteadyTime start = system_clock().now();
  const double cpu = cpu_seconds();
  io.run();
  const double used = cpu_seconds() - cpu;
  const std::chrono::duration<double> wall = system_clock().now() - start;
  const auto batches = static_cast<double>(ledger->stats().batches);
  std::printf("%-6s in flight %5d  %6.2f us CPU a request  %8.0f requests/s  %6.1f items a batch\n",
              paid ? "paid" : "local", in_flight, used / kRequests * 1e6, kRequests / wall.count(),
              (paid ? 2 : 1) * kRequests / batches);
  ledger.reset();
  for (const char* suffix : {"", "-wal", "-shm", ".lock", ".ballast"}) {
    std::filesystem::remove(options.path + suffix);
  }
}

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
void measure_caller(const char* what, Work work) {
  constexpr int kCalls = 200'000;
  const LedgerRow sample = row({1}, Route::kCloud);
  for (int i = 0; i < 1'000; ++i) work(sample);
  const double start = thread_cpu_seconds();
  for (int i = 0; i < kCalls; ++i) work(sample);
  std::printf("%-12s %6.2f us CPU of the caller\n", what,
              (thread_cpu_seconds() - start) / kCalls * 1e6);
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
  const std::string directory =
      argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  for (const bool paid : {true, false}) {
    for (const int in_flight : {64, 256, 1'024}) weir::measure(directory, paid, in_flight);
  }
  weir::Metrics metrics;
  weir::measure_caller("count", [&](const weir::LedgerRow& r) { metrics.count(r); });
  const auto log = weir::RequestLog::open({"/dev/null", 8'192}).value();
  weir::measure_caller("format a line", [](const weir::LedgerRow& r) {
    if (weir::request_log_line(r).empty()) std::abort();
  });
  weir::measure_caller("log", [&](const weir::LedgerRow& r) { log->write(r); });
}
