// The files of a chain of receipts, as their one writer sees them.
//
// In a folder: receipts-000000000001.jsonl and so on, each named by the number of its
// first receipt and appended to until it is `segment_bytes` long. Blocking; belongs to
// one thread at a time. A lock keeps a second writer out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "metrics/receipt.h"
#include "metrics/signing_key.h"

namespace weir {

struct ReceiptChainOptions {
  std::string folder;
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;  // read whole at start
  std::function<bool(int file)> sync = {};                // makes a file durable; empty = fdatasync
};

// Where a receipt came to stand.
struct ReceiptStamp {
  std::uint64_t seq = 0;
  std::string hash;
  std::string line;  // all of it
};

// The files of a chain, in its order.
std::vector<std::string> receipt_files(const std::string& folder);

// Where the keys of a chain are, which open() makes together with its first file.
std::string receipt_key_path(const std::string& folder);
std::string receipt_public_key_path(const std::string& folder);

class ReceiptChain {
 public:
  // Goes on where the last receipt in the folder stands. A torn tail of the last file,
  // which a killed process leaves, is moved to a file beside it (see cut_bytes()).
  // kStorage for what is no torn tail: a damaged line with good ones behind it, files
  // that another process writes; kInvalidConfig for a key that is missing or unsafe.
  static Result<std::unique_ptr<ReceiptChain>> open(ReceiptChainOptions options);
  ~ReceiptChain();
  ReceiptChain(const ReceiptChain&) = delete;
  ReceiptChain& operator=(const ReceiptChain&) = delete;

  // Signs and appends them, durably, in one write and one sync. When it fails nothing
  // is appended, and what half was is taken back before the next try.
  Result<std::vector<ReceiptStamp>> append(const std::vector<const Receipt*>& receipts);

  std::uint64_t seq() const { return seq_; }         // of the last receipt; 0 = none
  const std::string& head() const { return head_; }  // its hash
  std::uint64_t cut_bytes() const { return cut_bytes_; }
  const std::string& cut_file() const { return cut_file_; }  // where they went

 private:
  ReceiptChain(ReceiptChainOptions options, SigningKey key);
  Result<void> lock();
  Result<void> recover(const std::vector<std::string>& files);
  std::size_t follow(std::string_view text);
  Result<void> keep_torn_tail(const std::string& path, std::string_view tail);
  Result<void> open_file(const std::string& path);
  Result<void> take_back();
  Result<void> begin_segment();
  Result<void> write(std::string_view lines);
  void close_file();

  const ReceiptChainOptions options_;
  const SigningKey key_;
  int lock_file_ = -1;
  int file_ = -1;
  std::string path_;
  std::uint64_t size_ = 0;  // of the file, as far as it is durable
  bool dirty_ = false;      // something may stand behind that
  std::uint64_t seq_ = 0;
  std::string head_ = no_receipt_hash();
  std::uint64_t cut_bytes_ = 0;
  std::string cut_file_;
};

}  // namespace weir
