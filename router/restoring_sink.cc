#include "router/restoring_sink.h"

namespace weir {

RestoringSink::RestoringSink(EventSink& next, const privacy::Aliases& aliases, bool json)
    : next_(next), aliases_(aliases), json_(json) {}

bool RestoringSink::is_text(EventKind kind) {
  return kind == EventKind::kTextDelta || kind == EventKind::kReasoningDelta ||
         kind == EventKind::kToolCallDelta;
}

RestoringSink::Place RestoringSink::place_of(const StreamEvent& event) {
  Place place;
  place.kind = event.kind;
  place.choice = event.choice_index;
  if (event.kind != EventKind::kTextDelta) place.block = event.block_index;
  place.refusal = event.refusal;
  return place;
}

privacy::Restorer& RestoringSink::restorer_of(const Place& place) {
  using Form = privacy::Restorer::Form;
  const bool json = place.kind == EventKind::kToolCallDelta ||
                    (json_ && place.kind == EventKind::kTextDelta && !place.refusal);
  return restorers_.try_emplace(place, aliases_, json ? Form::kJson : Form::kPlain).first->second;
}

Async<WriteResult> RestoringSink::write(const StreamEvent& event) {
  if (is_text(event.kind)) co_return co_await write_text(event);
  const bool silent = event.kind == EventKind::kUsage || event.kind == EventKind::kOther;
  if (!silent) {
    const WriteResult flushed = co_await flush(nullptr);
    if (flushed != WriteResult::kOk) co_return flushed;
  }
  // A tool's name, or a stop sequence that was met.
  const std::string name = privacy::restore(aliases_, event.name);
  const std::string text = privacy::restore(aliases_, event.text);
  StreamEvent told = event;
  told.name = name;
  told.text = text;
  told.raw = {};
  told.raw_continues = false;
  co_return co_await next_.write(told);
}

// Calls may go on in turn; words and thoughts end where another text begins.
Async<WriteResult> RestoringSink::write_text(const StreamEvent& event) {
  const Place place = place_of(event);
  if (event.kind != EventKind::kToolCallDelta) {
    const WriteResult flushed = co_await flush(&place);
    if (flushed != WriteResult::kOk) co_return flushed;
  }
  privacy::Restorer& restorer = restorer_of(place);
  std::string text = restorer.feed(event.text);
  if (!event.signature.empty()) text += restorer.finish();
  StreamEvent told = event;
  told.text = text;
  told.raw = {};
  told.raw_continues = false;
  const bool empty = text.empty() && !event.text.empty();
  if (empty && event.signature.empty() && event.logprobs.empty()) co_return WriteResult::kOk;
  co_return co_await next_.write(told);
}

Async<WriteResult> RestoringSink::flush(const Place* but) {
  for (auto& [place, restorer] : restorers_) {
    if (but != nullptr && place == *but) continue;
    const std::string text = restorer.finish();
    if (text.empty()) continue;
    StreamEvent event;
    event.kind = place.kind;
    event.choice_index = place.choice;
    event.block_index = place.block;
    event.refusal = place.refusal;
    event.text = text;
    const WriteResult written = co_await next_.write(event);
    if (written != WriteResult::kOk) co_return written;
  }
  co_return WriteResult::kOk;
}

}  // namespace weir
