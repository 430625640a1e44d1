// Secrets whose name stands before them without = or :, as
//   calls       setPassword("...")  define('API_KEY', '...')  header(API_KEY, "...")
//   elements    <token>...</token>  <key>password</key><string>...</string>
//   words       --api-key ...  ENV API_KEY ...  #define API_KEY "..."  sshpass -p ...
//   cells       | api_key | ... |
//   arrows      api_key <- "..."
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/secret_name.h"
#include "policies/privacy/secret_value.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kShortestPassedValue = 6;
constexpr std::size_t kLongestTag = 128;

bool in_passed_name(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }
bool in_value(char c) {
  return static_cast<unsigned char>(c) > ' ' && !is_quote(c) &&
         std::string_view("<>(),;|\\").find(c) == std::string_view::npos;
}

struct Named {
  std::string_view name;  // empty: by nothing
  bool plainly = true;    // not by a word alone, which a sentence could have there
};

std::size_t blanks_before(std::string_view text, std::size_t i) {
  while (i > 0 && is_blank(text[i - 1])) --i;
  return i;
}

// The name that ends before `i`.
std::string_view name_ending(std::string_view text, std::size_t i) {
  std::size_t begin = i;
  while (begin > 0 && i - begin < kLongestSecretName &&
         (in_passed_name(text[begin - 1]) || word_before(text, begin))) {
    --begin;
  }
  return text.substr(begin, i - begin);
}

// Whether what is called makes, reads or compares: its argument is no secret.
bool asks(std::string_view called) {
  const std::size_t dot = called.rfind('.');
  if (dot != std::string_view::npos) called.remove_prefix(dot + 1);
  constexpr std::string_view kVerbs[] = {
      "get",  "is",       "has",    "find",   "load",   "read",    "fetch",
      "test", "check",    "parse",  "need",   "expect", "require", "make",
      "new",  "generate", "create", "delete", "list",   "remove",  "describe"};
  return std::any_of(std::begin(kVerbs), std::end(kVerbs), [&](std::string_view verb) {
    return stands_at(called, 0, verb) && !is_lower(at(called, verb.size()));
  });
}

// Of "name(" and "(name, ": the name before `i`, where the value or its quote begins.
Named of_call(std::string_view text, std::size_t i) {
  if (text[i - 1] == '(') {
    const std::string_view called = name_ending(text, i - 1);
    return asks(called) ? Named{} : Named{called};
  }
  std::size_t end = blanks_before(text, i - 1);
  const bool quoted = is_quote(before(text, end));
  if (quoted) --end;
  if (quoted && before(text, end) == '\\') --end;
  const std::string_view name = name_ending(text, end);
  std::size_t begin = end - name.size();
  if (quoted && is_quote(before(text, begin))) --begin;
  begin = blanks_before(text, begin);
  const char left = before(text, begin);
  if (left != '(' && left != '[' && left != '{' && left != '\\') return {};
  return Named{name};
}

// Of '<name attribute="...">' and "<key>name</key><string>", where `i` is behind the last >.
Named of_element(std::string_view text, std::size_t i) {
  const std::size_t first = i > kLongestTag ? i - kLongestTag : 0;
  const std::string_view ahead = text.substr(first, i - first);
  const std::size_t open = ahead.rfind('<');
  if (open == std::string_view::npos || at(ahead, open + 1) == '/') return {};
  const std::string_view tag = ahead.substr(open + 1, ahead.size() - open - 2);
  for (const std::string_view attribute : {"name=\"", "key=\"", "id=\""}) {
    const std::size_t found = tag.find(attribute);
    if (found == std::string_view::npos) continue;
    const std::string_view rest = tag.substr(found + attribute.size());
    return Named{rest.substr(0, rest.find('"'))};
  }
  if (tag != "string") return Named{tag.substr(0, tag.find(' '))};
  const std::size_t close = ahead.substr(0, open).rfind("</key>");
  if (close == std::string_view::npos) return {};
  return Named{name_ending(text, first + close)};
}

