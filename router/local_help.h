// The local model's help with a request that is answered from outside: it writes for weir, not for
// the client, or in the name of the backend that was paid.
#pragma once

#include <functional>
#include <string_view>

#include "core/async.h"
#include "core/chat.h"
#include "core/event.h"
#include "core/result.h"
#include "core/usage.h"
#include "metrics/ledger_row.h"
#include "router/snapshot.h"

namespace weir {

struct ServeInput;

// The first local model that whoever asks for auto may get and that `can` is true of, or null.
const ServedBackend* local_helper(const Snapshot& snapshot,
                                  const std::function<bool(const Capabilities&)>& can);

// Asks it, as the request's team, with the signals of the prompt. `used` is what it used, also
// after an error. All of it outlives the coroutine.
Async<Result<Usage>> ask_helper(const ServeInput& input, const ServedBackend& helper,
                                const ChatRequest& request, EventSink& sink, const LedgerRow& row,
                                Usage* used);

Message text_message(Role role, std::string_view text);

// Lets an answer through as that of the backend that was paid: its usage is that one's, and what
// the local model thought and read is nobody's affair.
class BorrowedVoice final : public EventSink {
 public:
  BorrowedVoice(EventSink& next, const Usage& usage) : next_(next), usage_(usage) {}

  Async<WriteResult> write(const StreamEvent& event) override;
  bool started() const override { return next_.started(); }
  CancelSignal& cancel() override { return next_.cancel(); }

 private:
  EventSink& next_;
  const Usage usage_;
};

}  // namespace weir
