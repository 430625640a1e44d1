// Secrets that the name before them gives away: "password = ...", "api_key: ...",
// "Authorization: Bearer ...", "<add key="Password" value="..."/>", "the password is ...".
#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/secret_name.h"
#include "policies/privacy/secret_value.h"

namespace weir::privacy {
namespace {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

bool in_assigned_name(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '$';
}

std::size_t skip_blanks(std::string_view text, std::size_t i, std::size_t most) {
  const std::size_t end = std::min(text.size(), i + most);
  while (i < end && is_blank(text[i])) ++i;
  return i;
}

// Where the name begins that ends before `end`.
std::size_t name_begin(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongestSecretName &&
         (in_assigned_name(text[begin - 1]) || word_before(text, begin))) {
    --begin;
  }
  return begin;
}

// The name that ends before `i`, blanks, quotes and brackets between.
Span name_before(std::string_view text, std::size_t i) {
  const std::size_t first = i > 12 ? i - 12 : 0;
  while (i > first &&
         (is_blank(text[i - 1]) || is_quote(text[i - 1]) || text[i - 1] == '\\' ||
          text[i - 1] == ']' || text[i - 1] == ':' || text[i - 1] == '?' || text[i - 1] == '*')) {
    --i;
  }
  return {name_begin(text, i), i};
}

// "\n" and "\r" as they are written in strings.
bool is_line_escape(std::string_view text, std::size_t i) {
  return text[i] == '\\' && (at(text, i + 1) == 'n' || at(text, i + 1) == 'r');
}

// Whether "name=" of a query stands at `i`.
bool begins_field(std::string_view text, std::size_t i) {
  const std::size_t first = i;
  while (i - first < kLongestSecretName && (is_alnum(at(text, i)) || at(text, i) == '_')) ++i;
  return i > first && at(text, i) == '=';
}

// Where a value of the line below begins: after ">-" and the like of YAML, or if it is quoted;
// else `i`.
std::size_t next_line(std::string_view text, std::size_t i) {
  std::size_t end = i;
  const bool block = at(text, i) == '|' || at(text, i) == '>';
  if (block) end += at(text, i + 1) == '-' || at(text, i + 1) == '+' ? 2 : 1;
  if (at(text, end) != '\n') return i;
  end = skip_blanks(text, end + 1, 32);
  return block || is_quote(at(text, end)) ? end : i;
}

// What stands behind `i` as a value, without quotes.
Span value_behind(std::string_view text, std::size_t i, bool* quoted) {
  i = next_line(text, skip_blanks(text, i, 16));
  if (at(text, i) == '>' || at(text, i) == '=') i = skip_blanks(text, i + 1, 16);
  while (at(text, i) == '\\') ++i;  // JSON inside of a string
  const char letter = to_lower(at(text, i));
  if ((letter == 'b' || letter == 'f' || letter == 'r' || letter == 'u' || letter == '@') &&
      is_quote(at(text, i + 1))) {
    ++i;
  }
  *quoted = is_quote(at(text, i));
  const char quote = *quoted ? text[i++] : '\0';
  Span value{i, i};
  const std::size_t most = std::min(text.size(), i + kLongestSecretValue);
  while (value.end < most) {
    const char c = text[value.end];
    if (c == '\n' || c == '\r') break;
    if (!*quoted && c == '&' && begins_field(text, value.end + 1)) break;
    if (*quoted ? c == quote
                : (is_blank(c) || is_quote(c) || is_line_escape(text, value.end) || c == ',' ||
                   c == ';' || c == '<'))
      break;
    ++value.end;
  }
  if (*quoted && value.end > value.begin && text[value.end - 1] == '\\') --value.end;
  if (!*quoted) {
    while (!value.empty() &&
           std::string_view(").]}").find(text[value.end - 1]) != std::string_view::npos)
      --value.end;
  }
  return value;
}

// In any case of letters.
bool is_one_of(std::string_view name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return name.size() == word.size() && stands_at(name, 0, word);
  });
}

// Of '<add key="Password" value="..."/>' the key, of other names themselves.
Span key_of_attribute(std::string_view text, Span name) {
  if (!is_one_of(name.of(text), {"value", "default"})) return name;
  const std::size_t first = name.begin > 96 ? name.begin - 96 : 0;
  const std::string_view ahead = text.substr(first, name.begin - first);
  const std::size_t line = ahead.rfind('<');
  for (const std::string_view attribute :
       {"key=\"", "name=\"", "name: ", "key: ", "Key=\"", "Name=\""}) {
    const std::size_t found = ahead.rfind(attribute);
    if (found == std::string_view::npos || (line != std::string_view::npos && found < line))
      continue;
    Span key{first + found + attribute.size(), first + found + attribute.size()};
    while (key.end < name.begin && (in_assigned_name(text[key.end]) || is_word(text[key.end])))
      ++key.end;
    return key;
  }
  return name;
}

