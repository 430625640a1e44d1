// One step of an answer, and who receives the steps.
//
// A backend writes events in this order:
//   kStart, then any of kTextDelta kReasoningDelta kToolCallStart kToolCallDelta
//   kOther, one kFinish per choice, at most one kUsage, then kDone.
// An answer that came in one piece and in the client's own dialect may instead be
//   kWhole (raw = the body, usage set), then kDone.
// An error is not an event: Backend::run() returns it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/async.h"
#include "core/cancel.h"
#include "core/chat.h"
#include "core/usage.h"

namespace weir {

enum class EventKind : std::uint8_t {
  kStart,           // id, model, fingerprint: the answer exists; usage of the prompt, if known
  kTextDelta,       // text; logprobs if the client asked for them
  kReasoningDelta,  // text, signature, redacted; id where the dialect names the block
  kToolCallStart,   // block_index, id, name, signature
  kToolCallDelta,   // block_index, text = a fragment of the arguments' JSON
  kFinish,          // choice_index, finish; text = the stop sequence that was met, if known
  kUsage,           // usage
  kOther,           // a frame of no known kind, forwarded if dialects match. name = a word for
                    // content that other dialects cannot say, such as "citations", or empty
  kWhole,           // raw = a complete non-streaming body; id, model, finish, usage as read from it
  kDone,            // nothing follows
};

enum class FinishReason : std::uint8_t {
  kNone,
  kStop,
  kLength,
  kToolCalls,
  kContentFilter,
  kStopSequence,
};

// What the engine knows about its own token, computed before temperature.
// Source of the measures: reference in docs/routing.md.
struct TokenSignals {
  float logprob = 0;   // natural log of the chosen token's probability
  float entropy = 0;   // nats, over the whole vocabulary
  float margin = 0;    // probability of the best minus the second best
  bool valid = false;  // cloud answers carry none
};

// A token that was likely, or chosen. Its bytes may be half a character.
struct TokenProbability {
  std::string_view bytes;
  float logprob = 0;
};

struct TokenReport {
  TokenProbability token;
  std::span<const TokenProbability> top;  // the likeliest ones, the best first
};

// Views live until write() returns its result.
struct StreamEvent {
  EventKind kind = EventKind::kOther;
  std::int32_t choice_index = 0;
  std::int32_t block_index = 0;
  FinishReason finish = FinishReason::kNone;
  bool broken_call = false;  // kTextDelta: this text was meant to be a call of a tool and is none
  bool refusal = false;      // kTextDelta: it says that the model will not, and is no content
  bool redacted = false;     // kReasoningDelta: the text is kept back, signature stands for it
  std::string_view text;
  std::string_view signature;  // opaque, of what the event's block holds
  std::string_view id;
  std::string_view name;
  std::string_view model;
  std::string_view fingerprint;  // of what answers, such as "fp_0123"; may be empty
  std::span<const TokenReport> logprobs;
  Usage usage;
  TokenSignals signals;
  // kStart of a watched local answer: the mean log-probability of the prompt's last tokens.
  std::optional<float> prompt_logprob;
  // kStart of a local answer: the rules that changed its prompt, "clock, tool-order"; may be empty.
  std::string_view normalised;
  // kStart: what of the request the backend's dialect could not carry, "seed, tools[1]"; may be
  // empty.
  std::string_view lost;
  // The frame as received in `raw_dialect`, its separators included. Empty when
  // the event was made here. One frame may yield several events; then only the
  // first has it and the others have raw_continues set.
  std::string_view raw;
  Dialect raw_dialect = Dialect::kOpenAiChat;
  bool raw_continues = false;
};

// Whether a client sees anything of it: what comes before can still be another backend's.
inline bool shows_output(const StreamEvent& event) {
  switch (event.kind) {
    case EventKind::kTextDelta:
    case EventKind::kReasoningDelta: return !event.text.empty();
    case EventKind::kToolCallStart:
    case EventKind::kToolCallDelta:
    case EventKind::kOther:
    case EventKind::kWhole: return true;
    default: return false;
  }
}

enum class WriteResult : std::uint8_t {
  kOk,
  kClientGone,  // stop working: nobody reads
};

// Receives the events of one answer. Belongs to one I/O thread.
class EventSink {
 public:
  virtual ~EventSink() = default;

  // Completes when the client's socket has taken the bytes, so a slow client
  // slows the backend. The response head leaves with the first event that has
  // something to show, never before.
  virtual Async<WriteResult> write(const StreamEvent& event) = 0;

  // A visible byte has left: another backend can no longer take over.
  virtual bool started() const = 0;

  // Raised when the client goes away, also while nothing is being written.
  virtual CancelSignal& cancel() = 0;
};

}  // namespace weir
