// Payment cards: ISO/IEC 7812 ranges, lengths and the Luhn digit.
#include <algorithm>
#include <array>
#include <string>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/topics.h"

namespace weir::privacy {
namespace {

struct Range {
  int first;  // of the first four digits
  int last;
  std::size_t shortest;
  std::size_t longest;
  // One random number in ten passes Luhn: ranges and lengths that few cards have count
  // only beside a word such as "card".
  bool rare;
};

constexpr Range kRanges[] = {
    {3400, 3499, 15, 15, false},                               // American Express
    {3700, 3799, 15, 15, false}, {4000, 4999, 16, 16, false},  // Visa
    {5100, 5599, 16, 16, false},                               // Mastercard
    {2221, 2720, 16, 16, false}, {6011, 6011, 16, 19, false},  // Discover
    {6440, 6599, 16, 19, false}, {3528, 3589, 16, 19, false},  // JCB
    {3000, 3059, 14, 19, false},                               // Diners Club
    {3095, 3095, 14, 19, false}, {3600, 3699, 14, 19, false},
    {3800, 3999, 14, 19, false}, {6200, 6299, 16, 19, false},  // UnionPay
    {2200, 2204, 16, 19, false},                               // Mir
    {9792, 9792, 16, 16, false},                               // Troy
    {5000, 5099, 16, 16, false},                               // Maestro, Verve, Elo, Dankort
    {5600, 5899, 16, 16, false}, {6304, 6304, 16, 16, false},
    {6759, 6763, 16, 16, false}, {4000, 4999, 13, 13, true},  // Visa of old
    {4000, 4999, 19, 19, true},  {1800, 1800, 15, 15, true},  // JCB of old
    {2131, 2131, 15, 15, true},  {5000, 5099, 12, 19, true},  // Maestro
    {5600, 6999, 12, 19, true},  {8100, 8299, 16, 16, true},  // RuPay
};

constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 19;

bool is_card_number(std::string_view digits, bool named) {
  const int head = remainder(digits.substr(0, 4), 10'000);
  const bool known = std::any_of(std::begin(kRanges), std::end(kRanges), [&](const Range& range) {
    return head >= range.first && head <= range.last && digits.size() >= range.shortest &&
           digits.size() <= range.longest && (named || !range.rare);
  });
  return known && luhn(digits) && digits.find_first_not_of(digits[0]) != std::string_view::npos;
}

// 4-4-4-4 and on, 4-6-5 and 4-6-4: how cards print their groups.
bool is_printed_so(const std::vector<std::size_t>& sizes) {
  if (sizes.size() == 3) return sizes[0] == 4 && sizes[1] == 6 && (sizes[2] == 5 || sizes[2] == 4);
  return (sizes.size() == 4 || sizes.size() == 5) &&
         std::all_of(sizes.begin(), sizes.end() - 1, [](std::size_t n) { return n == 4; }) &&
         sizes.back() <= 4;
}

struct Groups {
  std::string digits;
  std::vector<std::size_t> sizes;
  std::size_t end = 0;
};

class CardDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    for (std::size_t i = 0; i < marked.numbers.size(); ++i) {
      const Word& word = marked.numbers[i];
      if (word.classes != kDigit || !begins_apart(marked.text, word.begin)) continue;
      if (word.size() >= kShortest && word.size() <= kLongest) {
        const Groups alone{std::string(marked.text.substr(word.begin, word.size())), {}, word.end};
        check(marked.text, word.begin, alone, hits);
      } else if (word.size() == 4) {
        i += grouped(marked, i, hits);
      }
    }
  }

 private:
  // Returns how many more words the card has.
  static std::size_t grouped(const MarkedText& marked, std::size_t first, Hits* hits) {
    const std::string_view text = marked.text;
    const char separator = at(text, marked.numbers[first].end);
    if (separator != ' ' && separator != '-') return 0;
    Groups groups;
    for (std::size_t i = first; i < marked.numbers.size() && groups.sizes.size() < 6; ++i) {
      const Word& word = marked.numbers[i];
      const bool follows =
          i == first || (word.begin == groups.end + 1 && text[groups.end] == separator);
      if (!follows || word.classes != kDigit) break;
      groups.digits += text.substr(word.begin, word.size());
      groups.sizes.push_back(word.size());
      groups.end = word.end;
    }
    // "4111 1111 1111 1111 12": a month, say, behind a number of sixteen.
    for (std::size_t count = groups.sizes.size(); count >= 3; --count) {
      if (is_printed_so(groups.sizes) && check(text, marked.numbers[first].begin, groups, hits)) {
        return count - 1;
      }
      const std::size_t last = groups.sizes.back();
      const std::size_t cut = groups.end - last - 1;
      if (last == 4 || groups.sizes.size() < 5) break;  // a longer number
      groups.digits.resize(groups.digits.size() - last);
      groups.sizes.pop_back();
      groups.end = cut;
    }
    return 0;
  }

  static bool check(std::string_view text, std::size_t begin, const Groups& groups, Hits* hits) {
    const std::string_view digits = groups.digits;
    if (digits.size() < kShortest || digits.size() > kLongest || !ends_apart(text, groups.end)) {
      return false;
    }
    if (!is_card_number(digits, true)) return false;
    const Topics topics = topics_near(text, begin, groups.end);
    const bool named = (topics & topic(Topic::kCard)) != 0;
    if (!is_card_number(digits, named)) return false;
    // Numbers of orders and parcels may have any digits.
    if (!named && (topics & topic(Topic::kOrder)) != 0) return false;
    hits->push_back({{FindingKind::kCard, "card", begin, groups.end}, Rank::kChecked});
    return true;
  }
};

}  // namespace

std::unique_ptr<Detector> card_detector() { return std::make_unique<CardDetector>(); }

}  // namespace weir::privacy
