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
  return value.find("://") != std::string_view::npos || value.find('(') != std::string_view::npos ||
         value.find("[\"") != std::string_view::npos ||
         value.find("['") != std::string_view::npos || value.find("::") != std::string_view::npos ||
         value.find("->") != std::string_view::npos;
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
  if (is_member(value) && !quoted) return false;
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

}  // namespace weir::privacy
