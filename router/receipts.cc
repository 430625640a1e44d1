#include "router/receipts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/target.h"
#include "local_backend/kernels/kernels.h"
#include "metrics/app_log.h"
#include "metrics/receipt_audit.h"

namespace weir {
namespace {

constexpr std::string_view kHeader = "x-weir-receipt";
constexpr std::string_view kWholeHeader = "x-weir-receipt-json";
constexpr std::string_view kWanted = "x-weir-want-receipt";
constexpr std::string_view kNowhere = "none";

const BackendConfig* backend_of(const Config& config, std::string_view name) {
  for (const BackendConfig& backend : config.backends) {
    if (backend.name == name) return &backend;
  }
  return nullptr;
}

std::string host_of(const Config& config, std::string_view name) {
  const BackendConfig* backend = backend_of(config, name);
  if (backend == nullptr) return std::string(name);
  const auto target = parse_target(backend->name, backend->base_url, true);
  return target ? target->host : std::string(name);
}

// Every host that got bytes of the request, once, in the order in which they were tried.
std::string destination_of(const LedgerRow& row, const Config& config) {
  std::vector<std::string> hosts;
  std::string text;
  std::string_view names = row.egress_backends;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    std::string host = host_of(config, names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
    if (std::find(hosts.begin(), hosts.end(), host) != hosts.end()) continue;
    if (!text.empty()) text += ',';
    text += host;
    hosts.push_back(std::move(host));
  }
  return text.empty() ? std::string(kNowhere) : text;
}

KvTypes kv_types_of(const LocalConfig& local, std::string_view model) {
  for (const LocalModelConfig& each : local.models) {
    if (each.name == model && each.kv_type) return *each.kv_type;
  }
  return local.kv_type;
}

}  // namespace

std::string kernels_of(const LocalConfig& local, std::string_view model) {
  const bool exact = local.arithmetic == kernels::Arithmetic::kF32;
  std::string text(kernels::best_kernels().name);
  text.append(exact ? " f32 " : " int8 ").append(to_string(kv_types_of(local, model)));
  return text;
}

Result<std::unique_ptr<ReceiptLog>> open_receipts(const Config& config) {
  if (!config.receipts.enabled) return std::unique_ptr<ReceiptLog>();
  ReceiptLogOptions options;
  options.chain.folder = config.state_dir;
  options.chain.segment_bytes = static_cast<std::uint64_t>(config.receipts.segment_mb) << 20;
  options.queue_capacity = static_cast<std::size_t>(config.receipts.queue_capacity);
  options.on_failure = [](const Error& error) {
    log_error("receipts: the disk refuses them, they wait in memory: " + error.message);
  };
  options.on_recovery = [] { log_info("receipts: the disk takes them again"); };
  Result<std::unique_ptr<ReceiptLog>> log = ReceiptLog::open(std::move(options));
  if (!log) return Error{log.error().code, "receipts: " + log.error().message};
  if ((*log)->cut_bytes() > 0) {
    log_warning("receipts: a torn tail of " + std::to_string((*log)->cut_bytes()) +
                " bytes was moved to " + (*log)->cut_file());
  }
  log_info("receipts go on behind number " + std::to_string((*log)->stats().seq));
  return log;
}

std::optional<Error> refusal_without_receipt(const ReceiptLog* log, const ReceiptsConfig& config) {
  if (log == nullptr || log->accepts() || config.on_failure == WithoutReceipt::kContinue) {
    return std::nullopt;
  }
  return Error{ErrorCode::kStorage, "no receipt can be written, so nothing is answered",
               std::string(kNoReceiptWord)};
}

Receipt receipt_of(const LedgerRow& row, const Snapshot& snapshot, AnswerGate& gate) {
  Receipt receipt;
  receipt.id = to_string(row.id);
  receipt.unix_ms = row.unix_ms;
  receipt.team = row.team;
  receipt.key_id = row.key_id;
  receipt.policy_version = row.policy_version;
  receipt.operation = to_string(row.operation);
  receipt.request_bytes = gate.request().size();
  receipt.request_sha256 = gate.request().sha256();
  receipt.route = to_string(row.route);
  receipt.backend = row.backend;
  receipt.model = row.model;
  receipt.reason = to_string(row.reason);
  receipt.rule = row.rule;
  receipt.attempts = row.attempts;
  receipt.model_hash = row.model_hash;
  if (row.route == Route::kLocal) {
    receipt.kernels = kernels_of(snapshot.config.local, row.model);
    receipt.seed = row.seed;
  }
  receipt.destination = destination_of(row, snapshot.config);
  receipt.egress_bytes = row.egress_bytes;
  receipt.permit_id = row.permit_id;
  receipt.redacted = row.redacted;
  receipt.status = row.http_status;
  receipt.error = row.error_code;
  receipt.stream = row.stream;
  receipt.answer_bytes = gate.answer().size();
  receipt.answer_sha256 = gate.answer().sha256();
  return receipt;
}

Async<void> leave_receipt(ReceiptLog* log, const LedgerRow& row, const Snapshot& snapshot,
                          AnswerGate& gate) {
  if (log == nullptr || row.error_code == kNoReceiptWord) co_return;
  const Result<ReceiptStamp> stamp = co_await log->append(receipt_of(row, snapshot, gate));
  if (!stamp || !snapshot.config.receipts.return_header) co_return;
  std::string place = std::to_string(stamp->seq);
  place.append(":").append(stamp->hash);
  const bool whole = gate.head().fields.value(kWanted) == "true";
  if (whole || !gate.streams()) gate.annotate(kHeader, place);
  if (whole) gate.annotate(kWholeHeader, stamp->line);
}

void ReceiptCounts::show(const ReceiptLog* log, Metrics& metrics) {
  if (log == nullptr) return;
  const ReceiptStats now = log->stats();
  metrics.set(Gauge::kReceiptsSeq, static_cast<double>(now.seq));
  metrics.set(Gauge::kReceiptsWaiting, static_cast<double>(now.waiting));
  metrics.set(Gauge::kReceiptsWritable, now.healthy ? 1 : 0);
  metrics.count(Counter::kReceipts, increase(now.written, counted_.written));
  metrics.count(Counter::kReceiptFailures, increase(now.failures, counted_.failures));
  metrics.count(Counter::kReceiptsLost, increase(now.lost, counted_.lost));
  counted_ = now;
}

}  // namespace weir
