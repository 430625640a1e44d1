#include "cloud_adapters/wire/anthropic_models.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::anthropic {
namespace {

constexpr int kMajor = 100;  // 4.6 is 406

struct Generation {
  std::string_view family;  // empty: any
  int since;
  ModelKnobs knobs;
};

// The first that fits.
constexpr std::array<Generation, 7> kGenerations = {{
    {"", 407, {.adaptive = true, .effort = true, .samplers = Samplers::kNone}},
    {"", 406, {.budget = true, .adaptive = true, .effort = true, .samplers = Samplers::kOne}},
    {"opus", 405, {.budget = true, .effort = true, .samplers = Samplers::kOne}},
    {"", 405, {.budget = true, .samplers = Samplers::kOne}},
    {"opus", 401, {.budget = true, .samplers = Samplers::kOne}},
    {"", 307, {.budget = true}},
    {"", 1, {}},
}};

// 405 of "claude-opus-4-5-20251101", "anthropic/claude-opus-4.5" and the like; 0 = none.
int version_of(std::string_view model) {
  const std::size_t at = model.find("claude");
  if (at == std::string_view::npos) return 0;
  int version = 0;
  std::string_view rest = model.substr(at);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("-.@:"), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    int number = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool good = error == std::errc() && stop == word.data() + word.size() && number < kMajor;
    if (version > 0) return good ? version + number : version;
    if (good) version = number * kMajor;
  }
  return version;
}

}  // namespace

ModelKnobs knobs_of(std::string_view model) {
  const int version = version_of(model);
  const auto fits = [&](const Generation& row) {
    return version >= row.since && model.find(row.family) != std::string_view::npos;
  };
  const auto row = std::find_if(kGenerations.begin(), kGenerations.end(), fits);
  if (row == kGenerations.end()) return {.budget = true, .adaptive = true, .effort = true};
  return row->knobs;
}

}  // namespace weir::anthropic
