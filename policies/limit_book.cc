#include "policies/limit_book.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include "core/timestamp.h"
#include "policies/calendar.h"

namespace weir {
namespace {

constexpr std::array<std::int64_t, 3> kWarnPercents = {80, 95, 100};
constexpr std::string_view kTeam = "team:";
constexpr std::string_view kKey = "key:";
constexpr std::chrono::seconds kIdleLookInterval{1};

std::string named(std::string_view kind, std::string_view name) {
  std::string text(kind);
  text.append(name);
  return text;
}

// The highest that `percent` has reached; 0 = none.
std::int64_t threshold_reached(std::int64_t percent) {
  std::int64_t reached = 0;
  for (const std::int64_t threshold : kWarnPercents) {
    if (percent >= threshold) reached = threshold;
  }
  return reached;
}

// Of two rates the one with less left; without a limit there is always more.
RateState tighter(const RateState& a, const RateState& b) {
  if (a.limit == 0) return b;
  if (b.limit == 0) return a;
  return b.remaining < a.remaining ? b : a;
}

Error too_many_accounts(std::string_view limit) {
  return {ErrorCode::kOverloaded,
          "There are too many end users for the limit '" + std::string(limit) + "'.",
          "too_many_limit_accounts"};
}

std::string_view what_is_used_up(LimitKind kind) {
  switch (kind) {
    case LimitKind::kRequests: return "requests a minute";
    case LimitKind::kTokens: return "tokens a minute";
    default: return "requests at once";
  }
}

Error rate_denial(std::string_view limit, const Limits& limits, const LimitProblem& problem) {
  const std::int64_t most = problem.kind == LimitKind::kRequests ? limits.requests_per_minute
                            : problem.kind == LimitKind::kTokens ? limits.tokens_per_minute
                                                                 : limits.concurrent_requests;
  std::string text = "The limit '";
  text.append(limit).append("' allows ").append(std::to_string(most)).append(1, ' ');
  text.append(what_is_used_up(problem.kind));
  if (!problem.wait_s) {
    text += ", and this request alone needs more.";
  } else if (problem.kind == LimitKind::kConcurrent) {
    text += ": wait until one has ended.";
  } else {
    text.append(": there is room in ").append(std::to_string(*problem.wait_s)).append(" s.");
  }
  Error error{ErrorCode::kRateLimited, std::move(text), std::string(kRateLimitExceeded)};
  error.retry_after_s = problem.wait_s.value_or(0);
  return error;
}

// What is missing may come back in a moment.
Error reserved_denial(std::string_view limit, std::int64_t wait_s) {
  Error error{ErrorCode::kBudgetExceeded,
              "What is left of the budget of '" + std::string(limit) +
                  "' is reserved by requests under way: ask again in a moment.",
              std::string(kBudgetReserved)};
  error.retry_after_s = wait_s;
  return error;
}

Error money_denial(std::string_view limit, const LimitProblem& problem, std::int64_t unix_ms) {
  if (problem.only_reserved) return reserved_denial(limit, problem.wait_s.value_or(1));
  const bool day = problem.kind == LimitKind::kDay;
  std::string text = "What is left of the ";
  text.append(day ? "daily" : "monthly").append(" budget of '").append(limit);
  text +=
      "' does not cover this request at its worst: ask for model auto or local, set max_tokens, "
      "or wait until ";
  text.append(timestamp_text(day ? next_day(unix_ms) : next_month(unix_ms))).append(1, '.');
  Error error{ErrorCode::kBudgetExceeded, std::move(text), "budget_exceeded"};
  error.retry_after_s = problem.wait_s.value_or(0);
  return error;
}

LimitKind kind_of_cap(const Limits& limits) {
  return limits.monthly_budget ? LimitKind::kMonth : LimitKind::kDay;
}

}  // namespace

struct LimitBook::Entry {
  // The highest percentage of a day or a month that was told.
  struct Warned {
    std::int64_t begin = 0;
    std::int64_t percent = 0;
  };
  std::string limit;  // as a LimitEvent says it
  Account account;
  Warned day;
  Warned month;
};

// An account that a request uses.
struct LimitHold::Place {
  LimitBook::EntryPtr entry;
  Moment began{};        // when the request was counted in it
  bool entered = false;  // and whether it is
  NanoUsd held{};        // of its money, by this request
  NanoUsd spent{};       // of what is held, by attempts that have ended
  std::int64_t held_ms = 0;

  NanoUsd spare() const { return held - spent; }

