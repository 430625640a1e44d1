// What Anthropic's models take of knobs, by their names.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::anthropic {

enum class Samplers : std::uint8_t {
  kNone,  // neither temperature nor top_p nor top_k
  kOne,   // temperature or top_p
  kBoth,
};

struct ModelKnobs {
  bool budget = false;    // thinking by a number of tokens
  bool adaptive = false;  // thinking as the model sees fit
  bool effort = false;
  Samplers samplers = Samplers::kBoth;
};

// Of a model that is not called claude and a number, all that there is.
ModelKnobs knobs_of(std::string_view model);

}  // namespace weir::anthropic
