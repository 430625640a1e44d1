#include "router/cli/audit.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/disk.h"
#include "metrics/receipt_audit.h"
#include "metrics/receipt_chain.h"
#include "router/application.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

using nlohmann::ordered_json;

struct Place {
  std::string folder;
  std::string ledger;
};

Result<Place> place_of(const AuditPlace& asked) {
  if (!asked.state_dir.empty()) return Place{asked.state_dir, asked.state_dir + "/ledger.db"};
  const Result<Config> config = operator_config(asked.config.path);
  if (!config) return config.error();
  return Place{config->state_dir, config->ledger.path};
}

Result<std::vector<std::string>> files_in(const std::string& folder) {
  std::vector<std::string> files = receipt_files(folder);
  if (!files.empty()) return files;
  return Error{ErrorCode::kNotFound, folder + ": there are no receipts"};
}

std::string summary(const ChainReport& report) {
  std::string text = std::to_string(report.receipts) + " receipts";
  if (report.receipts == 0) return text;
  text += ", numbers " + std::to_string(report.first_seq) + " to " +
          std::to_string(report.last_seq) + ", head " + report.head;
  return text;
}

// The ledger was read before the chain, so every row in it had its receipt by then.
int compare_with_ledger(const std::vector<std::int64_t>& rows, const ChainReport& report) {
  const MissingReceipts missing = missing_receipts(rows, report);
  if (missing.count == 0) return print("every request of the ledger since then has a receipt");
  std::string text = std::to_string(missing.count) + " requests of the ledger have no receipt:";
  for (const std::string& id : missing.first) text.append(" ").append(id);
  if (missing.count > static_cast<std::int64_t>(missing.first.size())) text += " ...";
  return fail(text);
}

std::string text_of(const ordered_json& receipt, const char* key) {
  const auto found = receipt.find(key);
  if (found == receipt.end()) return {};
  return for_terminal(found->is_string() ? found->get<std::string>() : found->dump());
}

std::string list_line(const ordered_json& receipt) {
  std::string line;
  for (const char* key : {"seq", "time", "id", "team", "route", "reason", "model", "status",
                          "destination", "egress_bytes"}) {
    if (!line.empty()) line += "  ";
    const std::string text = text_of(receipt, key);
    line += text.empty() ? "-" : text;
  }
  return line;
}

}  // namespace

int audit_verify(const AuditVerifyOptions& options) {
  Result<Place> place = Place{};
  if (options.files.empty() || options.public_key.empty()) place = place_of(options.place);
  if (!place) return fail(place.error().message);
  const bool with_ledger = options.files.empty() && !options.no_ledger;
  std::vector<std::int64_t> rows;
  if (with_ledger) {
    Result<std::vector<std::int64_t>> read = ledger_request_ids(place->ledger);
    if (!read) return fail(read.error().message + "; see --no-ledger");
    rows = std::move(*read);
  }
  Result<std::vector<std::string>> files = options.files;
  if (options.files.empty()) files = files_in(place->folder);
  if (!files) return fail(files.error().message);
  const Result<PublicKey> key = PublicKey::read(
      options.public_key.empty() ? receipt_public_key_path(place->folder) : options.public_key);
  if (!key) return fail(key.error().message);
  const Result<ChainReport> report = verify_receipts(*files, *key, {options.prev, options.head});
  if (!report) return fail(report.error().message);
  if (report->fault) return fail(*report->fault + " (" + summary(*report) + " before it)");
  print("the chain is whole: " + summary(*report) + ", key " + key->fingerprint());
  if (options.head.empty()) {
    print("its end is as good as the ledger: note the head elsewhere and give it with --head");
  }
  return with_ledger ? compare_with_ledger(rows, *report) : kDone;
}

int audit_list(const AuditListOptions& options) {
  const Result<Place> place = place_of(options.place);
  if (!place) return fail(place.error().message);
  const auto files = files_in(place->folder);
  if (!files) return fail(files.error().message);
  std::deque<std::string> lines;
  const Result<void> read = for_each_receipt(*files, [&](std::string_view line) {
    const ordered_json receipt = ordered_json::parse(line, nullptr, false);
    if (!receipt.is_object()) return true;  // verify says what is wrong with it
    if (!options.team.empty() && receipt.value("team", "") != options.team) return true;
    lines.push_back(options.json ? std::string(line) : list_line(receipt));
    if (lines.size() > static_cast<std::size_t>(options.last)) lines.pop_front();
    return true;
  });
  if (!read) return fail(read.error().message);
  for (const std::string& line : lines) print(line);
  return kDone;
}

int audit_show(const AuditPlace& asked, const std::string& which) {
  const Result<Place> place = place_of(asked);
  if (!place) return fail(place.error().message);
  const auto files = files_in(place->folder);
  if (!files) return fail(files.error().message);
  std::string found;
  const Result<void> read = for_each_receipt(*files, [&](std::string_view line) {
    const Result<ReceiptParts> parts = parse_receipt_line(line);
    if (!parts || (parts->id != which && std::to_string(parts->seq) != which)) return true;
    found = ordered_json::parse(line).dump(2);
    return false;
  });
  if (!read) return fail(read.error().message);
  if (found.empty()) return fail("there is no receipt of " + for_terminal(which));
  return print(found);
}

int audit_key(const AuditPlace& asked) {
  const Result<Place> place = place_of(asked);
  if (!place) return fail(place.error().message);
  const Result<PublicKey> key = PublicKey::read(receipt_public_key_path(place->folder));
  return key ? print(key->pem()) : fail(key.error().message);
}

}  // namespace weir::cli
