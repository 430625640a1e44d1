// Tokens of one answer, in disjoint buckets, whatever the provider's own way of counting.
#pragma once

#include <cstdint>

namespace weir {

// Buckets never overlap: a cached prompt token is not in input_tokens.
// OpenAI's prompt_tokens = input + cache_read + cache_write_*; its
// completion_tokens = output_tokens (reasoning included).
struct Usage {
  std::int64_t input_tokens = 0;           // uncached prompt
  std::int64_t cache_read_tokens = 0;      // prompt found in the provider's cache
  std::int64_t cache_write_5m_tokens = 0;  // prompt stored for five minutes
  std::int64_t cache_write_1h_tokens = 0;  // prompt stored for one hour
  std::int64_t output_tokens = 0;          // answer, reasoning included
  std::int64_t reasoning_tokens = 0;       // the part of output_tokens that was reasoning
  bool estimated = false;                  // not reported by who ran it: counted or bounded by us
  bool unseen = false;  // computed out of our sight: it may have cost all that was reserved for it
  std::int64_t local_busy_us = 0;      // the local engine's time for it; 0 for other backends
  std::int64_t cache_disk_tokens = 0;  // of cache_read_tokens, what the local engine had on disk

  std::int64_t prompt_tokens() const {
    return input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens;
  }
  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace weir
