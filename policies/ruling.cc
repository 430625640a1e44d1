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

// The tightest of the header's values.
Result<Privacy> asked_privacy(std::span<const std::string_view> values) {
  Privacy asked = Privacy::kAny;
  for (const std::string_view value : values) {
    if (value == to_string(Privacy::kLocalOnly)) {
      asked = Privacy::kLocalOnly;
    } else if (value == to_string(Privacy::kRedact)) {
      if (asked == Privacy::kAny) asked = Privacy::kRedact;
    } else if (value != to_string(Privacy::kAny)) {
      return Error{ErrorCode::kInvalidRequest,
                   "x-weir-privacy must be 'local_only', 'redact' or 'any'.", "invalid_privacy",
                   "x-weir-privacy"};
    }
  }
  return asked;
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
  if (matched_ != nullptr && matched_->action == RuleAction::kMaskLogs) return false;
  return team_->log_bodies && (!local_only_ || team_->log_bodies_local_only);
}

bool Ruling::allows_model(BackendClass backend_class, std::string_view backend,
                          std::string_view model) const {
  return names_model(team_->models, backend_class, backend, model) &&
         (key_ == nullptr || names_model(key_->models, backend_class, backend, model));
}

privacy::FindingKinds Ruling::redacted_kinds() const {
  return team_->redact.empty() ? privacy::usual_kinds() : privacy::kinds_of(team_->redact);
}

Result<Ruling> rule(const Team& team, const PolicyInput& input) {
  const Result<Privacy> asked = asked_privacy(input.privacy_headers);
  if (!asked) return asked.error();
  const Rule* matched = first_match(input.rules, input.facts);
  const RuleAction action = matched == nullptr ? RuleAction::kAllow : matched->action;
  if (action == RuleAction::kDeny) return denied(*matched);
  const auto stays = [&](Reason reason) { return Ruling(team, input.key, matched, reason, false); };
  // The team last: it alone may trust a site.
  if (*asked == Privacy::kLocalOnly) return stays(Reason::kLocalOnlyHeader);
  if (action == RuleAction::kLocalOnly) return stays(Reason::kRule);
  if (input.unread) return stays(Reason::kOpaque);
  if (input.key != nullptr && input.key->local_only) return stays(Reason::kLocalOnlyKey);
  if (team.privacy == Privacy::kLocalOnly) return stays(Reason::kLocalOnlyPolicy);
  const bool redacts = team.privacy == Privacy::kRedact || *asked == Privacy::kRedact ||
                       action == RuleAction::kRedact;
  if (redacts && input.opaque) return stays(Reason::kOpaque);
  return Ruling(team, input.key, matched, std::nullopt, redacts);
}

}  // namespace weir