// Of "password: str = ...", "token: &'static str = ..." and "token string = ..." the name before
// the type.
Span name_before_type(std::string_view text, Span name) {
  if (!is_one_of(name.of(text), {"str", "string", "text", "char", "var"})) return name;
  std::size_t i = name.begin;
  if (stands_before(text, i, "'static ")) i -= 8;
  if (before(text, i) == '&') --i;
  const std::size_t end = i;
  while (i > 0 && end - i < 4 && is_blank(text[i - 1])) --i;
  return before(text, i) == ':' || i < end ? name_before(text, i) : name;
}

// Words that secrets stand behind in sentences, by their first letters; capitals beyond ASCII are
// words of their own.
constexpr std::string_view kSpoken[] = {
    "password",   "passphrase", "passwd",   "passcode", "passwort", "pwd",  "bearer",
    "contraseña", "contraseÑa", "kennwort", "key",      "secret",   "token"};

std::span<const std::string_view> spoken_with(char first) {
  const std::span<const std::string_view> all(kSpoken);
  switch (to_lower(first)) {
    case 'p': return all.first(6);
    case 'b': return all.subspan(6, 1);
    case 'c': return all.subspan(7, 2);
    case 'k': return all.subspan(9, 2);
    case 's': return all.subspan(11, 1);
    case 't': return all.subspan(12, 1);
    default: return {};
  }
}

constexpr std::string_view kSchemes[] = {"bearer",  "basic", "token", "api-token", "apikey",
                                         "api-key", "key",   "bot",   "ssws"};

class AssignedSecretDetector final : public Detector {
 public:
  void want(WordHeads* heads) const override {
    for (const std::string_view word : kSpoken) {
      std::string form(word);
      heads->add(form);
      form[0] = to_upper(form[0]);
      heads->add(form);
      std::transform(form.begin(), form.end(), form.begin(), to_upper);
      heads->add(form);
    }
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    for (const std::size_t colon : marked.colons) assignment(marked.text, colon, hits);
    for (const std::size_t equal : marked.equals) assignment(marked.text, equal, hits);
    for (const std::size_t head : marked.heads) spoken(marked.text, head, hits);
  }

 private:
  static void add(Span value, std::string_view rule, Hits* hits) {
    hits->push_back({{FindingKind::kSecret, rule, value.begin, value.end}, Rank::kNamedSecret});
  }

  static void assignment(std::string_view text, std::size_t sign, Hits* hits) {
    if (at(text, sign + 1) == ':' || before(text, sign) == '=') return;  // a scope, ==
    Span name = name_before(text, sign);
    if (name.empty()) return;
    name = name_before_type(text, key_of_attribute(text, name));
    const SecretName says = secret_name(name.of(text));
    if (says == SecretName::kNone) return;
    bool quoted = false;
    Span value = value_behind(text, sign + 1, &quoted);
    if (says == SecretName::kAuthorization || says == SecretName::kToken) {
      value = without_scheme(text, value, says == SecretName::kAuthorization);
    }
    if (value.empty() || is_call(text, value, quoted) || text.substr(value.end, 2) == "..") return;
    if (is_secret_value(says, value.of(text), quoted)) {
      add(value, is_password(says) ? "password" : "keyed_secret", hits);
    }
  }

  // A call, an index or a concatenation is what a program will make, not what it is.
  static bool is_call(std::string_view text, Span value, bool quoted) {
    const char right = at(text, value.end);
    return !quoted &&
           (right == '(' || right == '[' ||
            (right == ']' && value.of(text).find('[') != std::string_view::npos) ||
            text[value.begin] == '$' || text[value.begin] == '{' || text[value.begin] == '[' ||
            text[value.begin] == '(' || text[value.begin] == '&' || text[value.begin] == '*');
  }

