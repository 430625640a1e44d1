// The log of receipts: a bounded queue, and a thread that signs what waits and makes
// it durable together, in one write and one sync.
//
// Thread-safe. Completions run on the I/O context that asked. Close the log before
// the I/O contexts are destroyed.
//
// Failure: when the disk refuses, append() says kStorage, the receipts are kept in
// memory, as many as the queue may have, and tried again every `retry_ms` in the same
// order. Until that succeeds accepts() is false: whoever must not answer without a
// receipt looks at it. What is beyond the queue's capacity is lost and counted; what
// is kept is lost with the process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/async.h"
#include "core/result.h"
#include "metrics/receipt.h"
#include "metrics/receipt_chain.h"

namespace weir {

struct ReceiptLogOptions {
  ReceiptChainOptions chain;
  std::size_t queue_capacity = 65'536;
  std::chrono::milliseconds retry{1'000};
  // Called when the disk begins to refuse, or a receipt is lost for the first time, and when
  // the disk takes them again. On any thread; must not call the log.
  std::function<void(const Error&)> on_failure = [](const Error&) {};
  std::function<void()> on_recovery = [] {};
};

struct ReceiptStats {
  std::uint64_t seq = 0;       // of the last durable receipt
  std::uint64_t written = 0;   // since open()
  std::uint64_t batches = 0;   // and so syncs
  std::uint64_t failures = 0;  // writes that the disk refused
  std::uint64_t lost = 0;      // never written, because the queue was full
  std::size_t waiting = 0;     // in the queue or kept
  bool healthy = true;
};

class ReceiptLog {
 public:
  // Blocking. As ReceiptChain::open().
  static Result<std::unique_ptr<ReceiptLog>> open(ReceiptLogOptions options);
  ~ReceiptLog();
  ReceiptLog(const ReceiptLog&) = delete;
  ReceiptLog& operator=(const ReceiptLog&) = delete;

  // Completes when the receipt is durable and says where it stands. kStorage: it is
  // kept and tried again. kOverloaded: the queue is full and it is lost.
  Async<Result<ReceiptStamp>> append(Receipt receipt);

  // The disk took the last ones.
  bool accepts() const;

  ReceiptStats stats() const;
  // What open() had to cut off, and where it is now; 0 = nothing.
  std::uint64_t cut_bytes() const;
  std::string cut_file() const;

  // Writes what is queued, as far as the disk works, and stops. Idempotent.
  void close();

 private:
  class Writer;
  explicit ReceiptLog(std::unique_ptr<Writer> writer);
  std::unique_ptr<Writer> writer_;
};

}  // namespace weir
