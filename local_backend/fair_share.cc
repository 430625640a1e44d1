#include "local_backend/fair_share.h"

#include <algorithm>
#include <limits>

namespace weir {

void FairShare::see(std::span<const Tenant* const> wanting, SteadyTime now) {
  double least = std::numeric_limits<double>::infinity();
  for (const Tenant* tenant : wanting) {
    const auto known = accounts_.find(tenant->name);
    if (known != accounts_.end() && known->second.wants) {
      least = std::min(least, known->second.served);
    }
  }
  if (least < std::numeric_limits<double>::infinity()) floor_ = std::max(floor_, least);
  ++round_;
  wanting_ = 0;
  for (const Tenant* tenant : wanting) {
    Account& account = accounts_[tenant->name];
    if (!account.wants) account.served = std::max(account.served, floor_);
    if (account.round != round_) ++wanting_;
    account = {std::max<std::int64_t>(tenant->weight, 1), account.served, true, round_, now};
  }
  for (auto& [name, account] : accounts_) account.wants = account.round == round_;
  std::erase_if(accounts_, [&](const auto& entry) { return entry.second.seen + kLately < now; });
}

void FairShare::charge(const std::string& name, double work) {
  const auto known = accounts_.find(name);
  if (known == accounts_.end()) return;
  known->second.served += work / static_cast<double>(known->second.weight);
}

double FairShare::served(const std::string& name) const {
  const auto known = accounts_.find(name);
  if (known == accounts_.end()) return floor_;
  return known->second.wants ? known->second.served : std::max(known->second.served, floor_);
}

bool FairShare::others_about(const std::string& name) const {
  return std::any_of(accounts_.begin(), accounts_.end(),
                     [&](const auto& entry) { return entry.first != name; });
}

}  // namespace weir
