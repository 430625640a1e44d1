// What every way through the gateway needs: its claim on limits, its errors, its counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "metrics/ledger.h"
#include "metrics/ledger_row.h"
#include "metrics/metrics.h"
#include "policies/limit_book.h"
#include "policies/team.h"
#include "router/snapshot.h"

namespace weir {

// Whom a request is made for.
struct EndUser {
  std::string account;  // as accounts and the ledger name them: a long name by its SHA-256
  std::string named;    // as the client did, if that is another name
};
EndUser end_user_of(std::string_view named);

// `end_user` outlives it.
LimitClaim claim_of(const Identity& who, const LedgerRow& row, const EndUser& end_user);

// For the attempt that the row speaks of: its model, backend, route and permit are noted.
Reservation reservation_of(const LedgerRow& row, std::optional<NanoUsd> bound);

// Writes the row, and only when it is durable frees what the request held and did not use: a
// process that dies before charges all of it.
Async<void> close_books(Ledger& ledger, LimitHold* limits, LedgerRow row);

void note_error(const Error& error, LedgerRow& row);

std::int64_t microseconds(SteadyTime::duration span);

std::int64_t tokens_of(const Usage& usage);

// Before an answer tells: of a body that is mostly text.
std::int64_t guessed_tokens_of_body(std::size_t bytes);

// What the row's usage cost and saved, beside what was spent on earlier tries; unset when that
// is not known.
void price(const Snapshot& snapshot, std::optional<NanoUsd> spent_before, LedgerRow& row);

// Counts a request, and a stream, for as long as it lives.
class InFlight {
 public:
  explicit InFlight(Metrics& metrics) : metrics_(metrics) { add(Gauge::kRequestsInFlight, 1); }
  ~InFlight() {
    add(Gauge::kRequestsInFlight, -1);
    if (stream_) add(Gauge::kStreamsInFlight, -1);
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  void is_stream() {
    stream_ = true;
    add(Gauge::kStreamsInFlight, 1);
  }

 private:
  void add(Gauge gauge, double delta) { metrics_.add(gauge, delta); }

  Metrics& metrics_;
  bool stream_ = false;
};

}  // namespace weir
