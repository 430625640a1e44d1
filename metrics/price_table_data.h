// The text of metrics/prices.json, compiled in so that a binary needs no file.
#pragma once

namespace weir {

extern const char* const kBuiltInPrices;

}  // namespace weir
