// A complete answer that was withheld because it is not the JSON that was asked for: should
// nothing better come, it is better than an error.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/money.h"
#include "core/usage.h"
#include "metrics/ledger_row.h"
#include "router/client_sink.h"

namespace weir {

struct ServeInput;
struct Snapshot;

// Adds what a failed attempt cost, and returns it. Tokens without a price make the whole
// sum unknown. The row remembers that it is a guess, if it is.
NanoUsd add_spent(const Snapshot& snapshot, LedgerRow& row, std::optional<NanoUsd>& spent);

class SpareAnswer {
 public:
  explicit operator bool() const { return kept_ != nullptr; }
  bool is_of(std::size_t attempt) const { return kept_ != nullptr && kept_->attempt == attempt; }

  // Takes what `sink` holds, in place of an earlier one. `attempt` is the place of its note,
  // `text` what is wrong with it, if that can be put right.
  void keep(ClientSink& sink, const LedgerRow& row, std::size_t attempt, std::string_view text);

  // Of what was kept.
  std::size_t attempt() const { return kept_->attempt; }
  std::string_view text() const { return kept_->text; }

  // Makes it the answer and its row the row, with what was tried since then; `spent` held its
  // cost too. After the last attempt, with nothing shown.
  Usage bring_back(const ServeInput& input, LedgerRow& row, std::optional<NanoUsd>& spent);

 private:
  struct Kept {
    std::unique_ptr<ClientSink::Draft> draft;
    LedgerRow row;  // what it says of who answered
    std::size_t attempt = 0;
    std::string text;
  };
  std::unique_ptr<Kept> kept_;
};

}  // namespace weir
