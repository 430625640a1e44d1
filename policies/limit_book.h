// Who has used how much: the accounts of all teams, keys and [[limit]]s.
//
// The one owner of all of them: every step is one short turn under its lock, over all
// accounts of a request at once, so two requests never share the same dollar or the
// same place in a minute. In memory; at start money is rebuilt from the ledger. Teams
// and keys are counted without limits too, so that a limit that comes later knows.
//
// Thread-safe. A LimitHold belongs to one request; the book outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/money.h"
#include "core/result.h"
#include "policies/account.h"
#include "policies/limits.h"

namespace weir {

// "team:NAME", "key:ID" or the name of a [[limit]].
struct LimitEvent {
  std::string_view limit;
  LimitKind kind = LimitKind::kNone;
  std::int64_t percent = 0;  // of a warning: 80, 95 or 100
};

struct LimitObserver {
  // Both are called under the book's lock and must be quick.
  std::function<void(const LimitEvent&)> on_denied;
  std::function<void(const LimitEvent&)> on_warning;  // once a period for each percentage
};

struct TeamLimits {
  std::string team;
  Limits limits;
};

struct TeamBudget {
  std::string team;
  bool capped = false;
  Budget budget;  // of the month; cap is 0 when !capped
};

// What the ledger knows that somebody has spent.
struct Spend {
  std::string team;
  std::string key_id;
  std::string user;
  std::string model;
  NanoUsd today;
  NanoUsd this_month;
};

// What one attempt wants to set aside. Unset: nothing bounds what it costs.
struct MoneyWish {
  std::optional<NanoUsd> most;   // at its worst
  std::optional<NanoUsd> least;  // with less it is not worth trying; at most `most`
};

// Error::detail of what a limit of requests or tokens refuses.
inline constexpr std::string_view kRateLimitExceeded = "rate_limit_exceeded";
// Of a kBudgetExceeded that another try may get past: others have reserved what is left.
inline constexpr std::string_view kBudgetReserved = "budget_reserved";

class LimitBook;

struct LimitClaim {
  LimitSubject subject;  // without a model
  Limits team = {};
  Limits key = {};
  bool dry_run = false;  // nobody is told of refusals
};

// What one request uses. What it holds is given back when it is dropped.
//
// A process that dies charges what the ledger has reserved, not what was really used. So
// money becomes free only when the disk knows that it is: bound_is_durable(), finish().
class LimitHold {
 public:
  LimitHold(LimitBook& book, const LimitClaim& claim);
  ~LimitHold();
  LimitHold(const LimitHold&) = delete;
  LimitHold& operator=(const LimitHold&) = delete;

  // Takes a place among the requests under way and of this minute, and `tokens` as the
  // guess of what it will use. Once. kRateLimited with the time until there is room.
  Result<void> admit(std::int64_t tokens);

  // What may still be reserved for `model`; unset = no cap applies.
  std::optional<NanoUsd> left(std::string_view model) const;

  // The refusal of `wish` for `model`: which limit, and until when. kBudgetExceeded.
  Error denial(std::string_view model, const MoneyWish& wish) const;

  // Before a backend is asked: sets money aside, `wish.most` or as much as is left if
  // that is at least `wish.least`, and returns how much; and takes a place in the limits
  // of the model. What earlier attempts set aside and did not use is used first.
  // kBudgetExceeded or kRateLimited; then as before.
  Result<NanoUsd> begin_attempt(std::string_view model, const MoneyWish& wish);

  // What the request can cost in all by now: what attempts that have ended cost, and what
  // was granted to the one that is open. It is what the ledger has to reserve. Unset: nothing
  // bounds it.
  std::optional<NanoUsd> bound() const;

  // The ledger has reserved bound() and no more: what is held beyond it is given back.
  void bound_is_durable();

  // What the attempt really cost, once; more than was held is taken too.
  void end_attempt(NanoUsd spent);

