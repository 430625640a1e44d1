// What policy says about one request: where it may run.
//
// Pure: no I/O, no clock, no globals. Only rule() makes a Ruling, so that nobody
// can forge one to obtain a permit. It points at its Team and its Rule, which must
// outlive it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/backend.h"
#include "core/reason.h"
#include "core/result.h"
#include "policies/rules.h"
#include "policies/team.h"

namespace weir {

struct PolicyInput {
  // Every x-weir-privacy value of the request, as received.
  std::span<const std::string_view> privacy_headers;
  std::span<const Rule> rules = {};  // in the order of the configuration
  RuleFacts facts = {};              // for the rules alone
  const ApiKey* key = nullptr;       // what it narrows of its team; null = nothing
  // It holds what nobody here can look into, such as pictures: instead of being redacted it
  // stays.
  bool opaque = false;
  // A rule asks what it contains, and it was not looked through: it stays.
  bool unread = false;
};

class Ruling {
 public:
  const Team& team() const { return *team_; }

  // Set exactly when the request must stay: kLocalOnlyPolicy, kLocalOnlyHeader, or
  // kRule.
  std::optional<Reason> local_only() const { return local_only_; }

  // What leaves must be redacted. Never of a request that stays.
  bool redacts() const { return redacts_; }
  // Nor does it leave redacted, but as the local model asks for it: privacy::Rewrite. Then it
  // redacts, too.
  bool delegates() const { return delegates_; }
  // The kinds of findings that get aliases: those that the team names, else the usual ones, or all
  // if it delegates.
  privacy::FindingKinds redacted_kinds() const;

  // The rule that matched, or nullptr.
  const Rule* matched() const { return matched_; }

  // The local engine always may. A local-only request may use no other backend,
  // except a site that the team itself trusts and only if the team's own setting,
  // not its key, the header or a rule, made it local-only.
  bool allows(BackendClass backend_class, std::string_view backend) const;

  // Whether what the local engine reads of it may stay on this machine's disk.
  bool may_persist() const;

  // Whether its body and its answer's may be logged.
  bool may_log_bodies() const;

  // Whether the team, with this key, may use `model` of `backend`; says nothing about
  // privacy.
  bool allows_model(BackendClass backend_class, std::string_view backend,
                    std::string_view model) const;

 private:
  friend Result<Ruling> rule(const Team& team, const PolicyInput& input);
  Ruling(const Team& team, const ApiKey* key, const Rule* matched)
      : team_(&team), key_(key), matched_(matched) {}

  const Team* team_;
  const ApiKey* key_;
  const Rule* matched_;
  std::optional<Reason> local_only_;
  bool redacts_ = false;
  bool delegates_ = false;
};

// The header tightens and never loosens: "local_only" keeps the request here, "delegate"
// and "redact" have it asked in other words or redacted, "any" changes nothing, another value is
// kInvalidRequest. kForbidden ("rule_denied")
// when the first rule that matches denies.
Result<Ruling> rule(const Team& team, const PolicyInput& input);

}  // namespace weir
