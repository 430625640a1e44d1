// The counts of an Anthropic answer. They come in parts: the prompt's at the start, the
// answer's at the end, where the prompt's may be told again, or only there, or as zeros.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/usage.h"

namespace weir::anthropic {

class UsageReader {
 public:
  // `last`: these are the counts of the whole answer, not those of its start.
  void read(simdjson::dom::object usage, bool last);

  // Of the prompt, as far as it is known.
  Usage prompt() const;
  // Nothing without the answer's count, or if a count was none.
  std::optional<Usage> result() const;

 private:
  void take(simdjson::dom::object object, std::string_view name, std::int64_t* out);
  void take_cache_writes(simdjson::dom::object usage, Usage* next);

  Usage usage_;
  bool complete_ = false;
  bool good_ = true;
};

}  // namespace weir::anthropic
