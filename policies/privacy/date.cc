// Dates as people write them, and dates of birth: those beside "born", "DOB" and the like.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/topics.h"

namespace weir::privacy {
namespace {

// Months of English, and those of five other languages that differ from it.
constexpr std::string_view kMonths =
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre enero "
    "febrero "
    "marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio "
    "aprile maggio giugno luglio settembre ottobre dicembre januari februari maart mei augustus";

std::unordered_set<std::string_view> month_words() {
  std::unordered_set<std::string_view> words;
  for (std::string_view left = kMonths; !left.empty();) {
    const std::size_t blank = std::min(left.find(' '), left.size());
    words.insert(left.substr(0, blank));
    left.remove_prefix(std::min(blank + 1, left.size()));
  }
  return words;
}

bool is_month(std::string_view word) {
  static const std::unordered_set<std::string_view> months = month_words();
  std::array<char, 12> lowered{};
  if (word.size() < 3 || word.size() > lowered.size()) return false;
  if (std::string_view("jfmasondeg").find(to_lower(word[0])) == std::string_view::npos)
    return false;
  std::transform(word.begin(), word.end(), lowered.begin(), to_lower);
  return months.contains({lowered.data(), word.size()});
}

int value(std::string_view text, const Word& word) {
  return remainder(text.substr(word.begin, word.size()), 1'000'000);
}

bool is_year(int year) { return year >= 1800 && year <= 2199; }

std::size_t skip_date_gap(std::string_view text, std::size_t i) {
  const std::size_t most = i + 2;
  while (i < most && (at(text, i) == ' ' || at(text, i) == ',' || at(text, i) == '.')) ++i;
  return i;
}

std::size_t word_end(std::string_view text, std::size_t i) {
  const std::size_t most = i + 14;
  while (i < most && is_word(at(text, i)) && !is_digit(text[i])) ++i;
  return i;
}

// The end of a year at `i` (four digits, no more), or `i`.
std::size_t year_end(std::string_view text, std::size_t i) {
  std::size_t end = i;
  while (end < i + 5 && is_digit(at(text, end))) ++end;
  return end == i + 4 && is_year(remainder(text.substr(i, 4), 10'000)) && !is_word(at(text, end))
             ? end
             : i;
}

class DateDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (std::size_t i = 0; i < marked.numbers.size(); ++i) {
      const Word& word = marked.numbers[i];
      if (word.begin < done || word.size() > 4 || !begins_apart(text, word.begin)) continue;
      std::size_t begin = word.begin;
      std::size_t end = numeric_end(marked, i);
      if (end == word.begin) end = spelled_end(text, word, &begin);
      if (end == word.begin) end = year_alone(text, word);
      if (end <= word.begin) continue;
      const bool birth = marked.may_say(topic(Topic::kBirth)) &&
                         (topics_near(text, begin, end) & topic(Topic::kBirth)) != 0;
      hits->push_back({{birth ? FindingKind::kDateOfBirth : FindingKind::kDate,
                        birth ? "date_of_birth" : "date", begin, end},
                       birth ? Rank::kShaped : Rank::kBroad});
      done = end;
    }
  }

 private:
  // 2000-04-16, 2/8/1935, 16.04.2000, and a time of day behind it. The word's begin: none.
  static std::size_t numeric_end(const MarkedText& marked, std::size_t first) {
    const std::string_view text = marked.text;
    const Word& a = marked.numbers[first];
    if (first + 2 >= marked.numbers.size() || a.classes != kDigit) return a.begin;
    const Word& b = marked.numbers[first + 1];
    const Word& c = marked.numbers[first + 2];
    const char separator = at(text, a.end);
    if (std::string_view("-/.").find(separator) == std::string_view::npos || b.begin != a.end + 1 ||
        c.begin != b.end + 1 || text[b.end] != separator || b.classes != kDigit || b.size() > 2) {
      return a.begin;
    }
    const bool time_follows = c.size() >= 4 && at(text, c.begin + 2) == 'T';
    const std::size_t end = time_follows ? c.begin + 2 : c.end;
    if (!time_follows && (c.classes != kDigit || !ends_apart(text, end))) return a.begin;
    const int last = remainder(text.substr(c.begin, end - c.begin), 1'000'000);
    const bool iso = a.size() == 4 && end - c.begin <= 2 && is_year(value(text, a)) &&
                     is_date(value(text, a), value(text, b), last);
    const bool long_year = end - c.begin == 4 && is_year(last);
    const bool short_year = end - c.begin == 2 && separator == '/' && b.size() + a.size() >= 2;
    const bool day_first = a.size() <= 2 && (long_year || short_year) &&
                           (is_date(last, value(text, b), value(text, a)) ||
                            is_date(last, value(text, a), value(text, b)));
    return iso || day_first ? time_end(text, end) : a.begin;
  }

  // " 11:34:35", "T11:34:35Z"
  static std::size_t time_end(std::string_view text, std::size_t end) {
    if (at(text, end) != ' ' && at(text, end) != 'T') return end;
    std::size_t i = end + 1;
    const auto two = [&] { return is_digit(at(text, i)) && is_digit(at(text, i + 1)); };
    if (!two() || at(text, i + 2) != ':') return end;
    i += 3;
    if (!two()) return end;
    i += 2;
    if (at(text, i) == ':' && is_digit(at(text, i + 1)) && is_digit(at(text, i + 2))) i += 3;
    if (at(text, i) == '.') {
      std::size_t fraction = i + 1;
      while (fraction < i + 10 && is_digit(at(text, fraction))) ++fraction;
      if (fraction > i + 1) i = fraction;
    }
    return at(text, i) == 'Z' ? i + 1 : i;
  }

  // "16 April 2000", "16th of April, 2000", "April 16, 2000"
  static std::size_t spelled_end(std::string_view text, const Word& word, std::size_t* begin) {
    std::size_t digits = word.begin;
    while (digits < word.end && is_digit(text[digits])) ++digits;
    const std::string_view rest = text.substr(digits, word.end - digits);
    const bool ordinal =
        rest.empty() || rest == "st" || rest == "nd" || rest == "rd" || rest == "th";
    const int day = remainder(text.substr(word.begin, digits - word.begin), 10'000);
    if (!ordinal || digits == word.begin) return word.begin;
    // A month before.
    std::size_t month = word.begin;
    while (month > 0 && word.begin - month < 2 &&
           (text[month - 1] == ' ' || text[month - 1] == '.'))
      --month;
    std::size_t start = month;
    while (start > 0 && month - start < 13 && word_before(text, start) &&
           !is_digit(text[start - 1]))
      --start;
    const bool behind_month = month > start && is_month(text.substr(start, month - start));
    if (behind_month && digits - word.begin == 4 && is_year(day)) {
      *begin = start;
      return digits;
    }
    if (day < 1 || day > 31) return word.begin;
    if (behind_month) {
      const std::size_t year = skip_date_gap(text, word.end);
      const std::size_t end = year_end(text, year);
      *begin = start;
      return end > year ? end : word.end;
    }
    std::size_t i = skip_date_gap(text, word.end);
    if (stands_at(text, i, "of ")) i += 3;
    if (stands_at(text, i, "de ")) i += 3;
    const std::size_t end = word_end(text, i);
    if (end == i || !is_month(text.substr(i, end - i))) return word.begin;
    std::size_t year = skip_date_gap(text, end);
    if (stands_at(text, year, "de ")) year += 3;
    const std::size_t last = year_end(text, year);
    return last > year ? last : end;
  }

  // "in 1977", "since 2004": a year stands alone only behind such a word.
  static std::size_t year_alone(std::string_view text, const Word& word) {
    if (year_end(text, word.begin) != word.end || before(text, word.begin) != ' ' ||
        !ends_apart(text, word.end)) {
      return word.begin;
    }
    std::size_t begin = word.begin - 1;
    while (begin > 0 && word.begin - begin < 8 && is_alpha(text[begin - 1])) --begin;
    for (const std::string_view word_before :
         {"in", "since", "until", "till", "from", "year", "born"}) {
      if (word_before.size() + begin + 1 == word.begin && stands_at(text, begin, word_before))
        return word.end;
    }
    return word.begin;
  }
};

}  // namespace

std::unique_ptr<Detector> date_detector() { return std::make_unique<DateDetector>(); }

}  // namespace weir::privacy
