#include "router/schema_record.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view kAnyObject = R"({"type":"object"})";
constexpr std::size_t kSliceBytes = 32;  // between two looks at the size of a check

std::string_view schema_of(const ChatRequest& request) {
  switch (request.response_format.kind) {
    case ResponseFormatKind::kText: return {};
    case ResponseFormatKind::kJsonObject: return kAnyObject;
    case ResponseFormatKind::kJsonSchema: return request.response_format.schema_json;
  }
  return {};
}

bool wants_json(const ChatRequest& request) {
  return request.response_format.kind != ResponseFormatKind::kText;
}

bool offers_tools(const ChatRequest& request) {
  return !request.tools.empty() && request.tool_choice != ToolChoice::kNone;
}

}  // namespace

bool SchemaRecord::asked_for(const ChatRequest& request) {
  return wants_json(request) ||
         (offers_tools(request) && std::any_of(request.tools.begin(), request.tools.end(),
                                               [](const Tool& tool) { return tool.strict; }));
}

bool SchemaRecord::binds(const ChatRequest& request) {
  const ResponseFormat& format = request.response_format;
  return format.kind == ResponseFormatKind::kJsonObject ||
         (format.kind == ResponseFormatKind::kJsonSchema && format.strict);
}

SchemaRecord::SchemaRecord(const ChatRequest& request, TeamSchemaChecks checks, bool keeps_text)
    : request_(request),
      checks_(checks),
      schema_(schema_of(request)),
      several_(request.sampling.choices != 1),
      keeps_text_(keeps_text),
      offers_tools_(offers_tools(request)),
      choices_(1) {
  if (!wants_json(request)) return;
  check_ = checks_.take(schema_);
  unchecked_ = check_ == nullptr;
}

SchemaRecord::~SchemaRecord() {
  if (check_ != nullptr) checks_.give_back(schema_, std::move(check_));
}

void SchemaRecord::take(const StreamEvent& event) {
  if (unreadable_) return;
  const bool forwarded = event.raw_dialect == request_.dialect;
  if (forwarded && event.raw_continues) return;
  if (!forwarded || event.raw.empty()) return understand(event);
  if (event.kind == EventKind::kWhole) return read_body(event.raw);
  read_frames(event.raw);
}

void SchemaRecord::read_body(std::string_view body) {
  const Result<ParsedResponse> parsed = codec_of(request_.dialect).parse_response(body);
  if (!parsed) return cannot_read();
  for (const StreamEvent& event : parsed->events) understand(event);
}

void SchemaRecord::read_frames(std::string_view frames) {
  if (parser_ == nullptr) {
    const Codec& codec = codec_of(request_.dialect);
    parser_ = codec.stream_parser(StreamDepth::kFull);
    frames_.emplace(codec.stream_framing());
  }
  SseFrame frame;
  while (frames_->next(&frames, &frame) == FrameReader::Status::kFrame) {
    if (!frame.is_event) continue;
    events_.clear();
    const auto parsed = parser_->parse_event(frame.event, frame.data, frame.raw, &events_);
    if (!parsed) return cannot_read();
    for (const StreamEvent& event : events_) understand(event);
  }
}

void SchemaRecord::cannot_read() {
  unreadable_ = true;
  lost_ = false;
  calls_.clear();
  give_up(check_);
}

// A choice that nobody asked for is nobody's.
SchemaRecord::Choice* SchemaRecord::choice_of(const StreamEvent& event) {
  const auto index = static_cast<std::size_t>(std::max(event.choice_index, 0));
  if (index > 0 && !several_) return nullptr;
  if (index >= choices_.size()) choices_.resize(index + 1);
  return &choices_[index];
}

void SchemaRecord::understand(const StreamEvent& event) {
  Choice* choice = choice_of(event);
  if (choice == nullptr) return;
  switch (event.kind) {
    case EventKind::kTextDelta:
      choice->refused = choice->refused || event.refusal;
      if (!event.refusal) take_text(*choice, event.text);
      break;
    case EventKind::kToolCallStart:
      choice->called = true;
      begin_call(event);
      break;
    case EventKind::kToolCallDelta: go_on_with_call(event); break;
    case EventKind::kFinish: choice->finish = event.finish; return;
    case EventKind::kReasoningDelta: break;
    default: return;
  }
  spoken_ = spoken_ || event.kind == EventKind::kToolCallStart || !is_blank(event.text);
}

