#include "router/limit_watch.h"

#include <utility>

#include "metrics/app_log.h"

namespace weir {

LimitObserver LimitWatch::observer() {
  return {[this](const LimitEvent& event) {
            metrics_.count_limit_denial(event.limit, to_string(event.kind));
          },
          [this](const LimitEvent& event) { warn(event); }};
}

void LimitWatch::warn(const LimitEvent& event) {
  metrics_.count_budget_warning(event.limit, to_string(event.kind), event.percent);
  const std::lock_guard lock(mutex_);
  if (notes_.size() < kMostNotes) {
    notes_.push_back({std::string(event.limit), event.kind, event.percent});
  } else {
    ++unsaid_;
  }
}

void LimitWatch::write_log() {
  std::deque<Note> notes;
  std::uint64_t unsaid = 0;
  {
    const std::lock_guard lock(mutex_);
    notes.swap(notes_);
    unsaid = std::exchange(unsaid_, 0);
  }
  for (const Note& note : notes) {
    std::string line = "limit " + note.limit;
    line.append(": ").append(std::to_string(note.percent)).append(" % of ");
    line.append(to_string(note.kind)).append(" is spent");
    log_warning(line);
  }
  if (unsaid > 0) log_warning(std::to_string(unsaid) + " further warnings of limits");
}

}  // namespace weir
