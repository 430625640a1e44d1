#include "cloud_adapters/wire/json.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace weir {
namespace {

namespace dom = simdjson::dom;

// Above these a parser or a document is not kept: its memory is a multiple of
// the longest text it has seen.
constexpr std::size_t kKeptParserBytes = 1024 * 1024;
constexpr std::size_t kKeptDocumentBytes = 256 * 1024;
constexpr std::size_t kKeptDocuments = 16;

// simdjson may read this far behind the text.
constexpr std::size_t kReadAhead = simdjson::SIMDJSON_PADDING;

constexpr std::size_t kMaxPathKeyBytes = 64;
constexpr std::size_t kExpectedKeys = 32;

// A key with its first bytes as a number, so that sorting rarely touches the text.
struct Key {
  std::uint64_t prefix;
  std::string_view text;

  explicit Key(std::string_view key) : prefix(0), text(key) {
    std::array<unsigned char, 8> bytes{};
    std::memcpy(bytes.data(), key.data(), std::min(key.size(), bytes.size()));
    for (const unsigned char byte : bytes) prefix = prefix << 8 | byte;
  }
  friend bool operator<(const Key& a, const Key& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.text < b.text;
  }
  friend bool operator==(const Key& a, const Key& b) {
    return a.prefix == b.prefix && a.text == b.text;
  }
};

// The rules that simdjson does not check. On a refusal `path` leads to the place.
class Guard {
 public:
  explicit Guard(std::size_t max_depth) : max_depth_(max_depth) { keys_.reserve(kExpectedKeys); }

  // Returns the word for Error::detail, empty if all is well.
  std::string_view check(dom::element element, std::size_t depth) {
    switch (element.type()) {
      case dom::element_type::OBJECT: return check_object(element, depth + 1);
      case dom::element_type::ARRAY: return check_array(element, depth + 1);
      default: return {};
    }
  }

  const std::string& path() const { return path_; }

 private:
  std::string_view check_object(dom::element element, std::size_t depth) {
    if (depth > max_depth_) return "json_depth";
    const std::size_t first_key = keys_.size();
    const dom::object object = element.get_object().value_unsafe();
    for (const dom::key_value_pair member : object) {
      const std::string_view wrong = check(member.value, depth);
      if (!wrong.empty()) {
        prepend_key(member.key);
        return wrong;
      }
      keys_.push_back(member.key);
    }
    const bool repeated = has_repeated_key(first_key);
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(first_key), keys_.end());
    return repeated ? "json_duplicate_key" : std::string_view();
  }

  std::string_view check_array(dom::element element, std::size_t depth) {
    if (depth > max_depth_) return "json_depth";
    std::size_t index = 0;
    const dom::array array = element.get_array().value_unsafe();
    for (const dom::element item : array) {
      const std::string_view wrong = check(item, depth);
      if (!wrong.empty()) {
        prepend_index(index);
        return wrong;
      }
      ++index;
    }
    return {};
  }

  bool has_repeated_key(std::size_t first) {
    constexpr std::size_t kFew = 8;
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
    if (keys_.size() - first > kFew) {
      std::vector<Key> sorted(begin, keys_.end());
      std::sort(sorted.begin(), sorted.end());
      return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
    }
    for (auto a = begin; a != keys_.end(); ++a) {
      if (std::find(begin, a, *a) != a) return true;
    }
    return false;
  }

  void prepend_index(std::size_t index) {
    std::string place(1, '[');
    place += std::to_string(index);
    place += ']';
    path_.insert(0, place);
  }

  void prepend_key(std::string_view key) {
    const auto is_plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    };
    const bool plain = !key.empty() && key.size() <= kMaxPathKeyBytes &&
                       std::all_of(key.begin(), key.end(), is_plain);
    if (!path_.empty() && path_.front() != '[') path_.insert(0, 1, '.');
    path_.insert(0, plain ? key : "?");
  }

  std::size_t max_depth_;
  std::vector<std::string_view> keys_;  // of the objects that are open
  std::string path_;
};

Error refusal(std::string_view word, std::string path) {
  std::string_view text = "The body is not valid JSON.";
  if (word == "json_depth") text = "The JSON is nested too deeply.";
  if (word == "json_duplicate_key") text = "An object of the JSON has the same key twice.";
  if (word == "json_utf8") text = "The JSON holds text that is not valid UTF-8.";
  if (word == "json_string") {
    text = "A string of the JSON is malformed, or has half a surrogate pair.";
  }
  if (word == "json_number") text = "The JSON holds a number that is out of range.";
  return {ErrorCode::kInvalidRequest, std::string(text), std::string(word), std::move(path)};
}

Error refusal(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR: return refusal("json_depth", {});
    case simdjson::UTF8_ERROR: return refusal("json_utf8", {});
    case simdjson::STRING_ERROR: return refusal("json_string", {});
    case simdjson::NUMBER_ERROR: return refusal("json_number", {});
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
      return {ErrorCode::kTooLarge, "The JSON is too large.", "json_too_large"};
    default: return refusal("json_syntax", {});
  }
}

}  // namespace

