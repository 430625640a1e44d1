#include "policies/privacy/known_values.h"

#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/secret_value.h"

namespace weir::privacy {
namespace {

// Of scripts without blanks that bytes.h counts among alphabets: Myanmar's and Khmer's.
bool is_spaceless(std::string_view text, std::size_t at) {
  if (text.substr(at, 1) != "\xE1") return false;
  const char next = privacy::at(text, at + 1);
  return next == '\x80' || next == '\x81' || next == '\x9E' || next == '\x9F';
}

bool is_letter(char c) { return is_alpha(c) || static_cast<unsigned char>(c) >= 0x80; }

// "sunshine", "Sunshine", "SUNSHINE".
bool is_plain_word(std::string_view value) {
  return std::all_of(value.begin(), value.end(), is_upper) ||
         (is_alpha(value.front()) && std::all_of(value.begin() + 1, value.end(), is_lower));
}

constexpr std::size_t kShortestValue = 4;  // to be looked for

struct Value {
  std::string_view text;
  FindingKind kind = FindingKind::kSecret;
};

// By their bytes from last to first.
std::vector<Value> sorted_by_ends(const Aliases& aliases) {
  std::vector<Value> values;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    if (aliases.value(i).size() < kShortestValue) continue;
    values.push_back({aliases.value(i), aliases.kind(i)});
  }
  std::sort(values.begin(), values.end(), [](const Value& a, const Value& b) {
    return std::lexicographical_compare(a.text.rbegin(), a.text.rend(), b.text.rbegin(),
                                        b.text.rend());
  });
  return values;
}

}  // namespace

class KnownValues::Builder {
 public:
  Builder(KnownValues* out, const Aliases& aliases)
      : out_(*out), values_(sorted_by_ends(aliases)) {}

  void run() {
    if (values_.empty()) return;
    add(0, {0, static_cast<std::uint32_t>(values_.size()), 0});
    for (std::uint32_t node = 0; node < out_.nodes_.size(); ++node) grow(node);
    out_.nodes_.push_back({static_cast<std::uint32_t>(out_.nodes_.size())});
  }

 private:
  // The values below a node, and how many of their bytes led there.
  struct Below {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t depth = 0;
  };

  void add(char byte, const Below& below) {
    KnownValues::Node node;
    node.byte = byte;
    out_.nodes_.push_back(node);
    below_.push_back(below);
  }

  // What is nearer to the root is there already.
  void grow(std::uint32_t node) {
    Below below = below_[node];
    Node& here = out_.nodes_[node];
    here.first_child = static_cast<std::uint32_t>(out_.nodes_.size());
    const Value& first = values_[below.begin];
    const bool whole = first.text.size() == below.depth;
    const Node& shorter = out_.nodes_[here.fallback];
    here.value = whole ? node : shorter.value;
    if (whole) {
      here.size = below.depth;
      here.border = border_of(first.kind, first.text);
    }
    here.anywhere = whole && here.border == Border::kFree ? node : shorter.anywhere;
    if (whole) ++below.begin;
    while (below.begin < below.end) below.begin = add_child(node, below);
  }

  // Returns where the values of the next child begin.
  std::uint32_t add_child(std::uint32_t node, const Below& below) {
    const auto byte_of = [&](std::uint32_t i) {
      return values_[i].text[values_[i].text.size() - 1 - below.depth];
    };
    const char byte = byte_of(below.begin);
    std::uint32_t end = below.begin + 1;
    while (end < below.end && byte_of(end) == byte) ++end;
    const auto child = static_cast<std::uint32_t>(out_.nodes_.size());
    add(byte, {below.begin, end, below.depth + 1});
    if (node == 0) {
      out_.of_root_[static_cast<unsigned char>(byte)] = child;
    } else {
      out_.nodes_[child].fallback = out_.next(out_.nodes_[node].fallback, byte);
    }
    return end;
  }

  KnownValues& out_;
  std::vector<Value> values_;
  std::vector<Below> below_;  // of each node
};

KnownValues::KnownValues(const Aliases& aliases) { Builder(this, aliases).run(); }

// 0: there is none.
std::uint32_t KnownValues::child(std::uint32_t node, char byte) const {
  if (node == 0) return of_root_[static_cast<unsigned char>(byte)];
  std::uint32_t begin = nodes_[node].first_child;
  std::uint32_t end = nodes_[node + 1].first_child;
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (nodes_[middle].byte == byte) return middle;
    if (nodes_[middle].byte < byte) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return 0;
}

std::uint32_t KnownValues::next(std::uint32_t node, char byte) const {
  while (true) {
    const std::uint32_t found = child(node, byte);
    if (found != 0 || node == 0) return found;
    node = nodes_[node].fallback;
  }
}

// A number of twelve digits, a token of eight bytes with a letter and a digit, or a secret that is
// no plain word, is the value itself wherever it stands. What is an address goes on to the left as
// another: "joann1@…".
KnownValues::Border KnownValues::border_of(FindingKind kind, std::string_view value) {
  constexpr std::ptrdiff_t kSureDigits = 12;
  constexpr std::ptrdiff_t kSomeDigits = 7;
  constexpr std::size_t kShortestToken = 8;
  const bool secret = kind == FindingKind::kSecret || kind == FindingKind::kUrlCredentials;
  if (!secret && value.find('@') != std::string_view::npos) return Border::kOfWord;
  const auto digits = std::count_if(value.begin(), value.end(), is_digit);
  const bool letters = std::any_of(value.begin(), value.end(), is_letter);
  const bool one_word = value.find(' ') == std::string_view::npos;
  const bool token = one_word && value.size() >= kShortestToken && letters && digits > 0;
  const bool no_word = value.size() >= kShortestToken && !is_plain_word(value);
  if (digits >= kSureDigits || token || (secret && (no_word || looks_random(value)))) {
    return Border::kFree;
  }
  return !letters && digits >= kSomeDigits ? Border::kOfNumber : Border::kOfWord;
}

KnownValues::Border KnownValues::border_at(std::string_view text, std::size_t at) {
  if (at == 0 || at == text.size() || !is_word(text[at]) || !word_before(text, at)) {
    return Border::kOfWord;
  }
  if (is_spaceless(text, at) || (at >= 3 && is_spaceless(text, at - 3))) return Border::kOfWord;
  return is_digit(text[at]) == is_digit(text[at - 1]) ? Border::kFree : Border::kOfNumber;
}

std::uint32_t KnownValues::value_at(std::string_view text, std::size_t begin,
                                    std::uint32_t node) const {
  std::uint32_t value = nodes_[node].value;
  const Border border = border_at(text, begin);
  // Within a word there may be many that need a border, each of them the beginning of the next.
  if (border == Border::kFree) return nodes_[node].anywhere;
  while (value != 0) {
    const Node& found = nodes_[value];
    if (found.border == Border::kFree) return value;
    if (found.border <= border && found.border <= border_at(text, begin + found.size)) {
      return value;
    }
    value = nodes_[found.fallback].value;
  }
  return 0;
}

void KnownValues::find_backwards(std::string_view text, const See& see) const {
  if (nodes_.empty()) return;
  std::uint32_t node = 0;
  for (std::size_t begin = text.size(); begin-- > 0;) {
    node = next(node, text[begin]);
    if (nodes_[node].value == 0) continue;
    const std::uint32_t value = value_at(text, begin, node);
    if (value == 0) continue;
    const Node& found = nodes_[value];
    if (!see({begin, found.size, found.border == Border::kFree})) return;
  }
}

}  // namespace weir::privacy
