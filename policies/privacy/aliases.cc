#include "policies/privacy/aliases.h"

#include <algorithm>
#include <optional>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

// One word a kind, in the order of FindingKind; none begins another.
constexpr std::array<std::string_view, kFindingKinds> kAliasWords = {
    "SECRET", "CARD",   "IBAN",  "ACCOUNT", "ID",    "EMAIL",  "PHONE",  "IP",
    "MAC",    "URL",    "LINK",  "DOMAIN",  "BIRTH", "WALLET", "PERSON", "PLACE",
    "ORG",    "NATION", "TITLE", "DATE",    "AGE",   "POST",   "TERM"};
constexpr std::size_t kMostSeparators = 4;  // "\\_" of Markdown in JSON, and one to spare
constexpr std::size_t kMostBackslashes = 2;
constexpr std::size_t kMostAliasDigits = 6;
constexpr std::size_t kLetters = 25;  // B to Z

bool in_value_word(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

bool begins_value(std::string_view text, std::size_t begin) {
  return begin == 0 || !in_value_word(text[begin - 1]) || !in_value_word(text[begin]);
}

bool ends_value(std::string_view text, std::size_t end) {
  return end == text.size() || !in_value_word(text[end]) || !in_value_word(text[end - 1]);
}

constexpr std::size_t kShortestValue = 4;  // to be looked for

// By their bytes from last to first.
std::vector<std::string_view> sorted_by_ends(const Aliases& aliases) {
  std::vector<std::string_view> values;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    if (aliases.value(i).size() >= kShortestValue) values.push_back(aliases.value(i));
  }
  std::sort(values.begin(), values.end(), [](std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  });
  return values;
}

std::uint64_t number_key(FindingKind kind, std::uint32_t number) {
  return static_cast<std::uint64_t>(kind) << 32 | number;
}

}  // namespace

// Reads one alias from left to right; what runs off the end is told apart from what is wrong.
class Aliases::Reader {
 public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= text_.size(); }
  bool is(char c) const { return !at_end() && text_[at_] == c; }
  void skip() { ++at_; }

  void backslashes() {
    for (std::size_t i = 0; i < kMostBackslashes && is('\\'); ++i) ++at_;
  }
  void separators() {
    for (std::size_t i = 0; i < kMostSeparators && !at_end(); ++i, ++at_) {
      if (std::string_view("\\_- ").find(text_[at_]) == std::string_view::npos) return;
    }
  }
  // False at the first letter that differs; true too where the text ends within the word.
  bool word(std::string_view wanted) {
    for (const char c : wanted) {
      if (at_end()) return true;
      if (to_upper(text_[at_]) != c) return false;
      ++at_;
    }
    return true;
  }
  std::optional<FindingKind> kind() {
    for (std::size_t i = 0; i < kAliasWords.size(); ++i) {
      Reader ahead = *this;
      if (!ahead.word(kAliasWords[i])) continue;
      *this = ahead;
      return static_cast<FindingKind>(i);
    }
    return std::nullopt;
  }
  std::optional<std::uint32_t> number() {
    const std::size_t begin = at_;
    std::uint32_t value = 0;
    while (!at_end() && is_digit(text_[at_]) && at_ - begin < kMostAliasDigits) {
      value = value * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
    }
    if (at_ == begin || (!at_end() && is_digit(text_[at_]))) return std::nullopt;
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

Aliases::Aliases(const std::function<bool(std::string_view series)>& is_taken) {
  const std::string first = series_;
  for (std::size_t turn = 0; is_taken(series_); ++turn) {
    series_ = first;
    for (std::size_t rest = turn;; rest /= kLetters) {
      series_.push_back(static_cast<char>('B' + rest % kLetters));
      if (rest < kLetters) break;
    }
  }
}

const std::string& Aliases::alias_of(FindingKind kind, std::string_view value) {
  const auto [at, is_new] = by_value_.try_emplace(std::string(value), entries_.size());
  if (!is_new) return entries_[at->second].alias;
  const std::uint32_t number = ++counts_[static_cast<std::size_t>(kind)];
  by_number_[number_key(kind, number)] = entries_.size();
  std::string alias = "[" + series_ + "_";
  alias.append(kAliasWords[static_cast<std::size_t>(kind)]).append("_");
  alias.append(std::to_string(number)).append("]");
  entries_.push_back({kind, number, std::string(value), std::move(alias)});
  return entries_.back().alias;
}

const std::string* Aliases::find(std::string_view value) const {
  const auto at = by_value_.find(std::string(value));
  return at == by_value_.end() ? nullptr : &entries_[at->second].alias;
}

const Aliases::Entry* Aliases::find(FindingKind kind, std::uint32_t number) const {
  const auto at = by_number_.find(number_key(kind, number));
  return at == by_number_.end() ? nullptr : &entries_[at->second];
}

AliasMatch Aliases::match(std::string_view text, std::size_t at, bool last) const {
  const AliasMatch partial{last ? AliasMatch::State::kNone : AliasMatch::State::kPartial};
  Reader reader(text, at);
  reader.backslashes();
  const bool bracketed = reader.is('[');
  if (bracketed) reader.skip();
  const bool inside_word = at > 0 && (is_alpha(text[at - 1]) || is_digit(text[at - 1]));
  if (!bracketed && (reader.at() != at || inside_word)) {
    return reader.at_end() && reader.at() != at ? partial : AliasMatch{};
  }
  if (!reader.word(series_)) return {};
  reader.separators();
  const std::optional<FindingKind> kind = reader.kind();
  if (!kind) return {};
  reader.separators();
  if (reader.at_end()) return partial;
  const std::optional<std::uint32_t> number = reader.number();
  if (!number) return {};
  if (reader.at_end() && !last) return partial;
  const Entry* entry = find(*kind, *number);
  if (entry == nullptr) return {};
  std::size_t end = reader.at();
  if (bracketed) {
    reader.backslashes();
    if (reader.at_end() && !last) return partial;
    if (reader.is(']')) end = reader.at() + 1;
  }
  return {AliasMatch::State::kWhole, end - at, entry->value};
}

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
    out_.nodes_.push_back({0, 0, 0, 0, byte});
    below_.push_back(below);
  }

  // What is nearer to the root is there already.
  void grow(std::uint32_t node) {
    Below below = below_[node];
    out_.nodes_[node].first_child = static_cast<std::uint32_t>(out_.nodes_.size());
    const bool whole = values_[below.begin].size() == below.depth;
    if (whole) out_.nodes_[node].size = below.depth;
    const std::uint32_t fallback = out_.nodes_[node].fallback;
    out_.nodes_[node].value = whole ? node : out_.nodes_[fallback].value;
    if (whole) ++below.begin;
    while (below.begin < below.end) below.begin = add_child(node, below);
  }

  // Returns where the values of the next child begin.
  std::uint32_t add_child(std::uint32_t node, const Below& below) {
    const auto byte_of = [&](std::uint32_t i) {
      return values_[i][values_[i].size() - 1 - below.depth];
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
  std::vector<std::string_view> values_;
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

void KnownValues::find_backwards(std::string_view text, const See& see) const {
  if (nodes_.empty()) return;
  std::uint32_t node = 0;
  for (std::size_t begin = text.size(); begin-- > 0;) {
    node = next(node, text[begin]);
    std::uint32_t value = nodes_[node].value;
    if (value == 0 || !begins_value(text, begin)) continue;
    while (value != 0 && !ends_value(text, begin + nodes_[value].size)) {
      value = nodes_[nodes_[value].fallback].value;
    }
    if (value != 0 && !see({begin, nodes_[value].size})) return;
  }
}

}  // namespace weir::privacy
