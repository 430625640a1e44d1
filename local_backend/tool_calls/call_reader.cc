#include "local_backend/tool_calls/call_reader.h"

#include <algorithm>
#include <iterator>

#include "local_backend/tool_calls/blanks.h"

namespace weir {
namespace {

constexpr int kMostBrackets = 128;

}  // namespace

CallReader::CallReader(const OfferedTools& tools, std::string_view mark, Read read)
    : tools_(tools), mark_(mark), text_(mark), at_(mark.size()), grammar_(read(*this)) {}

void CallReader::feed(std::string_view bytes) {
  while (state_ == State::kReading && !bytes.empty()) {
    const std::size_t room = std::min(kMostBytes - text_.size(), bytes.size());
    if (room == 0) {
      at_ = text_.size();
      fail_here();
      break;
    }
    text_ += bytes.substr(0, room);
    bytes.remove_prefix(room);
    go_on();
  }
  keep_rest(bytes);
}

void CallReader::end() {
  ended_ = true;
  go_on();
  if (state_ == State::kReading) {
    at_ = text_.size();
    fail_here();
  }
  keep_rest({});
}

void CallReader::keep_rest(std::string_view not_taken) {
  if (state_ == State::kReading) return;
  rest_ = text_.substr(at_);
  rest_ += not_taken;
  text_.resize(at_);
}

void CallReader::go_on() {
  while (state_ == State::kReading) {
    if (waiting_ != nullptr) {
      const Wait::Step step = waiting_->attempt();
      if (step == Wait::Step::kMore) return;
      if (step == Wait::Step::kFailed) return fail_here();
      waiting_ = nullptr;
    }
    grammar_.resume();
    if (!grammar_.done()) continue;
    if (next_) {
      grammar_ = *std::exchange(next_, std::nullopt);
    } else {
      state_ = State::kDone;
    }
  }
}

void CallReader::fail_here() {
  state_ = State::kFailed;
  waiting_ = nullptr;
  grammar_ = Grammar();
}

bool CallReader::add(ToolCall call) {
  std::vector<ToolCall> calls;
  calls.push_back(std::move(call));
  return add(std::move(calls));
}

bool CallReader::add(std::vector<ToolCall> calls) {
  if (calls.empty() || calls.size() > kMostCalls - count_) return false;
  for (ToolCall& call : calls) {
    if (!complete(&call)) return false;
  }
  count_ += calls.size();
  std::move(calls.begin(), calls.end(), std::back_inserter(calls_));
  text_.erase(0, at_);
  at_ = 0;
  committed_ = false;
  return true;
}

// Some models write the arguments as a text that holds the object.
bool CallReader::complete(ToolCall* call) const {
  call->name = tools_.meant_by(call->name);
  if (call->arguments.starts_with('"')) call->arguments = json_unquoted(call->arguments);
  if (call->arguments.empty() || call->arguments == "null") call->arguments = "{}";
  return tools_.has(call->name) && is_json_object_text(call->arguments);
}

CallReader::OneOf CallReader::literal(std::string_view text) { return {*this, text}; }
CallReader::AnyOf CallReader::optional(std::string_view text) { return {*this, text}; }
CallReader::AnyOf CallReader::any_of(std::span<const std::string_view> texts) {
  return {*this, texts};
}
CallReader::Blank CallReader::blank() { return Blank(*this); }
CallReader::Peek CallReader::peek() { return Peek(*this); }
CallReader::Word CallReader::word(std::string_view stops) { return {*this, stops}; }
CallReader::Begins CallReader::begins(Look (*judge)(std::string_view)) { return {*this, judge}; }
CallReader::Until CallReader::until(std::string_view end, std::size_t most) {
  return {*this, end, most};
}
CallReader::Json CallReader::json() { return Json(*this); }
CallReader::Brackets CallReader::brackets(Quotes quotes) { return {*this, quotes}; }
CallReader::Never CallReader::fail() { return Never(*this); }

std::string CallReader::Wait::take(std::size_t bytes) {
  std::string taken(rest().substr(0, bytes));
  skip(bytes);
  return taken;
}

CallReader::Wait::Step CallReader::OneOf::attempt() {
  const std::string_view there = rest().substr(0, text_.size());
  if (!text_.starts_with(there)) return Step::kFailed;
  if (there.size() < text_.size()) return Step::kMore;
  skip(text_.size());
  return Step::kReady;
}

CallReader::Wait::Step CallReader::AnyOf::attempt() {
  bool may_come = false;
  for (found_ = 0; found_ < texts_.size(); ++found_) {
    const std::string_view text = texts_[found_];
    if (rest().starts_with(text)) {
      skip(text.size());
      return Step::kReady;
    }
    may_come = may_come || text.starts_with(rest());
  }
  return may_come && !ended() ? Step::kMore : Step::kReady;
}

CallReader::Wait::Step CallReader::Blank::attempt() {
  const std::size_t size = std::min(rest().find_first_not_of(kBlanks), rest().size());
  skip(size);
  return rest().empty() && !ended() ? Step::kMore : Step::kReady;
}

CallReader::Wait::Step CallReader::Peek::attempt() {
  return rest().empty() && !ended() ? Step::kMore : Step::kReady;
}

CallReader::Wait::Step CallReader::Word::attempt() {
  const std::string_view text = rest().substr(0, kMostNameBytes + 1);
  const std::size_t size = text.find_first_of(stops_);
  if (size == std::string_view::npos) {
    return text.size() > kMostNameBytes ? Step::kFailed : Step::kMore;
  }
  word_ = take(size);
  return Step::kReady;
}

CallReader::Wait::Step CallReader::Begins::attempt() {
  const Look look = judge_(rest().substr(0, kMostNameBytes));
  if (look == Look::kMaybe && rest().size() < kMostNameBytes) return Step::kMore;
  return look == Look::kYes ? Step::kReady : Step::kFailed;
}

CallReader::Wait::Step CallReader::Until::attempt() {
  const std::string_view text = rest().substr(0, std::min(rest().size(), most_ + end_.size()));
  const std::size_t found = text.find(end_, searched_);
  if (found != std::string_view::npos) {
    before_ = take(found);
    skip(end_.size());
    return Step::kReady;
  }
  if (text.size() == most_ + end_.size()) {
    skip(text.size());
    return Step::kFailed;
  }
  searched_ = text.size() < end_.size() ? 0 : text.size() - end_.size() + 1;
  return Step::kMore;
}

CallReader::Wait::Step CallReader::Json::attempt() {
  while (scanned_ < rest().size()) {
    const JsonScanner::State state = scanner_.push(rest()[scanned_]);
    if (state == JsonScanner::State::kBroken) {
      skip(scanned_);
      return Step::kFailed;
    }
    ++scanned_;
    if (state == JsonScanner::State::kMore) continue;
    value_ = take(scanned_);
    return Step::kReady;
  }
  return Step::kMore;
}

std::size_t CallReader::Brackets::next_sign(std::string_view text) {
  if (gemma_ && text.front() == '<') {
    const std::string_view there = text.substr(0, kGemmaQuote.size());
    if (!kGemmaQuote.starts_with(there)) return 1;
    return there.size() < kGemmaQuote.size() ? 0 : there.size();
  }
  if (!gemma_ && quote_ != 0 && text.front() == '\\') return text.size() < 2 ? 0 : 2;
  return 1;
}

CallReader::Wait::Step CallReader::Brackets::attempt() {
  while (scanned_ < rest().size()) {
    const std::string_view text = rest().substr(scanned_);
    const std::size_t size = next_sign(text);
    if (size == 0) return Step::kMore;
    const char sign = text.front();
    const bool quotes = gemma_ ? size == kGemmaQuote.size() : sign == '"' || sign == '\'';
    scanned_ += size;
    if (quotes) {
      if (quote_ == 0) {
        quote_ = sign;
      } else if (quote_ == sign) {
        quote_ = 0;
      }
    } else if (quote_ == 0) {
      if (sign == '[' || sign == '{' || sign == '(') ++open_;
      if (sign == ']' || sign == '}' || sign == ')') --open_;
      if (open_ > kMostBrackets) {
        skip(scanned_);
        return Step::kFailed;
      }
      if (open_ <= 0) {
        text_ = take(scanned_);
        return Step::kReady;
      }
    }
  }
  return Step::kMore;
}

}  // namespace weir
