// The words that stand for private values while a request is outside: "[PII_EMAIL_1]".
//
// One request's; in memory alone. The same value has the same alias, and the aliases of a
// conversation stay what they were from turn to turn, because they are counted in the order in
// which values first stand in the request. What a model makes of an alias is recognised in other
// case, with Markdown's backslashes, without its brackets or with other separators.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policies/privacy/finding.h"

namespace weir::privacy {

struct AliasMatch {
  enum class State : std::uint8_t {
    kNone,     // no alias begins here
    kPartial,  // one may, but the text ends before it is known
    kWhole,    // `length` bytes are one
  };
  State state = State::kNone;
  std::size_t length = 0;
  std::string_view value = {};  // what it stands for; lives as long as the Aliases
};

class Aliases {
 public:
  Aliases() = default;
  // Of the first of the series PII, PIIB, PIIC … that `is_taken` denies: no word of the
  // client's may be taken for an alias.
  explicit Aliases(const std::function<bool(std::string_view series)>& is_taken);

  // The alias of `value`, made when it is first asked for.
  const std::string& alias_of(FindingKind kind, std::string_view value);
  // The same, or null for a value that has none.
  const std::string* find(std::string_view value) const;

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const std::string& value(std::size_t index) const { return entries_[index].value; }
  FindingKind kind(std::size_t index) const { return entries_[index].kind; }
  std::uint32_t count(FindingKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

  // The alias that begins at `text[at]`. `last`: nothing follows the text.
  AliasMatch match(std::string_view text, std::size_t at, bool last) const;

 private:
  struct Entry {
    FindingKind kind;
    std::uint32_t number;
    std::string value;
    std::string alias;
  };
  class Reader;

  const Entry* find(FindingKind kind, std::uint32_t number) const;

  std::string series_ = "PII";
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> by_value_;
  std::unordered_map<std::uint64_t, std::size_t> by_number_;
  std::array<std::uint32_t, kFindingKinds> counts_{};
};

}  // namespace weir::privacy
