#include "policies/privacy/shape.h"

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

struct Counts {
  std::size_t least = 1;
  std::size_t most = 1;
};

std::size_t read_number(std::string_view shape, std::size_t* i) {
  std::size_t number = 0;
  while (is_digit(at(shape, *i)))
    number = number * 10 + static_cast<std::size_t>(shape[(*i)++] - '0');
  return number;
}

// Reads "{n}" or "{n,m}" at `*i`, if there is one.
Counts read_counts(std::string_view shape, std::size_t* i) {
  if (at(shape, *i) != '{') return {};
  ++*i;
  Counts counts;
  counts.least = counts.most = read_number(shape, i);
  if (at(shape, *i) == ',') {
    ++*i;
    counts.most = read_number(shape, i);
  }
  ++*i;  // }
  return counts;
}

}  // namespace

bool in_shape_class(char name, char c) {
  switch (name) {
    case 'd': return is_digit(c);
    case 'h': return is_hex(c) && !is_upper(c);
    case 'H': return is_hex(c);
    case 'A': return is_upper(c);
    case 'a': return is_alpha(c);
    case 'U': return is_upper(c) || is_digit(c);
    case 'l': return is_lower(c) || is_digit(c);
    case 'n': return is_alnum(c);
    case 'w': return is_alnum(c) || c == '_' || c == '-';
    case 'v': return is_alnum(c) || c == '_';
    case 'b': return is_alnum(c) || c == '+' || c == '/';
    case 'e': return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
    case 't': return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '~' || c == '+';
    case '_': return c == ' ' || c == '-' || c == '.' || c == '/';
    default: return false;
  }
}

std::size_t match_shape(std::string_view shape, std::string_view text) {
  std::size_t matched = 0;
  for (std::size_t i = 0; i < shape.size();) {
    if (shape[i] != '\\') {
      if (at(text, matched) != shape[i]) return kNoMatch;
      ++matched;
      ++i;
      continue;
    }
    const char name = shape[i + 1];
    i += 2;
    Counts counts = read_counts(shape, &i);
    if (name == '_') counts = {0, 1};
    std::size_t run = 0;
    while (run < counts.most && matched < text.size() && in_shape_class(name, text[matched])) {
      ++run;
      ++matched;
    }
    if (run < counts.least) return kNoMatch;
  }
  return matched;
}

}  // namespace weir::privacy
