#include "local_backend/tool_calls/python_values.h"

#include <algorithm>
#include <charconv>

#include "core/utf8.h"
#include "local_backend/tool_calls/json_scanner.h"

namespace weir {
namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

// Reads from the front of `rest_`; the first thing that is wrong makes good_ false.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}

  bool good() const { return good_; }
  bool finished() {
    skip_blank();
    return good_ && rest_.empty();
  }

  bool skip(std::string_view sign) {
    skip_blank();
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
  }
  void expect(std::string_view sign) {
    if (!skip(sign)) good_ = false;
  }
  bool at(char sign) {
    skip_blank();
    return rest_.starts_with(sign);
  }

  std::string name(bool dotted) {
    skip_blank();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), [&](char c) {
      return is_name_byte(c) || (dotted && c == '.');
    });
    std::string word(rest_.begin(), end);
    rest_.remove_prefix(word.size());
    good_ = good_ && !word.empty();
    return word;
  }

  // What stands before `end`, which is skipped.
  std::string_view until(std::string_view end) {
    const std::size_t size = rest_.find(end);
    good_ = good_ && size != std::string_view::npos;
    if (!good_) return {};
    const std::string_view before = rest_.substr(0, size);
    rest_.remove_prefix(size + end.size());
    return before;
  }

  std::string python_text() {
    const char quote = rest_.front();
    rest_.remove_prefix(1);
    std::string text;
    while (good_ && !rest_.starts_with(quote)) {
      if (rest_.empty()) {
        good_ = false;
        break;
      }
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\' && !rest_.empty()) {
        read_escape(&text);
      } else {
        text += c;
      }
    }
    if (good_) rest_.remove_prefix(1);
    return text;
  }

 private:
  void skip_blank() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  void read_escape(std::string* text) {
    constexpr std::string_view kFrom = "\\'\"nrtbf0", kTo("\\'\"\n\r\t\b\f\0", 9);
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (const std::size_t known = kFrom.find(c); known != std::string_view::npos) {
      *text += kTo[known];
    } else if (c == 'x' || c == 'u' || c == 'U') {
      append_utf8(text, read_hex(c == 'x' ? 2 : c == 'u' ? 4 : 8));
    } else if (c != '\n') {  // a line that goes on
      *text += '\\';
      *text += c;
    }
  }

  char32_t read_hex(std::size_t size) {
    std::uint32_t code = 0;
    const std::string_view digits = rest_.substr(0, size);
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    good_ = good_ && digits.size() == size && read.ptr == end;
    rest_.remove_prefix(digits.size());
    return code;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::string joined(const std::vector<std::string>& items, char open, char close) {
  std::string out(1, open);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ", ";
    out += items[i];
  }
  return out + close;
}

// A number or a word; numbers as Python has them, of which JSON knows most.
std::optional<std::string> scalar_json(std::string_view word) {
  if (word == "None") return "null";
  if (word == "True") return "true";
  if (word == "False") return "false";
  if (is_json_scalar(word)) return std::string(word);
  return std::nullopt;
}

template <class Derived>
class ValueReader {
 public:
  std::string value(std::size_t depth) {
    if (depth > JsonScanner::kMaxDepth) return fail();
    if (in_.skip("[")) return list(depth, ']');
    if (in_.skip("{")) return object(depth);
    return self().other(depth);
  }

  bool failed() const { return failed_ || !in_.good(); }
  bool finished() { return !failed_ && in_.finished(); }

 protected:
  std::string fail() {
    failed_ = true;
    return {};
  }

  std::string list(std::size_t depth, char close) {
    const std::string_view end(&close, 1);
    std::vector<std::string> items;
    while (!failed() && !in_.skip(end)) {
      items.push_back(value(depth + 1));
      if (!in_.skip(",") && !in_.at(close)) return fail();
    }
    return joined(items, '[', ']');
  }

  std::string object(std::size_t depth) {
    std::vector<std::string> items;
    while (!failed() && !in_.skip("}")) {
      const std::string key = self().key();
      in_.expect(":");
      if (failed()) return {};
      items.push_back(json_quoted(key) + ": " + value(depth + 1));
      if (!in_.skip(",") && !in_.at('}')) return fail();
    }
    return joined(items, '{', '}');
  }

  std::string scalar() {
    std::string word = in_.name(true);
    const bool exponent = word.ends_with('e') || word.ends_with('E');
    if (exponent && in_.skip("+")) word += in_.name(false);
    const auto json = scalar_json(word);
    return json ? *json : fail();
  }

  TextReader in_;

 private:
  friend Derived;
  explicit ValueReader(std::string_view text) : in_(text) {}
  Derived& self() { return static_cast<Derived&>(*this); }
  bool failed_ = false;
};

class PythonReader final : public ValueReader<PythonReader> {
 public:
  explicit PythonReader(std::string_view text) : ValueReader(text) {}

  std::optional<std::vector<ToolCall>> calls() {
    std::vector<ToolCall> calls;
    const bool listed = in_.skip("[");
    do {
      if (listed && in_.at(']')) break;
      calls.push_back(call());
    } while (!failed() && in_.skip(","));
    if (listed) in_.expect("]");
    if (!finished() || calls.empty()) return std::nullopt;
    return calls;
  }

  std::string key() { return at_quote() ? text() : (fail(), std::string()); }

  std::string other(std::size_t depth) {
    if (at_quote()) return json_quoted(text());
    if (in_.skip("(")) return list(depth, ')');
    return scalar();
  }

 private:
  bool at_quote() { return in_.at('"') || in_.at('\''); }

  // Neighbouring texts are one.
  std::string text() {
    std::string text;
    while (!failed() && at_quote()) text += in_.python_text();
    return text;
  }

  ToolCall call() {
    ToolCall call;
    call.name = in_.name(true);
    in_.expect("(");
    std::vector<std::string> arguments;
    while (!failed() && !in_.skip(")")) {
      const std::string argument = in_.name(false);
      in_.expect("=");
      if (failed()) break;
      arguments.push_back(json_quoted(argument) + ": " + value(1));
      if (!in_.skip(",") && !in_.at(')')) fail();
    }
    call.arguments = joined(arguments, '{', '}');
    return call;
  }
};

class GemmaReader final : public ValueReader<GemmaReader> {
 public:
  explicit GemmaReader(std::string_view text) : ValueReader(text) {}

  std::string key() {
    return in_.skip(kGemmaQuote) ? std::string(in_.until(kGemmaQuote)) : in_.name(true);
  }

  std::string other(std::size_t /*depth*/) {
    if (in_.skip(kGemmaQuote)) return json_quoted(in_.until(kGemmaQuote));
    if (in_.at('"')) return json_quoted(in_.python_text());
    return scalar();
  }
};

}  // namespace

std::optional<std::vector<ToolCall>> python_calls(std::string_view text) {
  return PythonReader(text).calls();
}

std::optional<std::string> python_value_json(std::string_view text) {
  PythonReader reader(text);
  std::string json = reader.value(0);
  if (!reader.finished()) return std::nullopt;
  return json;
}

std::optional<std::string> gemma_object_json(std::string_view text) {
  GemmaReader reader(text);
  std::string json = reader.value(0);
  if (!reader.finished() || !json.starts_with('{')) return std::nullopt;
  return json;
}

}  // namespace weir
