#include "local_backend/chat_template/jinja_lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "core/utf8.h"
#include "local_backend/chat_template/jinja_text.h"

namespace weir::jinja {
namespace {

using std::string_view;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::optional<std::uint32_t> number_in(string_view digits, int base) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const int digit =
        is_digit(c) ? c - '0' : (std::tolower(static_cast<unsigned char>(c)) - 'a') + 10;
    if (digit < 0 || digit >= base || std::isalnum(static_cast<unsigned char>(c)) == 0)
      return std::nullopt;
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
  }
  return value;
}

// Undoes the escapes of a string as Python's "unicode-escape" does.
class Unescaper {
 public:
  explicit Unescaper(string_view text) : rest_(text) {}

  // Nothing for an escape that is cut off.
  std::optional<std::string> run() {
    while (!rest_.empty() && !broken_) {
      const std::size_t plain = std::min(rest_.find('\\'), rest_.size());
      out_ += rest_.substr(0, plain);
      rest_.remove_prefix(plain);
      if (rest_.size() > 1) escape();
    }
    if (broken_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void escape() {
    const char c = rest_[1];
    rest_.remove_prefix(2);
    constexpr string_view kFrom = "ntrabfv\\'\"", kTo = "\n\t\r\a\b\f\v\\'\"";
    if (const std::size_t at = kFrom.find(c); at != kFrom.npos) {
      out_ += kTo[at];
    } else if (c == 'x') {
      code(2);
    } else if (c == 'u') {
      code(4);
    } else if (c == 'U') {
      code(8);
    } else if (c >= '0' && c <= '7') {
      octal(c);
    } else if (c != '\n') {
      out_ += '\\';
      out_ += c;
    }
  }

  void code(std::size_t digits) {
    const auto value = number_in(rest_.substr(0, digits), 16);
    if (rest_.size() < digits || !value || *value > 0x10ffff) {
      broken_ = true;
      return;
    }
    append_utf8(&out_, static_cast<char32_t>(*value));
    rest_.remove_prefix(digits);
  }

  void octal(char first) {
    std::uint32_t value = static_cast<std::uint32_t>(first - '0');
    for (int i = 0; i < 2 && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '7'; ++i) {
      value = value * 8 + static_cast<std::uint32_t>(rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    append_utf8(&out_, static_cast<char32_t>(value));
  }

  string_view rest_;
  std::string out_;
  bool broken_ = false;
};

class Lexer {
 public:
  Lexer(string_view source, Run& run, std::size_t* fault)
      : source_(source), run_(run), fault_(fault) {}

  std::vector<Token> read() {
    while (at_ < source_.size() && !run_.failed()) {
      const std::size_t tag = next_tag();
      add_data(tag);
      at_ = tag;
      if (tag < source_.size()) read_tag();
    }
    add(Lex::kEnd, "", source_.size());
    return std::move(tokens_);
  }

 private:
  void fail(std::size_t at, std::string message) {
    if (run_.failed()) return;
    *fault_ = at;
    run_.fail("TemplateSyntaxError", std::move(message));
  }

  void add(Lex kind, std::string text, std::size_t at) {
    tokens_.push_back({kind, std::move(text), at});
  }

  char char_at(std::size_t at) const { return at < source_.size() ? source_[at] : '\0'; }

  std::size_t next_tag() const {
    for (std::size_t i = at_; i + 1 < source_.size(); ++i) {
      if (source_[i] == '{' && string_view("{%#").find(source_[i + 1]) < 3) return i;
    }
    return source_.size();
  }

  // The text up to `tag` without what the tags on both sides take away.
  void add_data(std::size_t tag) {
    string_view text = source_.substr(at_, tag - at_);
    const char sign = char_at(tag + 2);
    if (tag == source_.size()) {
      // Nothing follows that could take something away.
    } else if (sign == '-') {
      text = text.substr(0, stripped_end(text));
    } else if (sign != '+' && char_at(tag + 1) != '{') {
      const std::size_t line = text.rfind('\n') + 1;
      if ((line > 0 || line_starts_) && strip_begin(text.substr(line)) == text.size() - line) {
        text = text.substr(0, line);
      }
    }
    if (!text.empty()) add(Lex::kData, std::string(text), at_);
  }

  void read_tag() {
    const char kind = source_[at_ + 1];
    const std::size_t begin = at_;
    at_ += 2;
    if (char_at(at_) == '-' || char_at(at_) == '+') ++at_;
    if (kind == '#') {
      read_comment(begin);
    } else if (kind == '%' && reads_raw(begin)) {
      return;
    } else {
      const bool variable = kind == '{';
      add(variable ? Lex::kVariableBegin : Lex::kBlockBegin, "", begin);
      read_inside(variable);
    }
  }

  void read_comment(std::size_t begin) {
    const std::size_t end = source_.find("#}", at_);
    if (end == source_.npos) {
      fail(begin, "Missing end of comment tag");
      return;
    }
    const char sign = end > at_ ? source_[end - 1] : '\0';
    at_ = end + 2;
    close_tag(sign, true);
  }

  // {% raw %} ... {% endraw %} is data.
  bool reads_raw(std::size_t begin) {
    std::size_t at = skip_space(at_);
    if (source_.substr(at, 3) != "raw") return false;
    at = skip_space(at + 3);
    const char sign = char_at(at);
    if (sign == '-') ++at;
    if (source_.substr(at, 2) != "%}") return false;
    at += 2;
    if (sign == '-') at = skip_space(at);
    for (std::size_t end = source_.find("{%", at); end != source_.npos;
         end = source_.find("{%", end + 2)) {
      if (close_raw(at, end)) return true;
    }
    fail(begin, "Missing end of raw directive");
    return true;
  }

  bool close_raw(std::size_t begin, std::size_t end) {
    std::size_t at = end + 2;
    const char before = char_at(at);
    if (before == '-' || before == '+') ++at;
    at = skip_space(at);
    if (source_.substr(at, 6) != "endraw") return false;
    at = skip_space(at + 6);
    const char behind = char_at(at);
    if (behind == '-' || behind == '+') ++at;
    if (source_.substr(at, 2) != "%}") return false;
    string_view text = source_.substr(begin, end - begin);
    if (before == '-') text = text.substr(0, stripped_end(text));
    if (before != '-' && before != '+') {
      const std::size_t line = text.rfind('\n') + 1;
      if (line > 0 && strip_begin(text.substr(line)) == text.size() - line)
        text = text.substr(0, line);
    }
    if (!text.empty()) add(Lex::kData, std::string(text), begin);
    at_ = at + 2;
    close_tag(behind, true);
    return true;
  }

  std::size_t skip_space(std::size_t at) const {
    return std::min(source_.size(), at) + strip_begin(source_.substr(std::min(source_.size(), at)));
  }

  // Behind a tag: "-" takes all whitespace, a block without "+" takes a newline.
  void close_tag(char sign, bool block) {
    if (sign == '-') {
      at_ = skip_space(at_);
    } else if (block && sign != '+' && char_at(at_) == '\n') {
      ++at_;
    }
    line_starts_ = at_ > 0 && source_[at_ - 1] == '\n';
  }

  void read_inside(bool variable) {
    std::string open;
    while (!run_.failed()) {
      at_ = skip_space(at_);
      if (at_ == source_.size()) return;
      if (open.empty() && read_end(variable)) return;
      read_token(&open);
    }
  }

  bool read_end(bool variable) {
    const std::size_t begin = at_;
    const char sign = char_at(at_);
    const bool signed_end = sign == '-' || (sign == '+' && !variable);
    const std::size_t at = at_ + (signed_end ? 1 : 0);
    if (source_.substr(at, 2) != (variable ? "}}" : "%}")) return false;
    add(variable ? Lex::kVariableEnd : Lex::kBlockEnd, "", begin);
    at_ = at + 2;
    close_tag(signed_end ? sign : '\0', !variable);
    return true;
  }

  void read_token(std::string* open) {
    const char c = source_[at_];
    if (c == '\'' || c == '"') {
      read_string();
    } else if (is_digit(c)) {
      read_number();
    } else if (is_word(c)) {
      const auto end = std::find_if_not(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                        source_.end(), is_word);
      take(Lex::kName, static_cast<std::size_t>(end - source_.begin()));
    } else {
      read_operator(open);
    }
  }

  void take(Lex kind, std::size_t end) {
    add(kind, std::string(source_.substr(at_, end - at_)), at_);
    at_ = end;
  }

  void read_string() {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != source_[at_])
      end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) {
      fail(at_, "a string does not end");
      return;
    }
    auto value = Unescaper(source_.substr(at_ + 1, end - at_ - 1)).run();
    if (!value) {
      fail(at_, "a string has an escape that cannot be read");
      return;
    }
    add(Lex::kString, std::move(*value), at_);
    at_ = end + 1;
  }

  std::size_t digits_from(std::size_t at) const {
    while (is_digit(char_at(at)) || (char_at(at) == '_' && is_digit(char_at(at + 1)))) ++at;
    return at;
  }

  void read_number() {
    std::size_t end = digits_from(at_);
    Lex kind = Lex::kInteger;
    if (char_at(end) == '.' && is_digit(char_at(end + 1))) {
      kind = Lex::kFloat;
      end = digits_from(end + 1);
    }
    if (char_at(end) == 'e' || char_at(end) == 'E') {
      const std::size_t sign = char_at(end + 1) == '+' || char_at(end + 1) == '-' ? 1 : 0;
      if (is_digit(char_at(end + 1 + sign))) {
        kind = Lex::kFloat;
        end = digits_from(end + 1 + sign);
      }
    }
    const std::size_t begin = at_;
    take(kind, end);
    std::erase(tokens_.back().text, '_');
    if (is_word(char_at(at_)) && kind == Lex::kInteger && tokens_.back().text != "0") {
      fail(begin, "a number is followed by letters");
    }
  }

  void read_operator(std::string* open) {
    static constexpr std::array<string_view, 7> kTwo = {"==", "!=", "<=", ">=", "//", "**", "->"};
    const string_view two = source_.substr(at_, 2);
    const char c = source_[at_];
    if (c != '-' && std::find(kTwo.begin(), kTwo.end(), two) != kTwo.end()) {
      take(Lex::kOperator, at_ + 2);
      return;
    }
    if (string_view("+-*/%~|.,:=<>()[]{};").find(c) == string_view::npos) {
      fail(at_, "unexpected character");
      return;
    }
    if (c == '(') *open += ')';
    if (c == '[') *open += ']';
    if (c == '{') *open += '}';
    if (c == ')' || c == ']' || c == '}') {
      if (open->empty() || open->back() != c) {
        fail(at_, std::string("unexpected '") + c + "'");
        return;
      }
      open->pop_back();
    }
    take(Lex::kOperator, at_ + 1);
  }

  const string_view source_;
  Run& run_;
  std::size_t* fault_;
  std::size_t at_ = 0;
  bool line_starts_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::string normalised_source(string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      out += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      out += source[i];
    }
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

std::vector<Token> tokens_of(string_view normalised, Run& run, std::size_t* fault) {
  return Lexer(normalised, run, fault).read();
}

}  // namespace weir::jinja
