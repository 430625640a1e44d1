// Puts private values back where the answer of a redacted request speaks of their aliases.
//
// Stands nearest to the backend: what judges or shows the answer behind it sees it restored. It
// passes no bytes of the upstream on, so the answer is told anew in the client's dialect. A text
// that could still become an alias waits for what follows. Belongs to one attempt and its I/O
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/event.h"
#include "policies/privacy/restorer.h"

namespace weir {

class RestoringSink final : public EventSink {
 public:
  // All of them outlive the sink. `json`: the answer's text is to be JSON.
  RestoringSink(EventSink& next, const privacy::Aliases& aliases, bool json);

  Async<WriteResult> write(const StreamEvent& event) override;
  bool started() const override { return next_.started(); }
  CancelSignal& cancel() override { return next_.cancel(); }

 private:
  // Texts of a choice that go on beside each other: its words, its thoughts, each call.
  struct Place {
    EventKind kind = EventKind::kTextDelta;
    std::int32_t choice = 0;
    std::int32_t block = 0;
    bool refusal = false;

    auto operator<=>(const Place&) const = default;
  };

  static bool is_text(EventKind kind);
  static Place place_of(const StreamEvent& event);
  privacy::Restorer& restorer_of(const Place& place);
  Async<WriteResult> write_text(const StreamEvent& event);
  // Tells what the texts still hold, but for that of `but`.
  Async<WriteResult> flush(const Place* but);

  EventSink& next_;
  const privacy::Aliases& aliases_;
  const bool json_;
  std::map<Place, privacy::Restorer> restorers_;
};

}  // namespace weir