  void hold(NanoUsd more, const Moment& now) {
    entry->account.reserve(more, now.unix_ms);
    if (held == NanoUsd{}) held_ms = now.unix_ms;
    held += more;
  }
  void give_back(NanoUsd amount, const Moment& now) {
    entry->account.settle(amount, {}, held_ms, now.unix_ms);
    held = held - amount;
  }
  // What is beyond the hold counts at once: it is spent, and nobody had set it aside.
  void spend(NanoUsd amount, const Moment& now) {
    const NanoUsd covered = std::min(amount, spare());
    spent += covered;
    if (amount > covered) entry->account.settle({}, amount - covered, now.unix_ms, now.unix_ms);
  }
  void settle(const Moment& now) {
    entry->account.settle(held, spent, held_ms, now.unix_ms);
    held = spent = {};
  }
};

// ---------------------------------------------------------------- the hold of a request

LimitHold::LimitHold(LimitBook& book, const LimitClaim& claim)
    : book_(book),
      team_(claim.subject.team),
      key_id_(claim.subject.key_id),
      user_(claim.subject.user),
      named_user_(claim.subject.named_user),
      dry_run_(claim.dry_run) {
  const std::lock_guard lock(book_.mutex_);
  places_.push_back({book_.team_entry(team_)});
  places_.back().entry->account.set_limits(claim.team);
  if (!key_id_.empty()) {
    places_.push_back({book_.key_entry(key_id_)});
    places_.back().entry->account.set_limits(claim.key);
  }
  overflowing_ = find_places(&places_, {}, false);
}

LimitHold::~LimitHold() { finish(charged_, 0); }

LimitSubject LimitHold::subject(std::string_view model) const {
  return {team_, key_id_, user_, model, named_user_};
}

std::string LimitHold::find_places(Places* places, std::string_view model, bool by_model) const {
  const LimitSubject who = subject(model);
  for (const LimitRule& rule : book_.rules_) {
    if (rule.by_model() != by_model || !matches(rule, who)) continue;
    LimitBook::EntryPtr entry = book_.rule_entry(rule, who);
    if (entry == nullptr) return rule.name;
    places->push_back({std::move(entry)});
  }
  return {};
}

// The places of `model` in place of those of the model before, with what is held in them
// already. The name of a limit that has no more accounts to give, or an empty one.
std::string LimitHold::move_to(std::string_view model) {
  std::move(model_places_.begin(), model_places_.end(), std::back_inserter(past_places_));
  model_places_.clear();
  if (std::string full = find_places(&model_places_, model, true); !full.empty()) return full;
  for (Place& place : model_places_) {
    const auto before = std::find_if(past_places_.begin(), past_places_.end(),
                                     [&](const Place& past) { return past.entry == place.entry; });
    if (before == past_places_.end()) continue;
    place = std::move(*before);
    past_places_.erase(before);
  }
  return {};
}

Error LimitHold::refuse(const Place& place, const LimitProblem& problem, const Moment& now) const {
  const LimitBook::Entry& entry = *place.entry;
  if (!dry_run_ && book_.observer_.on_denied) {
    book_.observer_.on_denied({entry.limit, problem.kind, 0});
  }
  const bool money = problem.kind == LimitKind::kDay || problem.kind == LimitKind::kMonth;
  return money ? money_denial(entry.limit, problem, now.unix_ms)
               : rate_denial(entry.limit, entry.account.limits(), problem);
}

// All or none of them.
Result<void> LimitHold::enter(Places& places, const Moment& now) const {
  for (const Place& place : places) {
    const LimitProblem problem = place.entry->account.problem_of_request(guessed_tokens_, now);
    if (problem.kind != LimitKind::kNone) return refuse(place, problem, now);
  }
  for (Place& place : places) {
    place.entry->account.begin_request(guessed_tokens_, now);
    place.began = now;
    place.entered = true;
  }
  return {};
}

void LimitHold::leave(Places& places, std::int64_t tokens, const Moment& now) const {
  for (Place& place : places) {
    if (!place.entered) continue;
    place.entry->account.end_request(place.began, guessed_tokens_, tokens, now);
    place.entered = false;
  }
}

Result<void> LimitHold::admit(std::int64_t tokens) {
  if (!overflowing_.empty()) return too_many_accounts(overflowing_);
  guessed_tokens_ = tokens;
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  Result<void> entered = enter(places_, now);
  for (const Place& place : places_) {
    requests_ = tighter(requests_, place.entry->account.requests(now));
    tokens_ = tighter(tokens_, place.entry->account.tokens(now));
  }
  return entered;
}

template <class Take>
void LimitHold::for_each_account(std::string_view model, Take take) const {
  for (const Place& place : places_) take(place);
  Places of_model;
  find_places(&of_model, model, true);
  for (const Place& place : of_model) take(place);
}

std::optional<NanoUsd> LimitHold::left(std::string_view model) const {
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  std::optional<NanoUsd> least;
  for_each_account(model, [&](const Place& place) {
    const std::optional<NanoUsd> left = place.entry->account.left(now.unix_ms);
    if (left) least = least ? std::min(*least, *left) : *left;
  });
  return least;
}

Error LimitHold::denial(std::string_view model, const MoneyWish& wish) const {
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  std::optional<Error> error;
  for_each_account(model, [&](const Place& place) {
    if (!error) error = problem_with(place, wish, now);
  });
  // Whoever had reserved it has ended since.
  return error ? *error : reserved_denial(named(kTeam, team_), 1);
}

std::optional<Error> LimitHold::problem_with(const Place& place, const MoneyWish& wish,
                                             const Moment& now) const {
  Account& account = place.entry->account;
  if (!account.left(now.unix_ms)) return std::nullopt;
  if (!wish.most) {
    if (!dry_run_ && book_.observer_.on_denied) {
      book_.observer_.on_denied({place.entry->limit, kind_of_cap(account.limits()), 0});
    }
    return Error{
        ErrorCode::kBudgetExceeded,
        "On a budget nothing is asked whose cost is not bounded: the model has no price, or "
        "neither the request nor its [[backend]] says how long an answer may be.",
        "budget_exceeded"};
  }
  const NanoUsd needed = saturating_sum(place.spent, wish.least.value_or(*wish.most));
  const LimitProblem problem = account.problem_of_money(needed, place.held, now.unix_ms);
  if (problem.kind == LimitKind::kNone) return std::nullopt;
  return refuse(place, problem, now);
}

Result<NanoUsd> LimitHold::begin_attempt(std::string_view model, const MoneyWish& wish) {
  end_attempt({});
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  leave(model_places_, 0, now);
  if (const std::string full = move_to(model); !full.empty()) return too_many_accounts(full);
  NanoUsd granted = wish.most.value_or(NanoUsd{});
  for (const Places* places : {&places_, &model_places_}) {
    for (const Place& place : *places) {
      if (std::optional<Error> problem = problem_with(place, wish, now)) return *problem;
      const std::optional<NanoUsd> left = place.entry->account.left(now.unix_ms);
      if (left) granted = std::min(granted, saturating_sum(*left, place.spare()));
    }
  }
  if (Result<void> entered = enter(model_places_, now); !entered) return entered.error();
  for (Places* places : {&places_, &model_places_}) {
    for (Place& place : *places) {
      if (granted > place.spare()) place.hold(granted - place.spare(), now);
    }
  }
  attempt_is_open_ = true;
  unbounded_ = unbounded_ || !wish.most;
  granted_ = granted;
  return granted;
}

std::optional<NanoUsd> LimitHold::bound() const {
  return unbounded_ ? std::nullopt : std::optional(saturating_sum(charged_, granted_));
}

void LimitHold::bound_is_durable() {
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  for (Places* places : {&places_, &model_places_, &past_places_}) {
    const NanoUsd needed = places == &past_places_ ? NanoUsd{} : granted_;
    for (Place& place : *places) {
      if (place.spare() > needed) place.give_back(place.spare() - needed, now);
    }
  }
}

void LimitHold::end_attempt(NanoUsd spent) {
  if (!std::exchange(attempt_is_open_, false)) return;
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  for (Places* places : {&places_, &model_places_}) {
    for (Place& place : *places) place.spend(spent, now);
  }
  granted_ = {};
  charged_ = saturating_sum(charged_, spent);
}

void LimitHold::finish(NanoUsd total, std::int64_t tokens) {
  end_attempt(std::max(NanoUsd{}, total - charged_));
  close(tokens);
}

void LimitHold::finish_at_bound(std::int64_t tokens) {
  for (Places* places : {&places_, &model_places_, &past_places_}) {
    for (Place& place : *places) place.spent = place.held;
  }
  attempt_is_open_ = false;
  close(tokens);
}

void LimitHold::close(std::int64_t tokens) {
  const std::lock_guard lock(book_.mutex_);
  const Moment now = book_.now();
  for (Places* places : {&places_, &model_places_, &past_places_}) {
    for (Place& place : *places) {
      place.settle(now);
      book_.warn(*place.entry, now);
    }
    leave(*places, tokens, now);
  }
}

// ---------------------------------------------------------------- the book

void LimitBook::observe(LimitObserver observer) { observer_ = std::move(observer); }

Moment LimitBook::now() {
  latest_ms_ = std::max(latest_ms_, clock_.unix_ms());
  return {latest_ms_, clock_.now()};
}

void LimitBook::warn(Entry& entry, const Moment& now) {
  const Account::Fill fill = entry.account.fill(now.unix_ms);
  const auto tell = [&](Entry::Warned& warned, std::int64_t begin, std::int64_t percent,
                        LimitKind kind) {
    if (warned.begin != begin) warned = {begin, 0};
    const std::int64_t reached = threshold_reached(percent);
    if (reached <= warned.percent) return;
    warned.percent = reached;
    if (observer_.on_warning) observer_.on_warning({entry.limit, kind, reached});
  };
  if (fill.day > 0) tell(entry.day, day_begin(now.unix_ms), fill.day, LimitKind::kDay);
  if (fill.month > 0) tell(entry.month, month_begin(now.unix_ms), fill.month, LimitKind::kMonth);
}

LimitBook::EntryPtr LimitBook::entry(const std::string& name, std::string_view limit) {
  if (const auto found = entries_.find(name); found != entries_.end()) return found->second;
  auto made = std::make_shared<Entry>();
  made->limit = limit;
  entries_.emplace(name, made);
  return made;
}

LimitBook::EntryPtr LimitBook::team_entry(std::string_view team) {
  const std::string name = named(kTeam, team);
  return entry(name, name);
}

LimitBook::EntryPtr LimitBook::key_entry(std::string_view key_id) {
  const std::string name = named(kKey, key_id);
  return entry(name, name);
}

// Its name cannot be that of a team or a key: a NUL ends the name of its rule.
LimitBook::EntryPtr LimitBook::rule_entry(const LimitRule& rule, const LimitSubject& subject) {
  const std::string name = account_name(rule, subject);
  if (entries_.size() >= kMostAccounts && !entries_.contains(name)) forget_idle();
  if (entries_.size() >= kMostAccounts && !entries_.contains(name)) return nullptr;
  EntryPtr found = entry(name, rule.name);
  found->account.set_limits(rule);
  return found;
}

// Looks through all of them, and therefore not more often than once a second.
void LimitBook::forget_idle() {
  const Moment time = now();
  if (time.steady < looked_for_idle_ + kIdleLookInterval) return;
  looked_for_idle_ = time.steady;
  std::erase_if(entries_, [&](const auto& each) {
    return each.second.use_count() == 1 && each.second->account.idle(time);
  });
}

std::vector<std::string> LimitBook::use(std::vector<LimitRule> rules,
                                        const std::vector<TeamLimits>& teams) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> fresh;
  for (const LimitRule& rule : rules) {
    const bool known = std::any_of(rules_.begin(), rules_.end(),
                                   [&](const LimitRule& old) { return old.same_accounts(rule); });
    if (!known) fresh.push_back(rule.name);
  }
  // What a rule counted that is now about others says nothing any more.
  std::erase_if(entries_, [&](const auto& each) {
    return std::find(fresh.begin(), fresh.end(), each.second->limit) != fresh.end();
  });
  rules_ = std::move(rules);
  for (const auto& [name, entry] : entries_) {
    if (name.starts_with(kTeam)) entry->account.set_limits({});
  }
  for (const TeamLimits& each : teams) team_entry(each.team)->account.set_limits(each.limits);
  return fresh;
}

