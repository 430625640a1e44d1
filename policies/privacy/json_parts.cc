#include "policies/privacy/json_parts.h"

#include <algorithm>
#include <optional>
#include <string>

namespace weir::privacy {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Behind the quote that ends the string, or nothing where none does before the line ends.
std::optional<std::size_t> end_of_string(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\n') return std::nullopt;
    at += text[at] == '\\' ? 2 : 1;
  }
  if (at >= text.size()) return std::nullopt;
  return at + 1;
}

// Reads from a bracket on until its own is closed or something is no JSON.
class Walk {
 public:
  Walk(std::string_view text, std::size_t begin) : text_(text), at_(begin) {}

  void run() {
    do {
      if (!step()) return;
    } while (!open_.empty());
  }
  std::size_t end() const { return at_; }
  // Where to look for more: an unfinished string may hold the beginning of another part.
  std::size_t next() const { return at_ + (is('"') ? 1 : 0); }
  bool holds_values() const { return holds_values_; }

 private:
  enum class Wants : unsigned char { kValue, kName, kColon, kComma };

  bool is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  bool step() {
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
    if (at_ == text_.size()) return false;
    const char c = text_[at_];
    if (c == '}' || c == ']') return close(c);
    switch (wants_) {
      case Wants::kColon: return sign(':', Wants::kValue);
      case Wants::kComma: return sign(',', open_.back() == '}' ? Wants::kName : Wants::kValue);
      case Wants::kName: return c == '"' && string(Wants::kColon);
      case Wants::kValue: return value(c);
    }
    return false;
  }

  bool value(char c) {
    if (c == '{' || c == '[') {
      open_.push_back(c == '{' ? '}' : ']');
      wants_ = c == '{' ? Wants::kName : Wants::kValue;
      ++at_;
      return true;
    }
    if (c == '"') return string(Wants::kComma);
    return word("null") || word("true") || word("false") || number();
  }

  // A comma before it does no harm.
  bool close(char c) {
    if (open_.back() != c || wants_ == Wants::kColon) return false;
    open_.pop_back();
    wants_ = Wants::kComma;
    ++at_;
    return true;
  }

  bool sign(char c, Wants then) {
    if (!is(c)) return false;
    wants_ = then;
    ++at_;
    return true;
  }

  bool string(Wants then) {
    const std::optional<std::size_t> end = end_of_string(text_, at_);
    if (!end) return false;
    at_ = *end;
    wants_ = then;
    holds_values_ = true;
    return true;
  }

  bool word(std::string_view wanted) {
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    wants_ = Wants::kComma;
    return true;
  }

  bool number() {
    const std::size_t first = at_ + (is('-') ? 1 : 0);
    if (first >= text_.size() || text_[first] < '0' || text_[first] > '9') return false;
    constexpr std::size_t kShortest = 4;  // to be private by itself: "[1]" is a note
    at_ = std::min(text_.find_first_not_of("0123456789.eE+-", first), text_.size());
    wants_ = Wants::kComma;
    holds_values_ |= at_ - first >= kShortest;
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  std::string open_;  // the brackets that close what is open
  Wants wants_ = Wants::kValue;
  bool holds_values_ = false;
};

// The brackets of a text, each of them looked for once.
class Openings {
 public:
  explicit Openings(std::string_view text)
      : text_(text), bracket_(find('[', 0)), brace_(find('{', 0)) {}

  // The first that is not before `at`, or the end.
  std::size_t from(std::size_t at) {
    if (bracket_ < at) bracket_ = find('[', at);
    if (brace_ < at) brace_ = find('{', at);
    return std::min(bracket_, brace_);
  }

 private:
  std::size_t find(char c, std::size_t at) const {
    return std::min(text_.find(c, at), text_.size());
  }

  std::string_view text_;
  std::size_t bracket_;
  std::size_t brace_;
};

// The whole text where it is one string.
std::optional<JsonPart> string_in(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos || text[begin] != '"') return std::nullopt;
  const std::optional<std::size_t> end = end_of_string(text, begin);
  if (!end || text.find_first_not_of(kBlanks, *end) != std::string_view::npos) return std::nullopt;
  return JsonPart{begin, *end};
}

}  // namespace

std::vector<JsonPart> json_parts(std::string_view text) {
  if (const std::optional<JsonPart> whole = string_in(text)) return {*whole};
  std::vector<JsonPart> parts;
  Openings openings(text);
  for (std::size_t at = openings.from(0); at < text.size();) {
    Walk walk(text, at);
    walk.run();
    if (walk.holds_values()) parts.push_back({at, walk.end()});
    at = openings.from(walk.next());
  }
  return parts;
}

}  // namespace weir::privacy
