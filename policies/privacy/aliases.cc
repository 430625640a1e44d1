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

}  // namespace weir::privacy
