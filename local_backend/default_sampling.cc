#include "local_backend/default_sampling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace weir {
namespace {

constexpr double kMostTopK = 1 << 24;

std::optional<double> as_number(const GgufValue& value) {
  if (const auto* whole = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value); real != nullptr && !std::isnan(*real)) {
    return *real;
  }
  return std::nullopt;
}

struct Knob {
  std::string_view key;
  double most;  // the least is 0
  double number;
};

}  // namespace

Result<SamplingParams> default_sampling(const GgufFile& file) {
  SamplingParams params;
  Knob knobs[] = {{"general.sampling.temp", 2, params.temperature},
                  {"general.sampling.top_p", 1, params.top_p},
                  {"general.sampling.min_p", 1, params.min_p},
                  {"general.sampling.top_k", kMostTopK, static_cast<double>(params.top_k)}};
  for (Knob& knob : knobs) {
    const GgufValue* const value = file.find(knob.key);
    if (value == nullptr) continue;
    const std::optional<double> number = as_number(*value);
    if (!number) {
      return Error{ErrorCode::kInvalidModel, std::string(knob.key) + " is not a number"};
    }
    knob.number = std::clamp(*number, 0.0, knob.most);
  }
  params.temperature = knobs[0].number;
  params.top_p = knobs[1].number;
  params.min_p = knobs[2].number;
  params.top_k = static_cast<std::int64_t>(knobs[3].number);
  return params;
}

}  // namespace weir
