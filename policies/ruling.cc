#include "policies/ruling.h"

#include <algorithm>
#include <string>

namespace weir {
namespace {

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool names_model(const std::vector<std::string>& models, BackendClass backend_class,
                 std::string_view backend, std::string_view model) {
  if (models.empty() || lists(models, model) || lists(models, "auto")) return true;
  if (lists(models, backend_class == BackendClass::kLocal ? "local" : "cloud")) return true;
  return lists(models, std::string(backend) + "/" + std::string(model));
}

Error denied(const Rule& rule) {
  return {ErrorCode::kForbidden, "The rule '" + rule.name + "' refuses this request.",
          "rule_denied"};
}

}  // namespace

bool Ruling::allows(BackendClass backend_class, std::string_view backend) const {
  switch (backend_class) {
    case BackendClass::kLocal: return true;
    case BackendClass::kSite:
      if (!local_only_) break;
      return *local_only_ == Reason::kLocalOnlyPolicy && lists(team_->trusted_sites, backend);
    case BackendClass::kCloud: break;
  }
  if (local_only_) return false;
  return team_->backends.empty() || lists(team_->backends, backend);
}

bool Ruling::may_persist() const {
  return team_->kv_persist && (!local_only_ || team_->kv_persist_local_only);
}

bool Ruling::may_log_bodies() const {
  return team_->log_bodies && (!local_only_ || team_->log_bodies_local_only);
}

bool Ruling::allows_model(BackendClass backend_class, std::string_view backend,
                          std::string_view model) const {
  return names_model(team_->models, backend_class, backend, model) &&
         (key_ == nullptr || names_model(key_->models, backend_class, backend, model));
}

Result<Ruling> rule(const Team& team, const PolicyInput& input) {
  bool local_only_header = false;
  for (const std::string_view value : input.privacy_headers) {
    if (value == to_string(Privacy::kLocalOnly)) {
      local_only_header = true;
    } else if (value != to_string(Privacy::kAny)) {
      return Error{ErrorCode::kInvalidRequest, "x-weir-privacy must be 'local_only' or 'any'.",
                   "invalid_privacy", "x-weir-privacy"};
    }
  }
  const Rule* matched = first_match(input.rules, input.facts);
  if (matched != nullptr && matched->action == RuleAction::kDeny) return denied(*matched);
  // The team last: it alone may trust a site.
  const auto ruling = [&](std::optional<Reason> local_only) {
    return Ruling(team, input.key, matched, local_only);
  };
  if (local_only_header) return ruling(Reason::kLocalOnlyHeader);
  if (matched != nullptr && matched->action == RuleAction::kLocalOnly) {
    return ruling(Reason::kRule);
  }
  if (input.key != nullptr && input.key->local_only) return ruling(Reason::kLocalOnlyKey);
  if (team.privacy != Privacy::kAny) return ruling(Reason::kLocalOnlyPolicy);
  return ruling(std::nullopt);
}

}  // namespace weir
