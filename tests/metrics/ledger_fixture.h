// What tests of the ledger share: a directory of their own, rows, and a way to wait.
#pragma once

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "metrics/ledger.h"
#include "metrics/sqlite.h"

namespace weir::testing {

class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-ledger-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::int64_t query(const std::string& path, std::string_view sql) {
  return sqlite::Database::open(path, sqlite::Mode::kReadOnly)->integer(sql).value();
}

// Noon of 1 May 2026, UTC.
inline constexpr std::int64_t kNoonMs = 1'777'636'800'000;

inline RequestId id_at(std::int64_t unix_ms, std::int64_t count = 1) {
  return {(unix_ms << 20) + count};
}

inline Reservation reservation(RequestId id, std::optional<NanoUsd> bound = NanoUsd{5'000}) {
  Reservation r;
  r.id = id;
  r.unix_ms = id.unix_ms();
  r.team = "search";
  r.model = r.requested_model = "gpt-5.4";
  r.backend = "openai";
  r.bound = bound;
  r.permit_id = 7;
  return r;
}

inline LedgerRow row(RequestId id, Route route = Route::kCloud, NanoUsd cost = NanoUsd{3'000}) {
  LedgerRow row;
  row.id = id;
  row.unix_ms = id.unix_ms();
  row.duration_us = 1'500'000;
  row.team = "search";
  row.requested_model = "auto";
  row.model = route == Route::kLocal ? "stories" : "gpt-5.4";
  row.backend = route == Route::kLocal ? "local" : "openai";
  row.route = route;
  row.reason = route == Route::kLocal ? Reason::kEasy : Reason::kHard;
  row.http_status = 200;
  row.finish = FinishReason::kStop;
  row.usage.input_tokens = 100;
  row.usage.output_tokens = 20;
  row.cost = cost;
  row.saved = NanoUsd{1'000};
  row.attempts = 1;
  return row;
}

template <class T>
Async<void> store_result(Async<T> work, std::optional<T>* out) {
  *out = co_await std::move(work);
}

// Runs one awaitable of the ledger to its end. The context outlives every ledger,
// because a writer may still be inside post() when the awaiting side goes on.
template <class T>
T wait_for(Async<T> work) {
  static net::io_context io(1);
  std::optional<T> result;
  net::co_spawn(io, store_result(std::move(work), &result), net::detached);
  io.restart();
  io.run();
  return std::move(*result);
}

inline bool succeeds(Async<Result<void>> work) { return wait_for(std::move(work)).has_value(); }

inline std::unique_ptr<Ledger> open_ledger(const std::string& path, const std::string& vfs = {}) {
  LedgerOptions options;
  options.path = path;
  options.vfs = vfs;
  options.retry_ms = 5;
  options.ballast_bytes = 4'096;
  return Ledger::open(std::move(options)).value();
}

}  // namespace weir::testing