  // The request has ended and its row is durable: what it cost in all, of which the
  // attempt that is open gets what earlier ones did not, and what it used in tokens. Once.
  void finish(NanoUsd total, std::int64_t tokens);
  // The same when its row is lost: the next start charges what is reserved, so this does too.
  void finish_at_bound(std::int64_t tokens);

  // Of the limits that apply, that with the least left; as of admit().
  const RateState& requests() const { return requests_; }
  const RateState& tokens() const { return tokens_; }

 private:
  struct Place;
  using Places = std::vector<Place>;

  LimitSubject subject(std::string_view model) const;
  // All below under the book's lock. The name of a limit that has no more accounts to
  // give, or an empty one.
  std::string find_places(Places* places, std::string_view model, bool by_model) const;
  std::string move_to(std::string_view model);
  template <class Take>
  void for_each_account(std::string_view model, Take take) const;
  Result<void> enter(Places& places, const Moment& now) const;
  void leave(Places& places, std::int64_t tokens, const Moment& now) const;
  void close(std::int64_t tokens);  // takes the lock
  std::optional<Error> problem_with(const Place& place, const MoneyWish& wish,
                                    const Moment& now) const;
  Error refuse(const Place& place, const LimitProblem& problem, const Moment& now) const;

  LimitBook& book_;
  const std::string team_, key_id_, user_, named_user_;
  const bool dry_run_;
  Places places_;            // of the team, the key, and the limits of any model
  Places model_places_;      // of the limits of the model that is asked
  Places past_places_;       // of the limits of those that were asked before
  std::string overflowing_;  // the limit that could not give an account
  bool attempt_is_open_ = false;
  bool unbounded_ = false;  // one of the attempts was
  NanoUsd granted_;         // to the attempt that is open
  NanoUsd charged_;         // of attempts that have ended
  std::int64_t guessed_tokens_ = 0;
  RateState requests_, tokens_;
};

class LimitBook {
 public:
  // Accounts beyond it are refused, unless idle ones can be forgotten.
  static constexpr std::size_t kMostAccounts = 200'000;

  explicit LimitBook(const Clock& clock = system_clock()) : clock_(clock) {}
  LimitBook(const LimitBook&) = delete;
  LimitBook& operator=(const LimitBook&) = delete;

  void observe(LimitObserver observer);  // before the first request

  // The configuration's. Accounts stay, but for rules that are new or count others than
  // before: their names are returned, and restore() tells them what they missed. Of such
  // a rule requests that are under way are not counted.
  std::vector<std::string> use(std::vector<LimitRule> rules, const std::vector<TeamLimits>& teams);

  // Adds what was spent before this process began to all accounts, or, for rules that
  // came later, to theirs alone.
  void restore(const std::vector<Spend>& spends);
  void restore(const std::vector<Spend>& spends, const std::vector<std::string>& rules);

  // Every team that is known, by name.
  std::vector<TeamBudget> teams();

 private:
  friend class LimitHold;
  struct Entry;
  using EntryPtr = std::shared_ptr<Entry>;

  // All below under mutex_.
  Moment now();
  EntryPtr entry(const std::string& name, std::string_view limit);
  EntryPtr team_entry(std::string_view team);
  EntryPtr key_entry(std::string_view key_id);
  EntryPtr rule_entry(const LimitRule& rule, const LimitSubject& subject);  // null: too many
  void forget_idle();
  void restore_rule(const LimitRule& rule, const Spend& spend, std::int64_t unix_ms);
  void warn(Entry& entry, const Moment& now);

  const Clock& clock_;
  LimitObserver observer_;
  std::mutex mutex_;  // guards the rest
  std::vector<LimitRule> rules_;
  std::unordered_map<std::string, EntryPtr> entries_;
  std::int64_t latest_ms_ = 0;  // days and months never step back
  SteadyTime looked_for_idle_{};
};

}  // namespace weir
