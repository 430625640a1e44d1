// Receipts of requests: opens their log, and fills one in from what the gateway knows.
#pragma once

#include <memory>
#include <string>

#include "metrics/ledger_row.h"
#include "metrics/metrics.h"
#include "metrics/receipt_log.h"
#include "router/answer_gate.h"
#include "router/config.h"
#include "router/snapshot.h"

namespace weir {

// Null when [receipts] is not enabled. A torn tail is logged, and so is a disk that
// refuses. kStorage or kInvalidConfig: see ReceiptChain::open().
Result<std::unique_ptr<ReceiptLog>> open_receipts(const Config& config);

// Why the request must be refused: receipts cannot be written, and the configuration
// wants no answer without one.
std::optional<Error> refusal_without_receipt(const ReceiptLog* log, const ReceiptsConfig& config);

// The receipt of a request whose answer waits in `gate`. Takes the hashes out of it.
Receipt receipt_of(const LedgerRow& row, const Snapshot& snapshot, AnswerGate& gate);

// What computes the answers of a local model, "avx512 int8 f16": kernels, arithmetic, keys and
// values. Two that are equal give the same bits.
std::string kernels_of(const LocalConfig& local, std::string_view model);

// Appends the receipt, waits until it is durable, and tells the client of it if it may
// know. Nothing without a log, or for a request that is refused for want of receipts. A
// failure is counted and logged by the log itself: the answer leaves all the same.
Async<void> leave_receipt(ReceiptLog* log, const LedgerRow& row, const Snapshot& snapshot,
                          AnswerGate& gate);

// What the metrics already know of the log.
class ReceiptCounts {
 public:
  // Sets gauges and counters, right before a scrape; null = there is no log. One thread at a time.
  void show(const ReceiptLog* log, Metrics& metrics);

 private:
  ReceiptStats counted_;
};

}  // namespace weir