// What one thread keeps for the next documents.
class JsonPool {
 public:
  JsonPool() { alive_ = true; }
  ~JsonPool() { alive_ = false; }
  JsonPool(const JsonPool&) = delete;
  JsonPool& operator=(const JsonPool&) = delete;

  static JsonPool& of_this_thread() {
    thread_local JsonPool pool;
    return pool;
  }

  std::shared_ptr<JsonDocument> take() {
    std::unique_ptr<JsonDocument> document;
    if (documents_.empty()) {
      document = std::make_unique<JsonDocument>();
    } else {
      document = std::move(documents_.back());
      documents_.pop_back();
    }
    return {document.release(), &JsonPool::give_back};
  }

  simdjson::error_code parse(JsonDocument* document, std::string_view text, bool copy) {
    if (text.size() <= kKeptParserBytes) return parse_with(&parser_, document, text, copy);
    dom::parser parser;
    return parse_with(&parser, document, text, copy);
  }

 private:
  static simdjson::error_code parse_with(dom::parser* parser, JsonDocument* document,
                                         std::string_view text, bool copy) {
    return parser->parse_into_document(document->document_, text.data(), text.size(), copy).error();
  }

  // May run after this thread's pool is gone, when a thread ends.
  static void give_back(JsonDocument* returned) {
    std::unique_ptr<JsonDocument> document(returned);
    if (!alive_) return;
    std::vector<std::unique_ptr<JsonDocument>>& kept = of_this_thread().documents_;
    if (kept.size() >= kKeptDocuments || document->document_.capacity() > kKeptDocumentBytes) {
      return;
    }
    kept.push_back(std::move(document));
  }

  static thread_local bool alive_;
  dom::parser parser_;
  std::vector<std::unique_ptr<JsonDocument>> documents_;
};

thread_local bool JsonPool::alive_ = false;

Result<std::shared_ptr<const JsonDocument>> JsonDocument::parse(std::string_view text,
                                                                std::size_t readable_bytes,
                                                                const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return Error{ErrorCode::kTooLarge, "The JSON is too large.", "json_too_large"};
  }
  JsonPool& pool = JsonPool::of_this_thread();
  std::shared_ptr<JsonDocument> document = pool.take();
  const bool copy = readable_bytes < text.size() + kReadAhead;
  const simdjson::error_code code = pool.parse(document.get(), text, copy);
  if (code != simdjson::SUCCESS) return refusal(code);
  Guard guard(limits.depth);
  const std::string_view wrong = guard.check(document->root(), 0);
  if (!wrong.empty()) return refusal(wrong, guard.path());
  return std::shared_ptr<const JsonDocument>(std::move(document));
}

namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// `at` is the opening quote; returns the position behind the closing one.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 1;
  std::size_t quote = text.find('"', begin);
  while (quote != std::string_view::npos) {
    std::size_t backslashes = 0;
    while (quote - backslashes > begin && text[quote - backslashes - 1] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote + 1;
    quote = text.find('"', quote + 1);
  }
  return text.size();
}

std::size_t skip_container(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] == '{' || text[at] == '[') return skip_container(text, at);
  while (at < text.size() && text[at] != ',' && text[at] != '}' && text[at] != ']' &&
         !is_blank(text[at])) {
    ++at;
  }
  return at;
}

// Behind the opening bracket `open`, or the end if the text has none.
std::size_t enter(std::string_view text, char open) {
  const std::size_t at = skip_blank(text, 0);
  return at < text.size() && text[at] == open ? at + 1 : text.size();
}

// The begin of the next item behind blanks and one comma.
std::size_t next_item(std::string_view text, std::size_t at) {
  at = skip_blank(text, at);
  return at < text.size() && text[at] == ',' ? skip_blank(text, at + 1) : at;
}

}  // namespace

JsonMembers::JsonMembers(std::string_view object) : text_(object), at_(enter(object, '{')) {}

bool JsonMembers::next() {
  at_ = next_item(text_, at_);
  if (at_ >= text_.size() || text_[at_] != '"') return false;
  const std::size_t key_end = skip_string(text_, at_);
  if (key_end < at_ + 2) return false;
  key_ = text_.substr(at_ + 1, key_end - at_ - 2);
  at_ = skip_blank(text_, key_end);
  at_ = skip_blank(text_, at_ + 1);
  const std::size_t end = skip_value(text_, at_);
  value_ = text_.substr(std::min(at_, text_.size()), end - at_);
  at_ = end;
  return true;
}

JsonElements::JsonElements(std::string_view array) : text_(array), at_(enter(array, '[')) {}

bool JsonElements::next() {
  at_ = next_item(text_, at_);
  if (at_ >= text_.size() || text_[at_] == ']') return false;
  const std::size_t end = skip_value(text_, at_);
  value_ = text_.substr(at_, end - at_);
  at_ = end;
  return true;
}

}  // namespace weir
