#include "policies/rate_window.h"

#include <algorithm>

namespace weir {

void RateWindow::advance(std::int64_t now) {
  if (now <= now_) return;
  for (std::int64_t second = now_ + 1; second <= std::min(now, now_ + kSeconds); ++second) {
    sum_ -= at(second);
    at(second) = 0;
  }
  now_ = now;
}

void RateWindow::add(std::int64_t second, std::int64_t amount) {
  advance(second);
  at(now_) += amount;
  sum_ += amount;
}

void RateWindow::correct(std::int64_t second, std::int64_t now, std::int64_t change) {
  advance(now);
  if (change >= 0) return add(now, change);
  if (second <= now_ - kSeconds) return;
  const std::int64_t taken = std::min(at(second), -change);
  at(second) -= taken;
  sum_ -= taken;
}

std::int64_t RateWindow::used(std::int64_t now) {
  advance(now);
  return sum_;
}

std::optional<std::int64_t> RateWindow::seconds_until_fit(std::int64_t now, std::int64_t limit,
                                                          std::int64_t amount) {
  advance(now);
  if (amount > limit) return std::nullopt;
  std::int64_t left = sum_;
  std::int64_t wait = 0;
  while (left + amount > limit) {
    ++wait;
    left -= at(now_ + wait);
  }
  return wait;
}

std::int64_t RateWindow::seconds_until_empty(std::int64_t now) {
  advance(now);
  std::int64_t second = now_;
  while (second > now_ - kSeconds && (second < 0 || at(second) == 0)) --second;
  return second > now_ - kSeconds ? second + kSeconds - now_ : 0;
}

}  // namespace weir