void SchemaRecord::take_text(Choice& choice, std::string_view text) {
  if (several_ || keeps_text_) keep_text(choice, text);
  if (!several_ && check_ != nullptr && !lost_) lost_ = !push(check_, text);
}

void SchemaRecord::begin_call(const StreamEvent& event) {
  const auto tool =
      std::find_if(request_.tools.begin(), request_.tools.end(),
                   [&](const Tool& each) { return each.strict && each.name == event.name; });
  if (tool == request_.tools.end()) return;
  calls_.push_back({event.choice_index, event.block_index, &*tool, {}});
}

void SchemaRecord::go_on_with_call(const StreamEvent& event) {
  const auto call = std::find_if(calls_.begin(), calls_.end(), [&](const Call& each) {
    return each.choice == event.choice_index && each.block == event.block_index;
  });
  if (call == calls_.end() || keep(event.text, &call->arguments)) return;
  unchecked_ = true;
  calls_.erase(call);
}

void SchemaRecord::keep_text(Choice& choice, std::string_view text) {
  if (!choice.too_long && keep(text, &choice.text)) return;
  choice.too_long = true;
  choice.text.clear();
  if (several_) give_up(check_);
}

bool SchemaRecord::keep(std::string_view text, std::string* kept) {
  if (kept->size() + text.size() > kMostKeptBytes) return false;
  kept->append(text);
  return true;
}

void SchemaRecord::give_up(std::unique_ptr<grammar::SchemaCheck>& check) {
  check.reset();
  unchecked_ = true;
}

bool SchemaRecord::push(std::unique_ptr<grammar::SchemaCheck>& check, std::string_view text) {
  for (std::size_t at = 0; at < text.size() && check != nullptr; at += kSliceBytes) {
    const bool alive = check->push(text.substr(at, kSliceBytes));
    if (check->is_spent() || check->parts() > SchemaChecks::kMostParts) {
      give_up(check);
    } else if (!alive) {
      return false;
    }
  }
  return true;
}

// A text in front of a call need not be JSON, and whether one comes shows at the end.
bool SchemaRecord::is_lost() const { return lost_ && !offers_tools_ && !choices_.front().refused; }

// One of the client's own stop sequences may have ended it, too.
bool SchemaRecord::was_cut(const Choice& choice) const {
  return choice.finish == FinishReason::kLength || choice.finish == FinishReason::kContentFilter ||
         !request_.sampling.stop.empty();
}

bool SchemaRecord::is_right(const Choice& choice) {
  const bool calls = choice.called || choice.finish == FinishReason::kToolCalls;
  if (check_ == nullptr || choice.refused || calls) return true;
  if (several_) {
    check_->restart();
    lost_ = !push(check_, choice.text);
  }
  if (lost_ || check_ == nullptr) return !lost_;
  return was_cut(choice) || check_->complete();
}

bool SchemaRecord::is_right(const Call& call) {
  std::unique_ptr<grammar::SchemaCheck> check = checks_.take(call.tool->parameters_json);
  unchecked_ = unchecked_ || check == nullptr;
  const bool alive = push(check, call.arguments);
  if (check == nullptr) return true;
  const Choice& choice = choices_[static_cast<std::size_t>(std::max(call.choice, 0))];
  const bool right = alive && (was_cut(choice) || check->complete());
  checks_.give_back(call.tool->parameters_json, std::move(check));
  return right;
}

AnswerFault SchemaRecord::fault() {
  const bool any_json = request_.response_format.kind == ResponseFormatKind::kJsonObject;
  for (const Choice& choice : choices_) {
    if (!is_right(choice)) return any_json ? AnswerFault::kBrokenJson : AnswerFault::kBrokenSchema;
  }
  const bool calls =
      std::all_of(calls_.begin(), calls_.end(), [&](const Call& each) { return is_right(each); });
  return calls ? AnswerFault::kNone : AnswerFault::kBrokenCall;
}

}  // namespace weir
