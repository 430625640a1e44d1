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
};

// One random number in ten passes Luhn, so without a word beside it a number counts only in the
// ranges and lengths that most cards have: American Express, Visa, Mastercard, Discover, JCB,
// Diners Club, UnionPay, Mir, Troy, Maestro and what shares its ranges. Beside "card" any number
// that passes is one: old and regional ranges are many.
constexpr Range kRanges[] = {
    {3400, 3499, 15, 15}, {3700, 3799, 15, 15}, {4000, 4999, 16, 16}, {5100, 5599, 16, 16},
    {2221, 2720, 16, 16}, {6011, 6011, 16, 19}, {6440, 6599, 16, 19}, {3528, 3589, 16, 19},
    {3000, 3059, 14, 19}, {3095, 3095, 14, 19}, {3600, 3699, 14, 19}, {3800, 3999, 14, 19},
    {6200, 6299, 16, 19}, {2200, 2204, 16, 19}, {9792, 9792, 16, 16}, {5000, 5099, 16, 16},
    {5600, 5899, 16, 16}, {6304, 6304, 16, 16}, {6759, 6763, 16, 16},
};

constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 19;

bool is_card_number(std::string_view digits) {
  return luhn(digits) && digits.find_first_not_of(digits[0]) != std::string_view::npos;
}

bool is_usual(std::string_view digits) {
  const int head = remainder(digits.substr(0, 4), 10'000);
  return std::any_of(std::begin(kRanges), std::end(kRanges), [&](const Range& range) {
    return head >= range.first && head <= range.last && digits.size() >= range.shortest &&
           digits.size() <= range.longest;
  });
}

// 4-4-4-4 and on, 4-6-5 and 4-6-4: how cards print their groups.
bool is_printed_so(const std::vector<std::size_t>& sizes) {
  if (sizes.size() == 3) return sizes[0] == 4 && sizes[1] == 6 && (sizes[2] == 5 || sizes[2] == 4);
  return (sizes.size() == 4 || sizes.size() == 5) &&
         std::all_of(sizes.begin(), sizes.end() - 1, [](std::size_t n) { return n == 4; }) &&
         sizes.back() <= 4;
}

// "4111111111111111.0": as programs write numbers.
bool ends_as_decimal(std::string_view text, std::size_t end) {
  if (at(text, end) != '.' || at(text, end + 1) != '0') return false;
  const std::size_t behind = std::min(text.find_first_not_of('0', end + 1), text.size());
  return ends_apart(text, behind);
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
    if (std::string_view(" -./").find(separator) == std::string_view::npos) return 0;
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
    if (digits.size() < kShortest || digits.size() > kLongest) return false;
    const bool decimal = groups.sizes.empty() && ends_as_decimal(text, groups.end);
    if (!decimal && !ends_apart(text, groups.end)) return false;
    if (!is_card_number(digits)) return false;
    const Topics topics = topics_near(text, begin, groups.end);
    const bool named = (topics & topic(Topic::kCard)) != 0;
    if (!named && !is_usual(digits)) return false;
    // Numbers of orders and parcels may have any digits.
    if (!named && (topics & topic(Topic::kOrder)) != 0) return false;
    hits->push_back({{FindingKind::kCard, "card", begin, groups.end}, Rank::kChecked});
    return true;
  }
};

}  // namespace

std::unique_ptr<Detector> card_detector() { return std::make_unique<CardDetector>(); }

}  // namespace weir::privacy