// Whether a command on this line has its password behind -p.
bool takes_password(std::string_view text, std::size_t i) {
  const std::string_view ahead = text.substr(0, i).substr(i > kLongestTag ? i - kLongestTag : 0);
  const std::string_view line = ahead.substr(ahead.rfind('\n') + 1);
  return holds(line, "sshpass ") || holds(line, " login ");
}

// Of "--name ", "ENV NAME ", "WITH PASSWORD ": the word before the blank at `i` - 1.
Named of_word(std::string_view text, std::size_t i, bool quoted) {
  const std::size_t end = blanks_before(text, i);
  const std::string_view name = name_ending(text, end);
  if (name.empty()) return {};
  for (const std::string_view words : {"identified by", "convertto-securestring"}) {
    if (quoted && stands_before(text, end, words)) return {"password"};
  }
  if (name == "-p") return {takes_password(text, end) ? "password" : ""};
  if (name == "is") return {name_ending(text, blanks_before(text, end - name.size())), false};
  const std::size_t begin = end - name.size();
  const bool option = name.starts_with("--");
  const std::size_t gap = blanks_before(text, begin);
  const bool declared =
      gap < begin && (stands_before(text, gap, "define") || text.substr(0, gap).ends_with("ENV") ||
                      text.substr(0, gap).ends_with("ARG") || stands_before(text, gap, "setenv"));
  if (!option && !declared && !quoted && name.find('_') == std::string_view::npos) return {};
  return Named{name, option || declared || quoted};
}

// What the value that begins at `i` is called; `i` is behind its quote, if it has one.
Named named_before(std::string_view text, std::size_t i, bool quoted) {
  std::size_t end = i;
  if (quoted) --end;
  if (quoted && before(text, end) == '\\') --end;
  const std::size_t gap = blanks_before(text, end);
  switch (before(text, gap)) {
    case '(':
    case ',': return quoted ? of_call(text, gap) : Named{};
    case '>': return quoted || gap < end ? Named{} : of_element(text, gap);
    case '|': return Named{name_ending(text, blanks_before(text, gap - 1))};
    case '-':
      if (gap > 1 && text[gap - 2] == '<')
        return Named{name_ending(text, blanks_before(text, gap - 2))};
      [[fallthrough]];
    default: return gap < end ? of_word(text, end, quoted) : Named{};
  }
}

class PassedSecretDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const Word& word : marked.numbers) {
      if (word.begin < done) continue;
      std::size_t begin = word.begin;
      while (begin > done && in_value(text[begin - 1])) --begin;
      std::size_t end = word.end;
      while (end < text.size() && end - begin < kLongestSecretValue && in_value(text[end])) ++end;
      done = end;
      if (end - begin >= kShortestPassedValue) value(text, begin, end, hits);
    }
  }

 private:
  static void value(std::string_view text, std::size_t begin, std::size_t end, Hits* hits) {
    const char left = before(text, begin);
    const bool quoted = is_quote(left);
    if (quoted && text[begin - 1] != at(text, at(text, end) == '\\' ? end + 1 : end)) return;
    if (!quoted && !is_blank(left) && left != '>' && left != '|') return;
    if (left == '>' && text.substr(end, 2) != "</") return;
    if (!quoted && (at(text, end) == '(' || before(text, end) == ':')) return;
    const Named named = named_before(text, begin, quoted);
    SecretName says = secret_name(named.name);
    if (says == SecretName::kAuthorization) return;
    if (says == SecretName::kPassword && !named.plainly) says = SecretName::kToken;
    if (!is_secret_value(says, text.substr(begin, end - begin), quoted || left == '>')) return;
    hits->push_back(
        {{FindingKind::kSecret, is_password(says) ? "password" : "keyed_secret", begin, end},
         Rank::kNamedSecret});
  }
};

}  // namespace

std::unique_ptr<Detector> passed_secret_detector() {
  return std::make_unique<PassedSecretDetector>();
}

}  // namespace weir::privacy
