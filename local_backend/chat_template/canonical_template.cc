#include "local_backend/chat_template/canonical_template.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace weir {
namespace {

using std::string_view;

constexpr string_view kBlank = " \t\n\r\f\v";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// One token of a tag: a string constant with its value, else a word or an operator.
struct Token {
  bool constant = false;
  std::string text;
};

using Tokens = std::vector<Token>;

bool is_operator(const Token& token, string_view text) {
  return !token.constant && token.text == text;
}

// What a template consists of, in order: text that it prints, values and statements.
struct Item {
  enum class Kind : char { kText = 'T', kValue = 'V', kStatement = 'S' };
  Kind kind = Kind::kText;
  std::string text;
};

// Reads the tokens of a tag's inside.
class TagReader {
 public:
  explicit TagReader(string_view inside) : rest_(inside) {}

  // False for a string that does not end.
  bool read(Tokens* tokens) {
    while (skip_blank()) {
      const char c = rest_[0];
      if (c == '\'' || c == '"') {
        if (!read_string(tokens)) return false;
      } else if (is_word(c)) {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
        take(static_cast<std::size_t>(end - rest_.begin()), tokens);
      } else {
        const bool two = rest_.size() > 1 && rest_[1] == '=' && string_view("=!<>").find(c) < 4;
        take(two ? 2 : 1, tokens);
      }
    }
    return true;
  }

 private:
  bool skip_blank() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlank), rest_.size()));
    return !rest_.empty();
  }
  void take(std::size_t size, Tokens* tokens) {
    tokens->push_back({false, std::string(rest_.substr(0, size))});
    rest_.remove_prefix(size);
  }
  bool read_string(Tokens* tokens) {
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == rest_[0]) {
        rest_.remove_prefix(i + 1);
        tokens->push_back({true, std::move(value)});
        return true;
      }
      if (rest_[i] != '\\' || i + 1 == rest_.size()) {
        value += rest_[i];
      } else if (!unescape(rest_[++i], &value)) {
        return false;
      }
    }
    return false;
  }
  // False for an escape that templates do not use: better unknown than misread.
  static bool unescape(char c, std::string* value) {
    constexpr string_view kFrom = "ntr\\'\"", kTo = "\n\t\r\\'\"";
    const std::size_t at = kFrom.find(c);
    if (at == kFrom.npos) return false;
    *value += kTo[at];
    return true;
  }

  string_view rest_;
};

bool is_identifier(string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_word) &&
         std::isdigit(static_cast<unsigned char>(text[0])) == 0;
}

// What a dictionary has as a method: m.items is not m['items'].
bool is_method(string_view name) {
  static constexpr string_view kMethods[] = {"clear",  "copy",   "fromkeys",  "get",
                                             "items",  "keys",   "pop",       "popitem",
                                             "update", "values", "setdefault"};
  return std::find(std::begin(kMethods), std::end(kMethods), name) != std::end(kMethods);
}

// m['role'] becomes m.role
Tokens with_members(const Tokens& tokens) {
  Tokens out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool behind_value =
        !out.empty() && !out.back().constant &&
        (is_identifier(out.back().text) || out.back().text == "]" || out.back().text == ")");
    const bool member = behind_value && is_operator(tokens[i], "[") && i + 2 < tokens.size() &&
                        tokens[i + 1].constant && is_identifier(tokens[i + 1].text) &&
                        !is_method(tokens[i + 1].text) && is_operator(tokens[i + 2], "]");
    if (!member) {
      out.push_back(tokens[i]);
      continue;
    }
    out.push_back({false, "."});
    out.push_back({false, tokens[i + 1].text});
    i += 2;
  }
  return out;
}

// How deep in brackets each token stands, brackets themselves outside.
std::vector<int> depths_of(const Tokens& tokens) {
  std::vector<int> depths;
  int depth = 0;
  for (const Token& token : tokens) {
    const bool bracket = !token.constant && token.text.size() == 1;
    if (bracket && string_view(")]}").find(token.text[0]) < 3) --depth;
    depths.push_back(depth);
    if (bracket && string_view("([{").find(token.text[0]) < 3) ++depth;
  }
  return depths;
}

