#include "core/request_id.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::string_view kPrefix = "req_";
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kIdDigits = 13;
constexpr int kCounterBits = 20;

}  // namespace

std::string to_string(RequestId id) {
  std::string text(kPrefix.size() + kIdDigits, '0');
  std::copy(kPrefix.begin(), kPrefix.end(), text.begin());
  auto rest = static_cast<std::uint64_t>(id.value);
  for (std::size_t i = 0; i < kIdDigits; ++i, rest >>= 5) {
    text[text.size() - 1 - i] = kAlphabet[rest & 31];
  }
  return text;
}

std::optional<RequestId> parse_request_id(std::string_view text) {
  if (text.size() != kPrefix.size() + kIdDigits || !text.starts_with(kPrefix)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text.substr(kPrefix.size())) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos || value >> 58 != 0) return std::nullopt;
    value = value << 5 | digit;
  }
  return RequestId{static_cast<std::int64_t>(value)};
}

RequestIdSource::RequestIdSource(std::uint32_t salt, RequestId floor)
    : salt_(salt & ((1u << (kCounterBits - 1)) - 1)), last_(floor.value) {}

RequestId RequestIdSource::next(std::int64_t unix_ms) {
  const std::int64_t fresh = (unix_ms << kCounterBits) | salt_;
  std::int64_t last = last_.load(std::memory_order_relaxed);
  std::int64_t id = 0;
  do {
    id = std::max(fresh, last + 1);
  } while (!last_.compare_exchange_weak(last, id, std::memory_order_relaxed));
  return {id};
}

}  // namespace weir
