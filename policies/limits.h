// What may be limited, and for whom: [[limit]] and [[team]] of the configuration.
//
// Plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"

namespace weir {

// How much one account may use; what is unset has no limit.
struct Limits {
  std::optional<NanoUsd> daily_budget;    // of a UTC day, for what is paid
  std::optional<NanoUsd> monthly_budget;  // of a UTC month
  std::int64_t requests_per_minute = 0;   // in any 60 seconds; 0 = no limit
  std::int64_t tokens_per_minute = 0;     // the same, of prompts and answers together
  std::int64_t concurrent_requests = 0;   // under way at once; 0 = no limit

  bool any() const {
    return daily_budget || monthly_budget || requests_per_minute > 0 || tokens_per_minute > 0 ||
           concurrent_requests > 0;
  }
  friend bool operator==(const Limits&, const Limits&) = default;
};

// Who asks, and of which model. Views; `model` is empty before one is chosen.
struct LimitSubject {
  std::string_view team;
  std::string_view key_id;
  std::string_view user;  // the end user that the request names, as accounts do; empty = none
  std::string_view model;
  std::string_view named_user = {};  // as the client wrote it, where accounts have another name
};

// Which requests share an account, and what it may use.
struct LimitRule : Limits {
  std::string name;  // of the [[limit]]; errors, logs and metrics name it

  // All that is set must hold. Names may end in '*', which stands for any rest.
  std::vector<std::string> teams;
  std::vector<std::string> keys;  // ids
  std::vector<std::string> users;
  std::vector<std::string> models;  // as their backends call them

  // One account for each value of these ("team", "key", "user", "model"), else one for all.
  std::vector<std::string> per;

  // Whether it can only be looked up once a model is chosen.
  bool by_model() const { return is_per("model") || !models.empty(); }
  bool is_per(std::string_view what) const;
  bool by_user() const { return is_per("user") || !users.empty(); }

  // Whether both have the same accounts, whatever their limits.
  bool same_accounts(const LimitRule& other) const;
};

// An end user is matched by either of the names.
bool matches(const LimitRule& rule, const LimitSubject& subject);

// The name of the account of `rule` that `subject` uses: no two of a rule share one.
std::string account_name(const LimitRule& rule, const LimitSubject& subject);

}  // namespace weir
