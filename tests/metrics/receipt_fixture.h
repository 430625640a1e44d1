// Chains of receipts for tests.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/request_id.h"
#include "metrics/receipt_audit.h"
#include "metrics/receipt_chain.h"
#include "tests/support/temp_dir.h"

namespace weir {

inline Receipt some_receipt(std::int64_t number) {
  Receipt receipt;
  const RequestId id{(1'700'000'000'000 + number) << 20};
  receipt.id = to_string(id);
  receipt.unix_ms = id.unix_ms();
  receipt.team = "red";
  receipt.request_sha256 = std::string(64, 'a');
  receipt.route = "local";
  receipt.destination = "none";
  receipt.answer_sha256 = std::string(64, 'b');
  receipt.status = 200;
  return receipt;
}

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// A folder, and chains that are opened in it one after the other.
struct ReceiptFolder {
  std::unique_ptr<ReceiptChain> open(std::uint64_t segment_bytes = 1 << 20) const {
    return std::move(*ReceiptChain::open({dir.path(), segment_bytes, {}}));
  }

  // One append for each, so that none shares a batch.
  void append(ReceiptChain& chain, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      const Receipt receipt = some_receipt(++made);
      REQUIRE(chain.append({&receipt}).has_value());
    }
  }

  std::vector<std::string> files() const { return receipt_files(dir.path()); }
  PublicKey key() const { return *PublicKey::read(receipt_public_key_path(dir.path())); }
  ChainReport verify(const ChainExpectations& expected = {}) const {
    return *verify_receipts(files(), key(), expected);
  }

  TempDir dir;
  std::int64_t made = 0;
};

}  // namespace weir