// Without a pair of parentheses around all of it.
Tokens without_parentheses(Tokens tokens) {
  while (tokens.size() > 2 && is_operator(tokens.front(), "(") && is_operator(tokens.back(), ")")) {
    const std::vector<int> depths = depths_of(tokens);
    if (std::find(depths.begin() + 1, depths.end() - 1, 0) != depths.end() - 1) break;
    tokens.erase(tokens.begin());
    tokens.pop_back();
  }
  return tokens;
}

std::string joined(const Tokens& tokens) {
  std::string text;
  for (const Token& token : tokens) {
    if (token.constant) {
      text += "\"" + std::to_string(token.text.size()) + ":" + token.text + "\"";
      continue;
    }
    if (!text.empty() && is_word(text.back()) && is_word(token.text[0])) text += ' ';
    text += token.text;
  }
  return text;
}

// Whether the value is a sum of texts: one of the summands is a string constant, and
// nothing that binds more loosely than + stands in it.
bool is_text_sum(const Tokens& tokens, const std::vector<int>& depths) {
  static constexpr string_view kLooser[] = {"if", "else", "and", "or", "not", "in", "is",
                                            "==", "!=",   "<",   ">",  "<=",  ">=", "~"};
  const auto ends_summand = [&](std::size_t i) {
    return i == tokens.size() || (depths[i] == 0 && is_operator(tokens[i], "+"));
  };
  bool text = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (depths[i] != 0) continue;
    if (tokens[i].constant) {
      text = text || ((i == 0 || ends_summand(i - 1)) && ends_summand(i + 1));
    } else if (std::find(std::begin(kLooser), std::end(kLooser), tokens[i].text) !=
               std::end(kLooser)) {
      return false;
    }
  }
  return text;
}

class ItemReader {
 public:
  explicit ItemReader(string_view source) : source_(source) {
    if (source_.ends_with('\n')) source_.remove_suffix(1);  // as Jinja does
  }

  // False for what is not the syntax of a template.
  bool read(std::vector<Item>* items) {
    items_ = items;
    while (at_ < source_.size()) {
      const std::size_t tag = next_tag();
      add_text(source_.substr(at_, tag - at_), tag);
      if (tag == source_.size()) return true;
      at_ = tag;
      if (!read_tag()) return false;
    }
    return true;
  }

 private:
  std::size_t next_tag() const {
    for (std::size_t i = at_; i + 1 < source_.size(); ++i) {
      if (source_[i] == '{' && string_view("{%#").find(source_[i + 1]) < 3) return i;
    }
    return source_.size();
  }

  // Text loses what the tags on both sides swallow.
  void add_text(string_view text, std::size_t tag) {
    if (strips_behind_) {
      text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    } else if (trims_line_ && text.starts_with('\n')) {
      text.remove_prefix(1);
    }
    if (tag + 2 < source_.size()) {
      if (source_[tag + 2] == '-') {
        text = text.substr(0, text.find_last_not_of(kBlank) + 1);
      } else if (source_[tag + 1] != '{' && source_[tag + 2] != '+') {
        const std::size_t line = text.find_last_not_of(" \t") + 1;
        if (line == 0 ? at_line_start_ : text[line - 1] == '\n') text = text.substr(0, line);
      }
    }
    print(text);
  }

  void print(string_view text) {
    if (text.empty()) return;
    if (items_->empty() || items_->back().kind != Item::Kind::kText) items_->push_back({});
    items_->back().text += text;
  }

  bool read_tag() {
    const char kind = source_[at_ + 1];
    const std::size_t begin = at_ + 2;
    const std::size_t end = kind == '#' ? source_.find("#}", begin) : end_of_tag(begin, kind);
    if (end == source_.npos) return false;
    string_view inside = source_.substr(begin, end - begin);
    const bool keeps_line = inside.ends_with('+');
    strips_behind_ = inside.ends_with('-');
    if (inside.starts_with('-') || inside.starts_with('+')) inside.remove_prefix(1);
    if (inside.ends_with('-') || inside.ends_with('+')) inside.remove_suffix(1);
    trims_line_ = kind != '{' && !keeps_line;
    at_ = end + 2;
    at_line_start_ = trims_line_ && at_ < source_.size() && source_[at_] == '\n';
    if (kind == '#') return true;
    Tokens tokens;
    if (!TagReader(inside).read(&tokens) || tokens.empty()) return false;
    if (kind == '{') {
      add_value(without_parentheses(with_members(tokens)));
    } else {
      add_statement(with_members(tokens));
    }
    return true;
  }