void LimitBook::restore(const std::vector<Spend>& spends) {
  const std::lock_guard lock(mutex_);
  const std::int64_t unix_ms = now().unix_ms;
  for (const Spend& spend : spends) {
    team_entry(spend.team)->account.restore(spend.today, spend.this_month, unix_ms);
    if (!spend.key_id.empty()) {
      key_entry(spend.key_id)->account.restore(spend.today, spend.this_month, unix_ms);
    }
    for (const LimitRule& rule : rules_) restore_rule(rule, spend, unix_ms);
  }
}

void LimitBook::restore(const std::vector<Spend>& spends, const std::vector<std::string>& rules) {
  const std::lock_guard lock(mutex_);
  const std::int64_t unix_ms = now().unix_ms;
  for (const LimitRule& rule : rules_) {
    if (std::find(rules.begin(), rules.end(), rule.name) == rules.end()) continue;
    for (const Spend& spend : spends) restore_rule(rule, spend, unix_ms);
  }
}

void LimitBook::restore_rule(const LimitRule& rule, const Spend& spend, std::int64_t unix_ms) {
  const LimitSubject subject{spend.team, spend.key_id, spend.user, spend.model};
  if (!matches(rule, subject)) return;
  const EntryPtr found = rule_entry(rule, subject);
  if (found != nullptr) found->account.restore(spend.today, spend.this_month, unix_ms);
}

std::vector<TeamBudget> LimitBook::teams() {
  const std::lock_guard lock(mutex_);
  const std::int64_t unix_ms = now().unix_ms;
  std::vector<TeamBudget> all;
  for (const auto& [name, entry] : entries_) {
    if (!name.starts_with(kTeam)) continue;
    const bool capped = entry->account.limits().monthly_budget.has_value();
    TeamBudget& each = all.emplace_back(
        TeamBudget{name.substr(kTeam.size()), capped, entry->account.month(unix_ms)});
    if (!capped) each.budget.cap = {};
  }
  std::sort(all.begin(), all.end(),
            [](const TeamBudget& a, const TeamBudget& b) { return a.team < b.team; });
  return all;
}

}  // namespace weir
