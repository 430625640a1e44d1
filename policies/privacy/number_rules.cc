#include "policies/privacy/number_rules.h"

#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/shape.h"

namespace weir::privacy {
namespace {

// How long the first run of letters and digits may be that has the shape: until a separator
// that must be there, and until each that may.
std::vector<std::size_t> first_sizes(std::string_view shape) {
  std::vector<std::size_t> sizes = {0};
  std::vector<std::size_t> cut;
  std::size_t i = 0;
  while (i < shape.size()) {
    if (shape[i] != '\\') {
      if (!is_alnum(shape[i])) break;
      for (std::size_t& size : sizes) ++size;
      ++i;
      continue;
    }
    const char name = shape[i + 1];
    i += 2;
    if (name == '_') {
      cut.insert(cut.end(), sizes.begin(), sizes.end());
      continue;
    }
    std::size_t least = 1;
    std::size_t most = 1;
    if (at(shape, i) == '{') {
      const std::size_t close = shape.find('}', i);
      const std::string_view counts = shape.substr(i + 1, close - i - 1);
      const std::size_t comma = std::min(counts.find(','), counts.size());
      least = static_cast<std::size_t>(remainder(counts.substr(0, comma), 1'000));
      most = comma == counts.size()
                 ? least
                 : static_cast<std::size_t>(remainder(counts.substr(comma + 1), 1'000));
      i = close + 1;
    }
    std::vector<std::size_t> grown;
    for (const std::size_t size : sizes) {
      for (std::size_t count = least; count <= most; ++count) grown.push_back(size + count);
    }
    sizes = std::move(grown);
  }
  sizes.insert(sizes.end(), cut.begin(), cut.end());
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

bool letter_first(std::string_view shape) {
  if (shape[0] == '\\') return shape[1] == 'A' || shape[1] == 'a';
  return is_alpha(shape[0]);
}

}  // namespace

NumberBook::NumberBook(FindingKind kind, std::span<const NumberRule> rules) : kind_(kind) {
  for (const NumberRule& rule : rules) {
    RulesBySize& table = letter_first(rule.shape) ? with_letter_first_ : with_digit_first_;
    for (const std::size_t size : first_sizes(rule.shape)) {
      if (size <= kLongestWord) table[size].push_back(&rule);
    }
  }
}

void NumberBook::find(const MarkedText& marked, Hits* hits) const {
  const std::string_view text = marked.text;
  for (const Word& word : marked.numbers) {
    if (word.size() > kLongestWord || (word.classes & kHigh) != 0) continue;
    find_at(marked, word.begin, word.size(), !is_digit(text[word.begin]), hits);
    // "AB 12 34 56 C": the letters of the first group are a word without digits.
    std::size_t letters = 0;
    while (letters < 4 && word.begin >= letters + 2 && is_upper(text[word.begin - 2 - letters])) {
      ++letters;
    }
    if (letters == 0 || letters == 4 || !in_shape_class('_', text[word.begin - 1])) continue;
    find_at(marked, word.begin - 1 - letters, letters, true, hits);
  }
}

void NumberBook::find_at(const MarkedText& marked, std::size_t begin, std::size_t first_size,
                         bool letters, Hits* hits) const {
  const std::string_view text = marked.text;
  const auto& rules = (letters ? with_letter_first_ : with_digit_first_)[first_size];
  if (rules.empty() || !begins_apart(text, begin)) return;
  for (const NumberRule* rule : rules) {
    if (rule->near != 0 && !marked.may_say(rule->near)) continue;
    const std::size_t size = match_shape(rule->shape, text.substr(begin, 48));
    if (size == kNoMatch || !ends_apart(text, begin + size)) continue;
    if (rule->check != nullptr && !rule->check(without_separators(text.substr(begin, size))))
      continue;
    if (marked.may_say(rule->near | rule->not_near)) {
      const Topics topics = topics_near(text, begin, begin + size);
      if (rule->near != 0 && (topics & rule->near) == 0) continue;
      if ((topics & rule->not_near) != 0) continue;
    }
    hits->push_back({{kind_, rule->rule, begin, begin + size},
                     rule->checksum && rule->check != nullptr ? Rank::kChecked : Rank::kShaped});
  }
}

}  // namespace weir::privacy