  // The second word of "Bearer abc", also where the value ended at the blank.
  static Span without_scheme(std::string_view text, Span value, bool header) {
    const std::string_view all = value.of(text);
    const std::size_t blank = all.find(' ');
    const std::string first = lower_case(all.substr(0, std::min<std::size_t>(blank, 16)));
    if (std::find(std::begin(kSchemes), std::end(kSchemes), first) == std::end(kSchemes)) {
      // What follows another scheme are fields, not one token.
      return header && blank != std::string_view::npos ? Span{} : value;
    }
    Span rest{blank == std::string_view::npos ? value.end : value.begin + blank, 0};
    rest.begin = skip_blanks(text, rest.begin, 4);
    rest.end = rest.begin;
    while (rest.end < text.size() && rest.end - rest.begin < kLongestSecretValue &&
           (is_alnum(text[rest.end]) ||
            std::string_view("-._~+/=@!#%&*|:").find(text[rest.end]) != std::string_view::npos)) {
      ++rest.end;
    }
    const char right = at(text, rest.end);
    return right == '{' || right == '(' || right == '$' || right == '<' ? Span{} : rest;
  }

  // "the password for the wifi is sunflower22", "--password hunter2", "Bearer abc...",
  // "the key is a81b...", "<password>hunter2</password>"
  static void spoken(std::string_view text, std::size_t head, Hits* hits) {
    const std::string_view word = spoken_word(text, head);
    if (word.empty()) return;
    const std::size_t end = head + word.size();
    if (word == "bearer" && at(text, end) == ' ') {
      const Span value = spoken_value(text, end + 1);
      if (value.end - value.begin >= 16 && looks_random(value.of(text)))
        add(value, "bearer_token", hits);
      return;
    }

    if (word == "key" || word == "token" || word == "secret") {
      if (secret_name(with_word_before(text, head, end)) == SecretName::kNone) return;
      const Span value = behind_is(text, end);
      if (value.end - value.begin >= 16 && looks_random(value.of(text))) {
        add(value, "keyed_secret", hits);
      }
      return;
    }
    if (before(text, head) == '<' && at(text, end) == '>') {
      const Span value = element_value(text, end + 1);
      if (!value.empty() && looks_like_password(value.of(text), true)) add(value, "password", hits);
      return;
    }
    const std::string_view ahead = text.substr(head > 48 ? head - 48 : 0, head > 48 ? 48 : head);
    const bool option = ahead.ends_with("--") || (holds(ahead, "login ") && word == "password");
    const Span value =
        option && at(text, end) == ' ' ? spoken_value(text, end + 1) : behind_is(text, end);
    if (!value.empty() && looks_like_password(value.of(text), false)) add(value, "password", hits);
  }

  // The word at `head`, if it is one that secrets stand behind.
  static std::string_view spoken_word(std::string_view text, std::size_t head) {
    for (const std::string_view word : spoken_with(text[head])) {
      const char behind = at(text, head + word.size());
      if (stands_at(text, head, word) && !is_word(behind) && behind != '_') return word;
    }
    return {};
  }

  // "public key" where "key" stands at `head`.
  static std::string_view with_word_before(std::string_view text, std::size_t head,
                                           std::size_t end) {
    std::size_t begin = head;
    while (begin > 0 && is_blank(text[begin - 1])) --begin;
    begin = name_begin(text, begin);
    return text.substr(begin, end - begin);
  }

  static Span behind_is(std::string_view text, std::size_t end) {
    const std::string window = lower_case(text.substr(end, 48));
    const std::size_t stop = std::min(window.find_first_of(".\n;?!:="), window.size());
    for (const std::string_view verb : {" is ", " was ", " ist ", " es ", " est "}) {
      const std::size_t found = window.find(verb);
      if (found < stop) return spoken_value(text, end + found + verb.size());
    }
    return {};
  }

  // Of "<password>...</password>".
  static Span element_value(std::string_view text, std::size_t begin) {
    const std::size_t size = text.substr(begin, 128).find('<');
    return size == std::string_view::npos ? Span{} : Span{begin, begin + size};
  }

  // A word up to a blank, without quotes and the marks that end a sentence.
  static Span spoken_value(std::string_view text, std::size_t begin) {
    while (is_quote(at(text, begin)) || at(text, begin) == ' ') ++begin;
    if (at(text, begin) == '$') return {};
    Span value{begin, begin};
    while (value.end < text.size() && value.end - begin < kLongestSecretValue &&
           static_cast<unsigned char>(text[value.end]) > ' ' && !is_quote(text[value.end])) {
      ++value.end;
    }
    while (!value.empty() &&
           std::string_view(".,;:!?)\\").find(text[value.end - 1]) != std::string_view::npos) {
      --value.end;
    }
    return value;
  }
};

}  // namespace

std::unique_ptr<Detector> assigned_secret_detector() {
  return std::make_unique<AssignedSecretDetector>();
}

}  // namespace weir::privacy
