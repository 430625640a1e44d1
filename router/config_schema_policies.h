// The part of the configuration's table that is about policy: teams, rules, patterns, limits.
#pragma once

#include <span>

#include "router/config_schema.h"

namespace weir {

std::span<const Key<Team>> team_keys();
std::span<const Key<Rule>> rule_keys();
std::span<const Key<PatternConfig>> pattern_keys();
std::span<const Key<LimitRule>> limit_keys();

}  // namespace weir
