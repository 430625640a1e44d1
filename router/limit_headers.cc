#include "router/limit_headers.h"

#include <string>
#include <string_view>

#include "core/timestamp.h"

namespace weir {
namespace {

void add_openai(HeaderLines& lines, std::string_view what, const RateState& state) {
  const std::string suffix = "-" + std::string(what);
  lines.add("x-ratelimit-limit" + suffix, std::to_string(state.limit));
  lines.add("x-ratelimit-remaining" + suffix, std::to_string(state.remaining));
  lines.add("x-ratelimit-reset" + suffix, std::to_string(state.reset_s) + "s");
}

void add_anthropic(HeaderLines& lines, std::string_view what, const RateState& state,
                   std::int64_t unix_ms) {
  const std::string prefix = "anthropic-ratelimit-" + std::string(what);
  std::string reset;
  append_timestamp(&reset, unix_ms + state.reset_s * 1'000);
  lines.add(prefix + "-limit", std::to_string(state.limit));
  lines.add(prefix + "-remaining", std::to_string(state.remaining));
  lines.add(prefix + "-reset", reset);
}

}  // namespace

HeaderLines limit_headers(const LimitHold& hold, Dialect dialect, std::int64_t unix_ms) {
  HeaderLines lines;
  const auto add = [&](std::string_view what, const RateState& state) {
    if (state.limit == 0) return;
    if (dialect == Dialect::kAnthropic) {
      add_anthropic(lines, what, state, unix_ms);
    } else {
      add_openai(lines, what, state);
    }
  };
  add("requests", hold.requests());
  add("tokens", hold.tokens());
  return lines;
}

}  // namespace weir
