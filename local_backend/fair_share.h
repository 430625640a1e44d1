// Who is served next when several tenants want the engine: the one that has had least of it by
// weight, counted as in "Fairness in Serving Large Language Models" (Sheng et al., OSDI 2024).
//
// Work is counted in tokens. Who was away comes back with no more credit than the least served
// of those who stayed, so nobody can save up for a flood; what it owed is forgotten after
// kLately. Knows no clock and no engine. Belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "core/clock.h"
#include "local_backend/tenant.h"

namespace weir {

class FairShare {
 public:
  static constexpr double kPromptToken = 1;  // of work
  static constexpr double kAnswerToken = 2;
  static constexpr std::chrono::seconds kLately{60};

  // These want something now, each named once or more often, and nobody else does.
  void see(std::span<const Tenant* const> wanting, SteadyTime now);

  // Counts work as done for one of them.
  void charge(const std::string& name, double work);

  // The lowest goes first. Work, by weight; of a tenant that see() does not know: what it would
  // begin with.
  double served(const std::string& name) const;

  // Of those who want something now.
  std::size_t wanting() const { return wanting_; }

  // Whether somebody else wanted something within kLately.
  bool others_about(const std::string& name) const;

 private:
  struct Account {
    std::int64_t weight = 1;
    double served = 0;
    bool wants = false;
    std::uint64_t round = 0;  // of see(), that named it last
    SteadyTime seen;
  };

  std::unordered_map<std::string, Account> accounts_;
  double floor_ = 0;  // where who comes begins, at least
  std::uint64_t round_ = 0;
  std::size_t wanting_ = 0;
};

}  // namespace weir
