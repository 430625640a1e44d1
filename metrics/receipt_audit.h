// Checks a chain of receipts, and looks receipts up. Blocking; reads files that may be
// written to at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "metrics/receipt.h"
#include "metrics/signing_key.h"

namespace weir {

struct ChainExpectations {
  // The hash that the first receipt must follow; empty = it is the first of all. For a
  // chain whose older files are kept elsewhere.
  std::string prev;
  // A hash that was noted earlier: the chain must hold it. Without one nobody can tell
  // that receipts at its end are missing.
  std::string head;
};

struct ChainReport {
  std::uint64_t receipts = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  std::string head;                // hash of the last receipt
  std::int64_t first_unix_ms = 0;  // when its request came
  std::vector<std::int64_t> ids;   // of requests (RequestId::value), sorted
  // The first thing that is wrong, "FILE:LINE: what"; unset = the chain is whole. What
  // follows was not looked at.
  std::optional<std::string> fault;
};

// Every line, in the order of the files: form, hash, signature, number, and that it
// holds the hash of the one before. kStorage or kNotFound for a file that cannot be read.
Result<ChainReport> verify_receipts(const std::vector<std::string>& files, const PublicKey& key,
                                    const ChainExpectations& expected = {});

// The same for the text of one file, which is called `name` in faults.
ChainReport verify_receipt_text(std::string_view text, const std::string& name,
                                const PublicKey& key, const ChainExpectations& expected = {});

// Calls `visit` with each line, as it stands; no more when that returns false.
Result<void> for_each_receipt(const std::vector<std::string>& files,
                              const std::function<bool(std::string_view line)>& visit);

// What the ledger knows and the chain does not.
struct MissingReceipts {
  std::int64_t count = 0;
  std::vector<std::string> first;  // some of their ids
};

// The ids of all settled requests in the ledger, sorted. Not among them: requests whose
// process died, and those that were refused because no receipt could be written. While
// weir serves read this before the chain: a receipt is durable before its row is.
Result<std::vector<std::int64_t>> ledger_request_ids(const std::string& ledger_path);

// Those of them that came when the chain's first request did or later, and have no
// receipt: it was taken away, or lost when the disk refused it.
MissingReceipts missing_receipts(const std::vector<std::int64_t>& ledger_ids,
                                 const ChainReport& chain);

// Error::detail of a request that was refused because receipts cannot be written.
inline constexpr std::string_view kNoReceiptWord = "receipts_unwritable";

}  // namespace weir
