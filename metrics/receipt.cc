#include "metrics/receipt.h"

#include <nlohmann/json.hpp>
#include <span>

#include "core/hex.h"
#include "core/timestamp.h"

namespace weir {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kBeforeHash = ",\"hash\":\"";
constexpr std::string_view kBeforeSignature = "\",\"sig\":\"";
constexpr std::string_view kEnd = "\"}";
constexpr std::size_t kMaxLine = 65'536;
constexpr std::size_t kTailSize =
    kBeforeHash.size() + kHashDigits + kBeforeSignature.size() + kSignatureDigits + kEnd.size();

Error malformed(const char* what) { return {ErrorCode::kInvalidRequest, what}; }

// Takes `size` bytes from the front.
std::string_view take(std::string_view* text, std::size_t size) {
  const std::string_view front = text->substr(0, size);
  text->remove_prefix(size);
  return front;
}

// The one spelling of so many bytes: another case of letters would be another line.
bool are_digits(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<void> read_body(ReceiptParts& parts) {
  const ordered_json body = ordered_json::parse(parts.body, nullptr, false);
  if (!body.is_object()) return malformed("is no JSON object");
  const auto has = [&](const char* key, bool (ordered_json::*is)() const) {
    return body.contains(key) && (body[key].*is)();
  };
  if (!has("v", &ordered_json::is_number_unsigned) || body["v"] != 1) {
    return malformed("is of a version that this program does not know");
  }
  if (!has("seq", &ordered_json::is_number_unsigned) || !has("prev", &ordered_json::is_string) ||
      !has("id", &ordered_json::is_string) || !has("unix_ms", &ordered_json::is_number_integer)) {
    return malformed("has no seq, prev, id or unix_ms");
  }
  parts.seq = body["seq"].get<std::uint64_t>();
  parts.prev = body["prev"].get<std::string>();
  parts.id = body["id"].get<std::string>();
  parts.unix_ms = body["unix_ms"].get<std::int64_t>();
  return {};
}

}  // namespace

std::string no_receipt_hash() { return std::string(kHashDigits, '0'); }

std::string receipt_body(const Receipt& receipt, std::uint64_t seq, std::string_view prev) {
  std::string time;
  append_timestamp(&time, receipt.unix_ms);
  ordered_json body = {{"v", 1},
                       {"seq", seq},
                       {"prev", prev},
                       {"id", receipt.id},
                       {"time", time},
                       {"unix_ms", receipt.unix_ms},
                       {"team", receipt.team},
                       {"key_id", receipt.key_id},
                       {"policy_version", receipt.policy_version},
                       {"operation", receipt.operation},
                       {"request_sha256", receipt.request_sha256},
                       {"request_bytes", receipt.request_bytes},
                       {"route", receipt.route},
                       {"backend", receipt.backend},
                       {"model", receipt.model},
                       {"reason", receipt.reason},
                       {"rule", receipt.rule},
                       {"attempts", receipt.attempts},
                       {"model_hash", receipt.model_hash},
                       {"kernels", receipt.kernels},
                       {"seed", receipt.seed ? ordered_json(*receipt.seed) : ordered_json()},
                       {"destination", receipt.destination},
                       {"egress_bytes", receipt.egress_bytes},
                       {"permit_id", receipt.permit_id},
                       {"redacted", receipt.redacted},
                       {"status", receipt.status},
                       {"error", receipt.error},
                       {"stream", receipt.stream},
                       {"answer_sha256", receipt.answer_sha256},
                       {"answer_bytes", receipt.answer_bytes}};
  // ASCII, so that a receipt may stand in a header field.
  return body.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
}

std::string receipt_line(std::string_view body, std::string_view hash, std::string_view signature) {
  std::string line;
  line.reserve(body.size() + kTailSize);
  line.append(body.substr(0, body.size() - 1)).append(kBeforeHash).append(hash);
  line.append(kBeforeSignature).append(to_hex(std::as_bytes(std::span(signature)))).append(kEnd);
  return line;
}

Result<ReceiptParts> parse_receipt_line(std::string_view line) {
  if (line.size() <= kTailSize) return malformed("is too short for a receipt");
  if (line.size() > kMaxLine) return malformed("is too long for a receipt");
  ReceiptParts parts;
  parts.body.append(take(&line, line.size() - kTailSize)).append("}");
  const bool begins = take(&line, kBeforeHash.size()) == kBeforeHash;
  parts.hash = take(&line, kHashDigits);
  const bool goes_on = take(&line, kBeforeSignature.size()) == kBeforeSignature;
  const std::string_view signature = take(&line, kSignatureDigits);
  if (!begins || !goes_on || line != kEnd || !are_digits(parts.hash) || !are_digits(signature)) {
    return malformed("does not end with a hash and a signature");
  }
  parts.signature.resize(kSignatureDigits / 2);
  if (!from_hex(signature, std::as_writable_bytes(std::span(parts.signature)))) {
    return malformed("does not end with a hash and a signature");
  }
  if (const Result<void> read = read_body(parts); !read) return read.error();
  return parts;
}

}  // namespace weir
