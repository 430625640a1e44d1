#include "policies/rules.h"

#include <algorithm>

#include "policies/name_patterns.h"

namespace weir {
namespace {

bool fits_header(std::string_view pattern, std::span<const http1::Field> headers) {
  if (pattern.empty()) return true;
  const std::size_t colon = pattern.find(':');
  const bool any_value = colon == std::string_view::npos;
  const std::string_view value = any_value ? "" : http1::trimmed(pattern.substr(colon + 1));
  return std::any_of(headers.begin(), headers.end(), [&](const http1::Field& field) {
    return http1::equal_ignoring_case(field.name, header_name(pattern)) &&
           (any_value || field.value == value);
  });
}

bool fits_size(const Rule& rule, std::size_t bytes) {
  const auto size = static_cast<std::int64_t>(bytes);
  return size >= rule.min_body_bytes && (rule.max_body_bytes == 0 || size <= rule.max_body_bytes);
}

bool fits_tools(ToolsMatch wanted, bool has_tools) {
  return wanted == ToolsMatch::kAny || has_tools == (wanted == ToolsMatch::kYes);
}

bool fits_model(const Rule& rule, const RuleFacts& facts) {
  return fits_any(rule.models, facts.model) ||
         (!facts.bare_model.empty() && fits_any(rule.models, facts.bare_model));
}

// All but what it contains.
bool fits_outside(const Rule& rule, const RuleFacts& facts) {
  return fits_any(rule.teams, facts.team) && fits_model(rule, facts) &&
         fits_header(rule.header, facts.headers) && fits_size(rule, facts.body_bytes) &&
         fits_tools(rule.tools, facts.has_tools);
}

bool fits_content(const Rule& rule, const privacy::Found* found) {
  if (rule.contains.empty()) return true;
  return found != nullptr &&
         std::any_of(rule.contains.begin(), rule.contains.end(),
                     [found](const std::string& word) { return found->holds(word); });
}

}  // namespace

bool looks_inside(std::span<const Rule> rules, const RuleFacts& facts) {
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    return !rule.contains.empty() && fits_outside(rule, facts);
  });
}

bool holds_back_contents(std::span<const Rule> rules, const RuleFacts& facts) {
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    const bool lets_go = rule.action == RuleAction::kAllow || rule.action == RuleAction::kMaskLogs;
    return !lets_go && !rule.contains.empty() && fits_outside(rule, facts);
  });
}

Guesses guesses_for(std::span<const Rule> rules) {
  privacy::FindingKinds kinds;
  for (const Rule& rule : rules) kinds |= privacy::kinds_of(rule.contains);
  return privacy::guesses_for(kinds);
}

std::string_view header_name(std::string_view pattern) {
  return http1::trimmed(pattern.substr(0, pattern.find(':')));
}

const Rule* first_match(std::span<const Rule> rules, const RuleFacts& facts) {
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& each) {
    return fits_outside(each, facts) && fits_content(each, facts.found);
  });
  return rule == rules.end() ? nullptr : &*rule;
}

}  // namespace weir
