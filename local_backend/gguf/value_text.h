// Metadata of a GGUF file for people: one line, and short whatever the file holds.
#pragma once

#include <string>

#include "local_backend/gguf/gguf_value.h"

namespace weir {

// 4096, true, "text", or the first elements of an array behind their number. Not fit for a
// terminal as it is: text stays as the file has it.
std::string value_text(const GgufValue& value);

// As "%g" has it.
std::string number_text(double value);

// Like "8", or "4 to 8" for an array; empty for what is no whole number.
std::string range_text(const GgufValue& value);

}  // namespace weir
