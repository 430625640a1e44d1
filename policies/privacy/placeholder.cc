#include "policies/privacy/placeholder.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/shape.h"

namespace weir::privacy {
namespace {

// Parts of a value.
constexpr std::string_view kParts[] = {
    "xxxx",         "your",     "example",   "changeme",  "change_me",  "change-me", "placeholder",
    "redacted",     "dummy",    "sample",    "replace",   "insert",     "todo",      "fixme",
    "masked",       "hidden",   "_here",     "-here",     "goes",       "****",      "....",
    "####",         "____",     "----",      "%s",        "${",         "{{",        "$(",
    "}}",           "<",        ">",         "%(",        "#{",         "not-a-",    "not_a_",
    "notreal",      "mysecret", "my-secret", "my_secret", "mytoken",    "my-api",    "my_api",
    "apikey",       "api_key",  "api-key",   "secretkey", "secret_key", "foobar",    "\xE2\x80\xA6",
    "\xE2\x80\xA2", "fake",     "a1b2c3"};  // an ellipsis, a bullet

// Whole values.
constexpr std::string_view kValues[] = {
    "password",   "passwd",   "pass",   "pwd",         "secret",   "token",      "key",
    "user",       "username", "test",   "testing",     "admin",    "root",       "guest",
    "default",    "none",     "null",   "nil",         "true",     "false",      "string",
    "str",        "value",    "empty",  "unknown",     "optional", "required",   "abc",
    "abc123",     "foo",      "bar",    "baz",         "demo",     "fake",       "undefined",
    "passphrase", "yyy",      "zzz",    "xxx",         "xx",       "any",        "n/a",
    "na",         "bearer",   "basic",  "credentials", "test123",  "mypassword", "invalid",
    "wrong",      "bool",     "int",    "number",      "object",   "sha1",       "sha256",
    "sha512",     "md5",      "base64", "hs256",       "rs256"};

std::size_t distinct_bytes(std::string_view value) {
  std::bitset<256> seen;
  for (const char c : value) seen.set(static_cast<unsigned char>(c));
  return seen.count();
}

// The longest run in which each byte follows the one before: "abcdef", "123456", "7654".
std::size_t longest_sequence(std::string_view value) {
  std::size_t longest = 1;
  std::size_t up = 1;
  std::size_t down = 1;
  for (std::size_t i = 1; i < value.size(); ++i) {
    const int step = to_lower(value[i]) - to_lower(value[i - 1]);
    const bool wraps = value[i] == '0' && value[i - 1] == '9';
    up = step == 1 || wraps ? up + 1 : 1;
    down = step == -1 ? down + 1 : 1;
    longest = std::max({longest, up, down});
  }
  return longest;
}

// How many bytes follow the one before by one, up or down.
std::size_t steps(std::string_view value) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < value.size(); ++i) {
    const int step = to_lower(value[i]) - to_lower(value[i - 1]);
    count += step == 1 || step == -1 ? 1 : 0;
  }
  return count;
}

// The longest run of one byte.
std::size_t longest_repeat(std::string_view value) {
  std::size_t longest = 1;
  std::size_t run = 1;
  for (std::size_t i = 1; i < value.size(); ++i) {
    run = value[i] == value[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest;
}

// "ADMIN_TOKEN", "MY_KEY_2": the name of what holds a secret.
bool is_constant_name(std::string_view value) {
  const auto digits = std::count_if(value.begin(), value.end(), is_digit);
  return value.find('_') != std::string_view::npos &&
         static_cast<std::size_t>(digits) * 4 <= value.size() &&
         std::all_of(value.begin(), value.end(),
                     [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
}

}  // namespace

bool is_placeholder(std::string_view value) {
  const std::string lowered = lower_case(value);
  if (std::find(std::begin(kValues), std::end(kValues), lowered) != std::end(kValues)) return true;
  if (value.starts_with('$') && value.size() > 1 &&
      std::all_of(value.begin() + 1, value.end(),
                  [](char c) { return is_upper(c) || c == '_' || is_digit(c); })) {
    return true;
  }
  if (value.size() > 2 && value.front() == '%' && value.back() == '%') return true;
  if (is_constant_name(value)) return true;
  // Sealed: what SOPS, eyaml and Jasypt leave in place of a secret.
  if (value.starts_with("ENC[") || value.starts_with("ENC(")) return true;
  if (value.front() == '[' || value.front() == '{' || value.front() == '<') {
    const bool closed = value.back() == ']' || value.back() == '}' || value.back() == '>';
    if (closed && lowered.find_first_of("0123456789") == std::string::npos) return true;
    if (closed && is_constant_name(value.substr(1, value.size() - 2))) return true;
  }
  for (const std::string_view part : kParts) {
    if (lowered.find(part) != std::string::npos) return true;
  }
  return is_blank_token(value);
}

bool is_blank_token(std::string_view body) {
  if (body.empty() || distinct_bytes(body) < 4) return true;
  if (body.find("EXAMPLE") != std::string_view::npos || holds(body, "example")) return true;
  if (holds(body, "xxxxx") || body.find("...") != std::string_view::npos ||
      body.find("***") != std::string_view::npos) {
    return true;
  }
  if (longest_sequence(body) >= 16 || steps(body) * 10 > body.size() * 6) return true;
  return longest_repeat(body) >= std::max<std::size_t>(6, body.size() / 4);
}

bool is_uuid(std::string_view value) {
  return value.size() == 36 && match_shape("\\H{8}-\\H{4}-\\H{4}-\\H{4}-\\H{12}", value) == 36;
}

}  // namespace weir::privacy
