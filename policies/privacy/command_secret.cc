// Passwords in commands: "curl -u user:password", "--user user:password".
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/placeholder.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestCommand = 1'024;

bool is_shell_quote(char c) { return c == '"' || c == '\''; }

class CommandSecretDetector final : public Detector {
 public:
  void want(WordHeads* heads) const override {
    heads->add("curl");
    heads->add("wget");
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t head : marked.heads) {
      const std::string_view name = text.substr(head, 5);
      if (head < done || (name != "curl " && name != "wget ")) continue;
      const std::size_t end = command_end(text, head + 5);
      done = end;
      for (std::size_t i = head + 5; i < end; ++i) {
        if (text[i] == '-' && is_blank(text[i - 1])) i = option(text, i, end, hits);
      }
    }
  }

 private:
  // A newline ends a command unless a backslash stands before it; so does the next "curl".
  static std::size_t command_end(std::string_view text, std::size_t begin) {
    const std::size_t most = std::min(text.size(), begin + kLongestCommand);
    for (std::size_t i = begin; i < most; ++i) {
      if (text[i] == '\n' && before(text, i) != '\\' && before(text, i) != '\r') return i;
      if (text[i] == 'c' && text.substr(i, 5) == "curl ") return i;
    }
    return most;
  }

  // Of the option at `i`; returns where to go on.
  static std::size_t option(std::string_view text, std::size_t i, std::size_t end, Hits* hits) {
    std::size_t value = i;
    for (const std::string_view name : {"-u", "--user", "--proxy-user", "-U"}) {
      if (text.substr(i, name.size()) == name) value = i + name.size();
    }
    if (value == i || is_alpha(at(text, value)) || at(text, value) == '-') return i;
    while (value < end && (text[value] == ' ' || text[value] == '=' || text[value] == '\\' ||
                           text[value] == '\n' || text[value] == '\t' || text[value] == '/')) {
      ++value;
    }
    const char quote = is_shell_quote(at(text, value)) ? text[value] : '\0';
    if (quote != '\0') ++value;
    return pair(text, value, end, quote, hits);
  }

  // "user:password", either of them in quotes of its own.
  static std::size_t pair(std::string_view text, std::size_t begin, std::size_t end, char quote,
                          Hits* hits) {
    std::size_t colon = begin;
    while (colon < end && text[colon] != ':' && !is_blank(text[colon]) && text[colon] != '\n')
      ++colon;
    if (at(text, colon) != ':' || colon >= end) return colon;
    std::size_t first = colon + 1;
    const bool closed = colon > begin && quote != '\0' && before(text, colon) == quote;
    char inner = closed ? '\0' : quote;
    if (inner == '\0' && is_shell_quote(at(text, first))) inner = text[first++];
    std::size_t last = first;
    while (last < end && text[last] != '\n' &&
           (inner != '\0' ? text[last] != inner
                          : !is_blank(text[last]) && !is_shell_quote(text[last]))) {
      ++last;
    }
    const std::string_view user = text.substr(begin, colon - begin);
    std::string_view password = text.substr(first, last - first);
    // Some services take a token as the user and no password.
    if (password.empty() && user.size() >= 8 &&
        user.find_first_of("0123456789") != std::string_view::npos) {
      password = user;
      first = begin;
      last = colon;
    }
    const bool variable =
        password.starts_with('$') || password.starts_with("{{") || password.starts_with("\\$");
    const bool named_alike = (password == user && first != begin) ||
                             (password.starts_with("pass") && password.size() <= 8);
    if (password.size() >= 4 && !variable && !named_alike && !is_placeholder(password)) {
      hits->push_back({{FindingKind::kSecret, "command_password", first, last}, Rank::kSecret});
    }
    return last;
  }
};

}  // namespace

std::unique_ptr<Detector> command_secret_detector() {
  return std::make_unique<CommandSecretDetector>();
}

}  // namespace weir::privacy
