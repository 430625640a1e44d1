#include "cloud_adapters/wire/anthropic_usage.h"

#include <algorithm>

#include "cloud_adapters/wire/anthropic_parts.h"

namespace weir::anthropic {

void UsageReader::take(simdjson::dom::object object, std::string_view name, std::int64_t* out) {
  const std::optional<JsonValue> value = find_member(object, name);
  if (!value) return;
  const std::optional<std::int64_t> count = count_of(*value);
  if (count) *out = *count;
  good_ = good_ && count;
}

// Servers that do not know the two lifetimes tell the sum alone, or zeros beside it.
void UsageReader::take_cache_writes(simdjson::dom::object usage, Usage* next) {
  if (const auto split = object_member(usage, "cache_creation")) {
    take(*split, "ephemeral_5m_input_tokens", &next->cache_write_5m_tokens);
    take(*split, "ephemeral_1h_input_tokens", &next->cache_write_1h_tokens);
  }
  const std::int64_t parts = next->cache_write_5m_tokens + next->cache_write_1h_tokens;
  std::int64_t sum = parts;
  take(usage, "cache_creation_input_tokens", &sum);
  if (sum > parts) next->cache_write_5m_tokens += sum - parts;
}

// Of two reports of the prompt the larger one counts: the other has zeros in places.
void UsageReader::read(simdjson::dom::object usage, bool last) {
  Usage next = usage_;
  take(usage, "input_tokens", &next.input_tokens);
  take(usage, "cache_read_input_tokens", &next.cache_read_tokens);
  take_cache_writes(usage, &next);
  take(usage, "output_tokens", &next.output_tokens);
  if (const auto details = object_member(usage, "output_tokens_details")) {
    take(*details, "thinking_tokens", &next.reasoning_tokens);
  }
  next.output_tokens = std::max(next.output_tokens, usage_.output_tokens);
  next.reasoning_tokens = std::min(next.reasoning_tokens, next.output_tokens);
  if (next.prompt_tokens() < usage_.prompt_tokens()) {
    next.input_tokens = usage_.input_tokens;
    next.cache_read_tokens = usage_.cache_read_tokens;
    next.cache_write_5m_tokens = usage_.cache_write_5m_tokens;
    next.cache_write_1h_tokens = usage_.cache_write_1h_tokens;
  }
  usage_ = next;
  complete_ = complete_ || (last && find_member(usage, "output_tokens"));
}

Usage UsageReader::prompt() const {
  Usage usage = good_ ? usage_ : Usage();
  usage.output_tokens = 0;
  usage.reasoning_tokens = 0;
  return usage;
}

std::optional<Usage> UsageReader::result() const {
  return complete_ && good_ ? std::optional<Usage>(usage_) : std::nullopt;
}

}  // namespace weir::anthropic
