#include "policies/ruling.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace weir {
namespace {

constexpr Privacy kFromTight[] = {Privacy::kLocalOnly, Privacy::kDelegate, Privacy::kRedact,
                                  Privacy::kAny};

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
  const Privacy* asked = std::prev(std::end(kFromTight));
  for (const std::string_view value : values) {
    const Privacy* named = std::find_if(std::begin(kFromTight), std::end(kFromTight),
                                        [value](Privacy each) { return to_string(each) == value; });
    if (named == std::end(kFromTight)) {
      return Error{ErrorCode::kInvalidRequest,
                   "x-weir-privacy must be 'local_only', 'delegate', 'redact' or 'any'.",
                   "invalid_privacy", "x-weir-privacy"};
    }
    asked = std::min(asked, named);
  }
  return *asked;
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
  if (!team_->redact.empty()) return privacy::kinds_of(team_->redact);
  return delegates_ ? ~privacy::FindingKinds() : privacy::usual_kinds();
}

Result<Ruling> rule(const Team& team, const PolicyInput& input) {
  const Result<Privacy> asked = asked_privacy(input.privacy_headers);
  if (!asked) return asked.error();
  const Rule* matched = first_match(input.rules, input.facts);
  const RuleAction action = matched == nullptr ? RuleAction::kAllow : matched->action;
  if (action == RuleAction::kDeny) return denied(*matched);
  Ruling ruling(team, input.key, matched);
  const auto stays = [&ruling](Reason reason) {
    ruling.local_only_ = reason;
    return ruling;
  };
  // The team last: it alone may trust a site.
  if (*asked == Privacy::kLocalOnly) return stays(Reason::kLocalOnlyHeader);
  if (action == RuleAction::kLocalOnly) return stays(Reason::kRule);
  if (input.unread) return stays(Reason::kOpaque);
  if (input.key != nullptr && input.key->local_only) return stays(Reason::kLocalOnlyKey);
  if (team.privacy == Privacy::kLocalOnly) return stays(Reason::kLocalOnlyPolicy);
  const auto wanted = [&](Privacy privacy, RuleAction by_rule) {
    return team.privacy == privacy || *asked == privacy || action == by_rule;
  };
  const bool delegates = wanted(Privacy::kDelegate, RuleAction::kDelegate);
  const bool redacts = delegates || wanted(Privacy::kRedact, RuleAction::kRedact);
  if (redacts && input.opaque) return stays(Reason::kOpaque);
  ruling.delegates_ = delegates;
  ruling.redacts_ = redacts;
  return ruling;
}

}  // namespace weir
