#include "policies/privacy/secret_value.h"

#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/placeholder.h"

namespace weir::privacy {
namespace {

struct Mix {
  bool lower = false;
  bool upper = false;
  bool digit = false;
  bool sign = false;  // other than - _ . , / ' and the like, which words have too

  int kinds() const { return int{lower} + int{upper} + int{digit} + int{sign}; }
};

Mix mix_of(std::string_view value) {
  Mix mix;
  for (const char c : value) {
    mix.lower |= is_lower(c);
    mix.upper |= is_upper(c);
    mix.digit |= is_digit(c);
    mix.sign |= std::string_view("!@#$%^&*?+=~").find(c) != std::string_view::npos;
  }
  return mix;
}

bool has_blank_or_control(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; });
}

// Paths, URLs and what a program would evaluate.
bool is_reference(std::string_view value) {
  const char first = value[0];
  if (first == '/' && value.find('/', 1) != std::string_view::npos && mix_of(value).kinds() < 3)
    return true;
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/") ||
      value.starts_with("--") || value.starts_with("http:") || value.starts_with("https:")) {
    return true;
  }
  if (value.size() > 2 && is_alpha(first) && value[1] == ':' && value[2] == '\\') return true;
  constexpr std::string_view kStores[] = {
      "arn:", "vault:", "env:", "file:", "ssm:", "keyvault:", "secret:", "secrets:", "keyring:"};
  const auto begins = [&](std::string_view store) { return value.starts_with(store); };
  if (std::any_of(std::begin(kStores), std::end(kStores), begins)) return true;
  // "API_KEY= LOG_LEVEL=info": the next variable.
  const std::string_view name = value.substr(0, value.find('='));
  if (name.size() + 1 < value.size() && name.find('_') != std::string_view::npos &&
      std::none_of(name.begin(), name.end(), [](char c) { return c != '_' && !is_upper(c); })) {
    return true;
  }
  return value.find("://") != std::string_view::npos || value.find('(') != std::string_view::npos ||
         value.find("[\"") != std::string_view::npos ||
         value.find("['") != std::string_view::npos || value.find("::") != std::string_view::npos ||
         value.find("->") != std::string_view::npos;
}

// How often the case of letters changes: "Authorization" once, what is random at every other
// letter.
std::size_t case_changes(std::string_view value) {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < value.size(); ++i) {
    changes += is_lower(value[i]) != is_lower(value[i - 1]) ? 1 : 0;
  }
  return changes;
}

// "var.db_password", "config.token2", "self.key": identifiers between dots.
bool is_member(std::string_view value) {
  if (value.find('.') == std::string_view::npos || !(is_alpha(value[0]) || value[0] == '_'))
    return false;
  std::size_t part = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] != '.') {
      if (!is_alnum(value[i]) && value[i] != '_' && value[i] != '$') return false;
      digits += is_digit(value[i]) ? 1 : 0;
      continue;
    }
    if (i == part || is_digit(value[part]) || i - part > 32) return false;
    part = i + 1;
  }
  return digits * 8 <= value.size();
}

// "@password1", "&token", "#login2", "%{DB_PASS1}": a mark and a name.
bool is_marked_name(std::string_view value) {
  if (std::string_view("@&*#%.").find(value[0]) == std::string_view::npos) return false;
  if (value.starts_with("%{")) return true;
  value.remove_prefix(1);
  const auto digits = std::count_if(value.begin(), value.end(), is_digit);
  return digits <= 2 && !value.empty() && is_alpha(value[0]) &&
         std::all_of(value.begin(), value.end(), [](char c) { return is_word(c) || c == '_'; });
}

// Words and short numbers with dashes and the like between: "my-secret-name-1", "GPT4-API-KEY",
// "SalesResults-1.2".
bool is_name(std::string_view value) {
  std::size_t begin = 0;
  bool joined = false;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const bool joint =
        i < value.size() && std::string_view("-_./:, ").find(value[i]) != std::string_view::npos;
    if (i < value.size() && !joint) {
      if (!is_word(value[i])) return false;
      continue;
    }
    const std::string_view part = value.substr(begin, i - begin);
    const auto digits = std::count_if(part.begin(), part.end(), is_digit);
    const bool word = digits <= 2 && (digits == 0 || is_digit(part.back()) || part.size() <= 4) &&
                      part.size() < 20;
    const bool number = static_cast<std::size_t>(digits) == part.size() && part.size() <= 4;
    if (!word && !number) return false;
    joined |= joint;
    begin = i + 1;
  }
  return joined;
}

}  // namespace

bool looks_like_password(std::string_view value, bool quoted) {
  if (value.size() < (quoted ? 6U : 5U) || value.size() > 128) return false;
  if (has_blank_or_control(value) || is_placeholder(value) || is_reference(value)) return false;
  if ((is_member(value) || is_marked_name(value)) && !quoted) return false;
  const Mix mix = mix_of(value);
  if (mix.digit && !mix.lower && !mix.upper) return quoted || value.size() >= 6;
  if (!mix.digit && !mix.sign) {
    // Letters alone: what a person quotes, if it is no word of the program.
    return quoted && mix.lower && mix.upper && value.size() >= 10 && !holds(value, "pass") &&
           !is_name(value);
  }
  if (is_name(value) && (!mix.digit || !quoted)) return false;
  return mix.kinds() >= 2 && entropy(value) > 1.5;
}

bool looks_random(std::string_view value) {
  if (value.size() < 10 || value.size() > 1'024 || has_blank_or_control(value)) return false;
  if (is_placeholder(value) || is_reference(value) || is_member(value)) return false;
  if (is_marked_name(value)) return false;
  if (is_uuid(value)) return true;
  if (is_name(value)) return false;
  const Mix mix = mix_of(value);
  const double bits = entropy(value);
  if (!mix.digit) return mix.lower && mix.upper && value.size() >= 20 && bits >= 4.0;
  return bits >= 2.8 && (mix.lower || mix.upper);
}

bool looks_very_random(std::string_view value) {
  const Mix mix = mix_of(value);
  return value.size() >= 24 && mix.lower && mix.upper && mix.digit && !is_uuid(value) &&
         looks_random(value) && entropy(value) >= 3.7;
}

bool is_secret_value(SecretName name, std::string_view value, bool quoted) {
  if (value.empty()) return false;
  switch (name) {
    case SecretName::kClearPassword:
      return value.size() >= 6 && !has_blank_or_control(value) && !is_placeholder(value) &&
             !is_reference(value) && !is_member(value);
    case SecretName::kPassword: return looks_like_password(value, quoted) || looks_random(value);
    case SecretName::kToken: return looks_random(value);
    case SecretName::kKey: return looks_very_random(value);
    case SecretName::kService: return value.size() >= 20 && looks_random(value) && !is_uuid(value);
    case SecretName::kAuthorization:
      return value.size() >= 8 && !is_placeholder(value) &&
             (looks_random(value) ||
              (entropy(value) >= 3.0 && !is_reference(value) && case_changes(value) >= 3));
    case SecretName::kNone: break;
  }
  return false;
}

}  // namespace weir::privacy
