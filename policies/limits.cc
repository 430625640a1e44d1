#include "policies/limits.h"

#include <algorithm>
#include <tuple>

#include "policies/name_patterns.h"

namespace weir {
namespace {

// Values are hostile: their lengths keep "a" + "bc" apart from "ab" + "c".
void append(std::string* name, bool wanted, std::string_view value) {
  if (!wanted) return;
  name->append(std::to_string(value.size())).append(1, ':').append(value);
}

}  // namespace

bool LimitRule::is_per(std::string_view what) const {
  return std::find(per.begin(), per.end(), what) != per.end();
}

bool LimitRule::same_accounts(const LimitRule& other) const {
  const auto parts = [](const LimitRule& rule) {
    return std::tie(rule.name, rule.teams, rule.keys, rule.users, rule.models, rule.per);
  };
  return parts(*this) == parts(other);
}

bool matches(const LimitRule& rule, const LimitSubject& subject) {
  const bool user = fits_any(rule.users, subject.user) ||
                    (!subject.named_user.empty() && fits_any(rule.users, subject.named_user));
  return user && fits_any(rule.teams, subject.team) && fits_any(rule.keys, subject.key_id) &&
         fits_any(rule.models, subject.model);
}

std::string account_name(const LimitRule& rule, const LimitSubject& subject) {
  std::string name = rule.name;
  name.push_back('\0');
  append(&name, rule.is_per("team"), subject.team);
  append(&name, rule.is_per("key"), subject.key_id);
  append(&name, rule.is_per("user"), subject.user);
  append(&name, rule.is_per("model"), subject.model);
  return name;
}

}  // namespace weir
