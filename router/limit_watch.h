// What limits refuse and how far budgets are used up, for metrics and log.
//
// Thread-safe. The path of a request only counts and takes a note; the log is written by
// whoever calls write_log().
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "metrics/metrics.h"
#include "policies/limit_book.h"

namespace weir {

class LimitWatch {
 public:
  explicit LimitWatch(Metrics& metrics) : metrics_(metrics) {}
  LimitWatch(const LimitWatch&) = delete;
  LimitWatch& operator=(const LimitWatch&) = delete;

  // For LimitBook::observe(); lives as long as this.
  LimitObserver observer();

  // A line for each warning since the last call. Blocking.
  void write_log();

 private:
  static constexpr std::size_t kMostNotes = 1'024;
  struct Note {
    std::string limit;
    LimitKind kind = LimitKind::kNone;
    std::int64_t percent = 0;
  };

  void warn(const LimitEvent& event);

  Metrics& metrics_;
  std::mutex mutex_;
  std::deque<Note> notes_;
  std::uint64_t unsaid_ = 0;  // notes for which there was no room
};

}  // namespace weir