  // Where the "}}" or "%}" stands that is in no string.
  std::size_t end_of_tag(std::size_t at, char kind) const {
    const char close = kind == '{' ? '}' : '%';
    char quote = '\0';
    for (; at + 1 < source_.size(); ++at) {
      const char c = source_[at];
      if (quote != '\0') {
        if (c == '\\') ++at;
        if (c == quote) quote = '\0';
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == close && source_[at + 1] == '}') {
        return at;
      }
    }
    return source_.npos;
  }

  void add_value(const Tokens& tokens) {
    const std::vector<int> depths = depths_of(tokens);
    if (!is_text_sum(tokens, depths)) {
      items_->push_back({Item::Kind::kValue, joined(tokens)});
      return;
    }
    Tokens summand;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      if (i < tokens.size() && (depths[i] != 0 || !is_operator(tokens[i], "+"))) {
        summand.push_back(tokens[i]);
        continue;
      }
      if (summand.size() == 1 && summand[0].constant) {
        print(summand[0].text);
      } else {
        items_->push_back({Item::Kind::kValue, joined(summand)});
      }
      summand.clear();
    }
  }

  void add_statement(Tokens tokens) {
    const std::string word = tokens[0].text;
    tokens.erase(tokens.begin());
    const bool condition = word == "if" || word == "elif";
    if (condition) tokens = without_parentheses(std::move(tokens));
    items_->push_back({Item::Kind::kStatement, word + " " + joined(tokens)});
  }

  string_view source_;
  std::size_t at_ = 0;
  bool strips_behind_ = false;
  bool trims_line_ = false;
  bool at_line_start_ = true;
  std::vector<Item>* items_ = nullptr;
};

// Where a default system prompt may stand; the text between is the first one found.
std::string find_default_system(const std::vector<Item>& items) {
  constexpr string_view kBegin = "<|im_start|>system\n", kEnd = "<|im_end|>\n";
  for (const Item& item : items) {
    const std::size_t begin = item.text.find(kBegin);
    if (item.kind != Item::Kind::kText || begin == item.text.npos) continue;
    const std::size_t end = item.text.find(kEnd, begin);
    if (end == item.text.npos) continue;
    return item.text.substr(begin + kBegin.size(), end - begin - kBegin.size());
  }
  return "";
}

// A file may say what every caller does anyway.
void drop_default_of_generation(std::vector<Item>* items) {
  static const std::string dropped[] = {"if not add_generation_prompt is defined",
                                        "set add_generation_prompt=false", "endif "};
  for (std::size_t i = 0; i + 2 < items->size(); ++i) {
    const auto at = items->begin() + static_cast<std::ptrdiff_t>(i);
    const bool same = std::equal(std::begin(dropped), std::end(dropped), at,
                                 [](const std::string& text, const Item& item) {
                                   return item.kind == Item::Kind::kStatement && item.text == text;
                                 });
    if (same) items->erase(at, at + 3);
  }
}

class Hash {
 public:
  void add(string_view text) {
    for (const char c : text) {
      value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;  // FNV-1a
};

std::string without(std::string text, const std::string& part) {
  if (part.empty()) return text;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
    text.replace(at, part.size(), std::string(1, '\0'));
  }
  return text;
}

}  // namespace

std::optional<CanonicalTemplate> canonical_template(std::string_view source) {
  std::vector<Item> items;
  if (!ItemReader(source).read(&items)) return std::nullopt;
  drop_default_of_generation(&items);
  CanonicalTemplate canonical;
  canonical.default_system = find_default_system(items);
  Hash hash;
  for (const Item& item : items) {
    const std::string text =
        item.kind == Item::Kind::kText ? without(item.text, canonical.default_system) : item.text;
    hash.add(string_view(reinterpret_cast<const char*>(&item.kind), 1));
    hash.add(std::to_string(text.size()) + ":");
    hash.add(text);
  }
  canonical.hash = hash.value();
  return canonical;
}

}  // namespace weir
