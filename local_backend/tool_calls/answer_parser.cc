#include "local_backend/tool_calls/answer_parser.h"

#include <algorithm>
#include <utility>

#include "local_backend/tool_calls/blanks.h"

namespace weir {
namespace {

// What is pending is moved and searched again at every mark: short enough not to matter.
constexpr std::size_t kSliceBytes = 1024;

// A mark that is longer than what there is, and may still come.
bool may_become(std::string_view text, std::string_view mark) {
  return text.size() < mark.size() && mark.starts_with(text);
}

}  // namespace

AnswerParser::AnswerParser(const AnswerFormat& format, const OfferedTools& tools,
                           bool begins_thinking)
    : format_(format), tools_(tools), thinking_(begins_thinking) {
  const auto add = [&](MarkKind kind, const auto& texts) {
    for (const std::string_view text : texts) marks_.push_back({text, kind});
  };
  if (const ReasoningMarks* reasoning = format.reasoning) {
    marks_.push_back({reasoning->close, MarkKind::kReasoningClose});
    marks_.push_back({reasoning->open, MarkKind::kReasoningOpen});
    add(MarkKind::kDropped, reasoning->dropped);
  }
  if (format.calls != nullptr) {
    if (!tools.empty()) add(MarkKind::kCall, format.calls->marks);
    add(MarkKind::kDropped, format.calls->dropped);
    if (!tools.empty()) read_bare_ = format.calls->read_bare;
  }
  reads_ = !marks_.empty() || read_bare_ != nullptr;
}

void AnswerParser::push(std::string_view text, std::vector<AnswerPart>* parts) {
  if (!reads_) {
    if (!text.empty()) parts->push_back({AnswerPart::Kind::kText, std::string(text)});
    return;
  }
  while (!text.empty()) {
    const std::string_view slice = text.substr(0, kSliceBytes);
    text.remove_prefix(slice.size());
    pending_ += slice;
    while (advance(parts)) {
    }
  }
}

void AnswerParser::push_control(std::string_view token, std::vector<AnswerPart>* parts) {
  if (call_ != nullptr || format_.uses(token)) push(token, parts);
}

void AnswerParser::finish(std::vector<AnswerPart>* parts) {
  ended_ = true;
  while (advance(parts)) {
  }
  if (plain_ && !blank_.empty()) parts->push_back({AnswerPart::Kind::kText, std::move(blank_)});
  blank_.clear();
}

// False when more is needed.
bool AnswerParser::advance(std::vector<AnswerPart>* parts) {
  return call_ != nullptr ? advance_call(parts) : advance_text(parts);
}

bool AnswerParser::advance_call(std::vector<AnswerPart>* parts) {
  call_->feed(std::exchange(pending_, {}));
  if (ended_ && call_->state() == CallReader::State::kReading) call_->end();
  for (ToolCall& call : call_->take_calls()) {
    begin_section(false);
    parts->push_back({AnswerPart::Kind::kCall, {}, std::move(call)});
  }
  if (call_->state() == CallReader::State::kReading) return false;
  if (call_->state() == CallReader::State::kFailed) {
    if (call_->was_call() && !thinking_) {
      parts->push_back({AnswerPart::Kind::kBrokenCall,
                        std::exchange(blank_, {}) + std::string(call_->failed_text())});
      section_empty_ = false;
    } else {
      show(call_->failed_text(), parts);
    }
  }
  if (call_->state() == CallReader::State::kDone) ++taken_out_;
  pending_ = call_->take_rest();
  call_.reset();
  return true;
}

bool AnswerParser::advance_text(std::vector<AnswerPart>* parts) {
  if (pending_.empty()) return false;
  if (!thinking_ && std::exchange(bare_due_, false) && read_bare_ != nullptr) {
    call_ = std::make_unique<CallReader>(tools_, "", read_bare_);
    return true;
  }
  const Found found = find_mark();
  if (found.mark == nullptr) {
    const std::size_t kept = ended_ ? 0 : possible_mark_bytes();
    show_front(pending_.size() - kept, parts);
    return false;
  }
  show_front(found.at, parts);
  const bool longer = std::any_of(marks_.begin(), marks_.end(), [&](const Mark& mark) {
    return may_become(pending_, mark.text) && counts(mark, 0);
  });
  if (longer && !ended_) return false;
  pending_.erase(0, found.mark->text.size());
  pass(*found.mark);
  return true;
}

void AnswerParser::pass(const Mark& mark) {
  switch (mark.kind) {
    case MarkKind::kReasoningOpen:
      ++taken_out_;
      begin_section(true);
      return;
    case MarkKind::kReasoningClose:
      ++taken_out_;
      begin_section(false);
      bare_due_ = true;
      return;
    case MarkKind::kCall:
      call_ = std::make_unique<CallReader>(tools_, mark.text, format_.calls->read);
      return;
    case MarkKind::kDropped:
      ++taken_out_;
      if (starts_message(mark.text) && !section_empty_) blank_ = "\n\n";
      return;
  }
}

bool AnswerParser::starts_message(std::string_view mark) const {
  return format_.calls != nullptr && mark == format_.calls->next_message;
}

// What is said from here on stands apart from what was said before.
void AnswerParser::begin_section(bool thinking) {
  thinking_ = thinking;
  blank_.clear();
  plain_ = false;
  section_empty_ = true;
}

// Whether it means something at this place of what is pending.
bool AnswerParser::counts(const Mark& mark, std::size_t at) const {
  const bool leads = section_empty_ && is_blank(std::string_view(pending_).substr(0, at));
  switch (mark.kind) {
    case MarkKind::kReasoningOpen: return !thinking_ && (leads || format_.reasoning->anywhere);
    case MarkKind::kReasoningClose: return thinking_ || leads;
    case MarkKind::kCall: return !thinking_ || format_.calls->ends_reasoning;
    case MarkKind::kDropped: return true;
  }
  return false;
}

// The leftmost one, and the longest there.
AnswerParser::Found AnswerParser::find_mark() const {
  Found found;
  for (const Mark& mark : marks_) {
    const std::size_t at = pending_.find(mark.text);
    if (at == std::string::npos || at > found.at || !counts(mark, at)) continue;
    if (at == found.at && mark.text.size() <= found.mark->text.size()) continue;
    found = {at, &mark};
  }
  return found;
}

std::size_t AnswerParser::possible_mark_bytes() const {
  std::size_t longest = 0;
  const std::string_view text = pending_;
  for (const Mark& mark : marks_) {
    for (std::size_t size = std::min(mark.text.size() - 1, text.size()); size > longest; --size) {
      if (mark.text.starts_with(text.substr(text.size() - size))) longest = size;
    }
  }
  return longest;
}

void AnswerParser::show_front(std::size_t bytes, std::vector<AnswerPart>* parts) {
  show(std::string_view(pending_).substr(0, bytes), parts);
  pending_.erase(0, bytes);
}

// Blanks are shown when something follows them, and never where a section begins.
void AnswerParser::show(std::string_view text, std::vector<AnswerPart>* parts) {
  if (section_empty_ && (thinking_ || !plain_)) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  }
  const std::size_t size = text.find_last_not_of(kBlanks) + 1;
  if (size > 0) {
    const auto kind = thinking_ ? AnswerPart::Kind::kReasoning : AnswerPart::Kind::kText;
    parts->push_back({kind, std::exchange(blank_, {}) + std::string(text.substr(0, size))});
    section_empty_ = false;
  }
  blank_ += text.substr(size);
}

}  // namespace weir
