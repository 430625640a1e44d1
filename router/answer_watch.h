// Watches a local answer before anybody sees it, and says whether it may be seen.
//
// Stands between the engine and the client's sink. The first tokens of a stream wait
// in the sink (a window of hold_tokens or hold_ms, and then until there is something to
// show: a call of a tool comes in one piece), a whole answer waits to its end. A stream
// that must call a tool waits for the call. Then the answer is let through, or the
// engine is stopped and another backend may answer instead: the client notices nothing
// but time. What is wrong behind the window is counted.
//
// Belongs to one attempt and its I/O thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/chat.h"
#include "core/clock.h"
#include "core/event.h"
#include "router/answer_faults.h"
#include "router/answer_record.h"
#include "router/client_sink.h"
#include "router/confidence.h"

namespace weir {

struct WatchTerms {
  bool judged = false;          // the answer must show that it may stay: confidence counts
  double least_confidence = 0;  // at or below it an answer is unsure
  ConfidenceWeights weights;
  std::string_view declines;  // how an answer begins that says that the model cannot
  bool may_escalate = false;  // another backend stands behind this one
  Reason stays = Reason::kEscalationUnavailable;  // told of an unsure answer that is shown
  std::int64_t hold_tokens = 0;                   // 0 = nothing is watched, nothing waits
  std::chrono::milliseconds hold_time{0};
};

class AnswerWatch final : public EventSink {
 public:
  // All of them outlive the watch. `label` is what the client is told of the attempt.
  AnswerWatch(ClientSink& client, const ChatRequest& request, const Clock& clock, WatchTerms terms,
              RouteLabel label);

  Async<WriteResult> write(const StreamEvent& event) override;
  bool started() const override { return client_.started(); }
  CancelSignal& cancel() override { return client_.cancel(); }

  // The answer was taken back: what run() returned then is no failure of the engine.
  bool rejected() const { return rejected_; }

  bool unsure() const { return unsure_; }
  // kDeclined also of an answer that was shown because nobody else could answer.
  AnswerFault fault() const {
    return fault_ == AnswerFault::kNone && declines() ? AnswerFault::kDeclined : fault_;
  }
  const AnswerSignals& signals() const { return signals_; }
  std::optional<double> confidence() const { return confidence_; }

 private:
  // Nobody waits for nothing: what may be shown in any case is shown at once.
  bool watches() const {
    return (!stream_ && record_.needs_json()) ||
           (terms_.hold_tokens > 0 && (terms_.judged || terms_.may_escalate));
  }
  // A text in place of a call is better than nothing where nobody else may answer.
  bool waits() const { return !stream_ || (terms_.may_escalate && record_.owes_call()); }
  bool declines() const { return !terms_.declines.empty() && beginning_ == terms_.declines.size(); }
  void compare_beginning(std::string_view text);
  void take(const StreamEvent& event);
  bool window_is_over(const StreamEvent& event) const;
  Async<WriteResult> judge(bool at_end, FinishReason finish);

  ClientSink& client_;
  const Clock& clock_;
  const WatchTerms terms_;
  RouteLabel label_;
  const bool stream_;
  AnswerRecord record_;
  AnswerSignals signals_;
  std::size_t beginning_ = 0;  // bytes of terms_.declines that it begins with
  bool compares_ = true;       // it has said nothing else yet
  std::optional<SteadyTime> first_token_;
  bool open_ = true;  // nothing was let through yet
  bool rejected_ = false;
  bool unsure_ = false;
  AnswerFault fault_ = AnswerFault::kNone;
  std::optional<double> confidence_;
};

}  // namespace weir
