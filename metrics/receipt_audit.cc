#include "metrics/receipt_audit.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "core/request_id.h"
#include "metrics/ledger_schema.h"
#include "metrics/sha256.h"
#include "metrics/sqlite.h"

namespace weir {
namespace {

constexpr std::size_t kMostNamed = 10;

// Takes lines one after the other and remembers the first that is wrong.
class ChainWalk {
 public:
  ChainWalk(const PublicKey& key, const ChainExpectations& expected)
      : key_(key), expected_(expected), head_found_(expected.head.empty()) {
    report_.head = expected.prev.empty() ? no_receipt_hash() : expected.prev;
  }

  // `ended`: a newline stood behind it.
  bool take(std::string_view line, bool ended, const std::string& file) {
    if (file != file_) {
      file_ = file;
      line_ = 0;
    }
    ++line_;
    return ended ? check(line) : fail("has no end: it was torn, or cut off");
  }

  ChainReport finish() {
    if (!report_.fault && !head_found_) {
      report_.fault = "the chain does not hold the receipt with the hash " + expected_.head +
                      ": its end was cut off, or it is another chain";
    }
    std::sort(report_.ids.begin(), report_.ids.end());
    return std::move(report_);
  }

 private:
  bool check(std::string_view line) {
    const Result<ReceiptParts> parts = parse_receipt_line(line);
    if (!parts) return fail(parts.error().message);
    const bool first = report_.receipts == 0;
    if (first && expected_.prev.empty() && parts->seq != 1) {
      return fail("the chain begins with receipt " + std::to_string(parts->seq) +
                  ": earlier ones are missing");
    }
    if (!first && parts->seq != report_.last_seq + 1) {
      return fail("receipt " + std::to_string(parts->seq) + " stands behind receipt " +
                  std::to_string(report_.last_seq));
    }
    if (parts->prev != report_.head) {
      return fail("does not hold the hash of the receipt before it");
    }
    if (sha256_hex(parts->body) != parts->hash) return fail("was changed: its hash is wrong");
    if (!key_.verify(parts->body, parts->signature)) return fail("its signature is wrong");
    note(*parts);
    return true;
  }

  void note(const ReceiptParts& parts) {
    if (report_.receipts++ == 0) {
      report_.first_seq = parts.seq;
      report_.first_unix_ms = parts.unix_ms;
    }
    report_.last_seq = parts.seq;
    report_.head = parts.hash;
    head_found_ = head_found_ || parts.hash == expected_.head;
    if (const auto id = parse_request_id(parts.id)) report_.ids.push_back(id->value);
  }

  bool fail(const std::string& what) {
    report_.fault = file_ + ":" + std::to_string(line_) + ": " + what;
    return false;
  }

  const PublicKey& key_;
  const ChainExpectations& expected_;
  bool head_found_;
  std::string file_;
  std::uint64_t line_ = 0;
  ChainReport report_;
};

// The lines of a file; `ended` tells whether the last one has its newline.
template <class Visit>
Result<bool> read_lines(const std::string& file, Visit visit) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{ErrorCode::kNotFound, file + ": cannot be read"};
  std::string line;
  while (std::getline(in, line)) {
    if (!visit(std::string_view(line), !in.eof())) return false;
  }
  if (in.bad()) return Error{ErrorCode::kStorage, file + ": reading failed"};
  return true;
}

}  // namespace

Result<ChainReport> verify_receipts(const std::vector<std::string>& files, const PublicKey& key,
                                    const ChainExpectations& expected) {
  ChainWalk walk(key, expected);
  for (const std::string& file : files) {
    const Result<bool> good = read_lines(
        file, [&](std::string_view line, bool ended) { return walk.take(line, ended, file); });
    if (!good) return good.error();
    if (!*good) break;
  }
  return walk.finish();
}

ChainReport verify_receipt_text(std::string_view text, const std::string& name,
                                const PublicKey& key, const ChainExpectations& expected) {
  ChainWalk walk(key, expected);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const bool ended = end != std::string_view::npos;
    if (!walk.take(text.substr(0, end), ended, name)) break;
    text.remove_prefix(end + 1);
  }
  return walk.finish();
}

Result<void> for_each_receipt(const std::vector<std::string>& files,
                              const std::function<bool(std::string_view line)>& visit) {
  for (const std::string& file : files) {
    const Result<bool> more =
        read_lines(file, [&](std::string_view line, bool) { return visit(line); });
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

Result<std::vector<std::int64_t>> ledger_request_ids(const std::string& ledger_path) {
  Result<sqlite::Database> database = open_ledger_file(ledger_path);
  if (!database) return database.error();
  Result<sqlite::Statement> rows = database->prepare(
      "SELECT id FROM requests WHERE state = 'settled' AND error_code <> ? ORDER BY id");
  if (!rows) return rows.error();
  rows->bind(kNoReceiptWord);
  std::vector<std::int64_t> ids;
  int code = rows->step();
  for (; code == SQLITE_ROW; code = rows->step()) ids.push_back(rows->integer(0));
  if (code != SQLITE_DONE) return database->error();
  return ids;
}

MissingReceipts missing_receipts(const std::vector<std::int64_t>& ledger_ids,
                                 const ChainReport& chain) {
  MissingReceipts missing;
  for (const std::int64_t id : ledger_ids) {
    if (RequestId{id}.unix_ms() < chain.first_unix_ms) continue;
    if (std::binary_search(chain.ids.begin(), chain.ids.end(), id)) continue;
    if (++missing.count <= static_cast<std::int64_t>(kMostNamed)) {
      missing.first.push_back(to_string(RequestId{id}));
    }
  }
  return missing;
}

}  // namespace weir
