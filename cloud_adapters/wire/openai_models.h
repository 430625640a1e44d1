// Which efforts OpenAI's own models take, by their names.
#pragma once

#include <string_view>

#include "cloud_adapters/wire/codec.h"

namespace weir {

struct WrittenEffort {
  std::string_view word;  // empty: the member is left out
  bool lost = false;      // the model thinks otherwise than was wished
};

// How `wanted` is told to the server of `options`. Other servers than OpenAI's take every word.
WrittenEffort written_effort(std::string_view wanted, const RequestOptions& options);

}  // namespace weir
