// A complete answer that was withheld because it is not the JSON that was asked for: should
// nothing better come, it is better than an error.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "core/money.h"
#include "core/usage.h"
#include "metrics/ledger_row.h"
#include "router/client_sink.h"

namespace weir {

struct ServeInput;
struct Snapshot;

// Adds what a failed attempt cost. Tokens without a price make the whole sum unknown.
void add_spent(const Snapshot& snapshot, const LedgerRow& row, std::optional<NanoUsd>& spent);

class SpareAnswer {
 public:
  explicit operator bool() const { return draft_ != nullptr; }

  // Takes what `sink` holds, in place of an earlier one. `attempt` is the place of its note.
  void keep(ClientSink& sink, const LedgerRow& row, std::size_t attempt);

  // Makes it the answer and its row the row, with what was tried since then; `spent` held its
  // cost too. After the last attempt, with nothing shown.
  Usage bring_back(const ServeInput& input, LedgerRow& row, std::optional<NanoUsd>& spent);

 private:
  std::unique_ptr<ClientSink::Draft> draft_;
  LedgerRow row_;  // what says who answered
  std::size_t attempt_ = 0;
};

}  // namespace weir
