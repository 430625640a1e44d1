// Telephone numbers: international ones, forms that only the telephones of a country have, and
// beside words such as "call" any groups of digits that are no date.
#include <algorithm>
#include <array>
#include <string>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/topics.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kMostGroups = 8;
constexpr std::size_t kFewestPhoneDigits = 7;
constexpr std::size_t kMostPhoneDigits = 15;  // ITU-T E.164

// Groups of digits with what stands between them: "(0)8 928 571 38".
struct Number {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool plus = false;
  bool parens = false;    // around the first group, or the second behind a country code
  bool even = true;       // one separator between all groups
  char separator = '\0';  // the first
  std::string digits;
  std::array<std::size_t, kMostGroups> sizes{};
  std::size_t groups = 0;

  std::size_t size(std::size_t i) const { return i < groups ? sizes[i] : 0; }
  bool grouped_as(std::initializer_list<std::size_t> wanted) const {
    return std::equal(sizes.begin(), sizes.begin() + groups, wanted.begin(), wanted.end());
  }
};

// Country codes of ITU-T E.164: one digit, or two, else three.
std::size_t country_code_size(std::string_view digits) {
  if (digits.empty() || digits[0] == '0') return 0;
  if (digits[0] == '1' || digits[0] == '7') return 1;
  constexpr std::string_view kTwo =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 "
      "64 65 "
      "66 81 82 84 86 90 91 92 93 94 95 98";
  const std::size_t found = kTwo.find(digits.substr(0, 2));
  if (digits.size() > 2 && found != std::string_view::npos && found % 3 == 0) return 2;
  return digits.size() > 3 ? 3 : 0;
}

bool is_international(const Number& number) {
  std::string_view digits = number.digits;
  if (number.plus) {
    if (digits.starts_with("00")) return false;
  } else if (digits.starts_with("00") &&
             (number.size(0) == 4 || number.size(0) == 5 || number.size(0) == 2)) {
    digits.remove_prefix(2);
    if (number.groups < 2) return false;
  } else {
    return false;
  }
  const std::size_t code = country_code_size(digits);
  return code != 0 && digits.size() >= 8 && digits.size() <= kMostPhoneDigits;
}

// North America: no area or exchange begins with 0 or 1. Blanks alone are what other numbers
// have, too.
bool is_north_american(const Number& number, bool named) {
  const bool country = number.size(0) == 1 && number.digits[0] == '1';
  const std::string_view digits = std::string_view(number.digits).substr(country ? 1 : 0);
  const bool groups = country ? number.grouped_as({1, 3, 3, 4}) : number.grouped_as({3, 3, 4});
  const bool halves = number.parens && number.grouped_as({3, 7});
  if ((!groups && !halves) || digits.size() != 10) return false;
  const bool printed = number.parens || number.separator == '-' || number.separator == '.';
  if (named) return printed || digits[0] > '1';
  return printed && (number.even || number.parens) && digits[0] > '1' && digits[3] > '1';
}

// Forms with the 0 of a trunk call that are one country's and hardly anything else's.
bool is_national(const Number& number) {
  const std::string_view digits = number.digits;
  if (digits[0] != '0' || digits[1] == '0' || !number.even) return false;
  const bool french = number.grouped_as({2, 2, 2, 2, 2}) && digits[1] != '0';
  const bool british = number.grouped_as({5, 6}) || number.grouped_as({5, 3, 3}) ||
                       number.grouped_as({4, 3, 4}) || number.grouped_as({3, 4, 4});
  const bool belgian = number.grouped_as({4, 2, 2, 2}) || number.grouped_as({3, 3, 2, 2}) ||
                       number.grouped_as({2, 3, 2, 2});
  const bool swiss = number.grouped_as({3, 3, 2, 2}) || number.grouped_as({4, 3, 2, 2});
  const bool german = number.separator == '/' && number.groups == 2 && number.size(0) >= 3 &&
                      number.size(0) <= 5 && number.size(1) >= 5;
  const bool australian = number.grouped_as({4, 3, 3}) || number.grouped_as({2, 4, 4});
  return french || british || belgian || swiss || german || australian;
}

// "(02) 9472 7916", "(0494) 928232", "(055) 123 45 67"
bool is_in_parens(const Number& number) {
  return number.parens && number.digits.size() >= 8 && number.digits.size() <= 12 &&
         number.size(0) >= 2 && number.size(0) <= 5;
}

bool looks_like_date(const Number& number) {
  const auto value = [&](std::size_t group) {
    std::size_t first = 0;
    for (std::size_t i = 0; i < group; ++i) first += number.sizes[i];
    return remainder(std::string_view(number.digits).substr(first, number.sizes[group]), 10'000);
  };
  if (number.groups != 3 || number.separator == ' ') return false;
  if (number.size(0) == 4 && number.size(1) <= 2 && number.size(2) <= 2) {
    return value(1) <= 12 && value(2) <= 31;
  }
  return number.size(0) <= 2 && number.size(1) <= 2 && number.size(2) == 4 && value(0) <= 31 &&
         value(1) <= 31;
}

// Whatever a person might write: no group of one digit but behind "+" or "1-", no years alone.
bool is_plausible(const Number& number) {
  const std::size_t count = number.digits.size();
  if (count < kFewestPhoneDigits || count > kMostPhoneDigits || looks_like_date(number))
    return false;
  const bool single = std::any_of(number.sizes.begin() + 1, number.sizes.begin() + number.groups,
                                  [](std::size_t size) { return size < 2; });
  if (single && !number.parens) return false;
  if (number.digits.find_first_not_of(number.digits[0]) == std::string::npos) return false;
  return number.groups > 1 || count <= 12;
}

// The bytes of what may stand between two groups: " ", "-", ".", "/", ") ", " (", " - ", ")-".
std::size_t gap_size(std::string_view text, std::size_t from, std::size_t to) {
  const std::string_view gap = text.substr(from, to - from);
  if (gap.size() == 1)
    return std::string_view(" -./)(").find(gap[0]) != std::string_view::npos ? 1 : 0;
  for (const std::string_view allowed : {" (", ") ", ")-", " - ", "-(", ") (", ")/", ". "}) {
    if (gap == allowed && gap != ". ") return gap.size();
  }
  // No-break space and its narrow kin.
  return gap == "\xC2\xA0" || gap == "\xE2\x80\xAF" || gap == "\xE2\x80\x91" ? gap.size() : 0;
}

// "x4587", " ext. 12", " ext 12": the bytes behind `end` that name an extension.
std::size_t extension_size(std::string_view text, std::size_t end) {
  std::size_t i = end;
  if (at(text, i) == ',') ++i;
  while (at(text, i) == ' ' && i < end + 2) ++i;
  std::size_t length = 0;
  for (const std::string_view name : {"extension", "ext.", "ext", "x"}) {
    if (stands_at(text, i, name)) {
      length = name.size();
      break;
    }
  }
  if (length == 0) return 0;
  i += length;
  while (at(text, i) == ' ' && i < end + 14) ++i;
  const std::size_t digits = i;
  while (is_digit(at(text, i)) && i - digits < 7) ++i;
  const bool whole = i > digits && i - digits <= 6 && !is_word(at(text, i));
  return whole ? i - end : 0;
}

// The digits that a word begins with, where the rest is an extension: "3560x4587".
std::size_t digits_of_word(std::string_view text, const Word& word) {
  if (word.classes == kDigit) return word.size();
  std::size_t digits = 0;
  while (digits < word.size() && is_digit(text[word.begin + digits])) ++digits;
  return digits > 0 && extension_size(text, word.begin + digits) != 0 ? digits : 0;
}

constexpr Topics kTopics = topic(Topic::kPhone) | topic(Topic::kOrder) | topic(Topic::kVersion);

class PhoneDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    for (std::size_t i = 0; i < marked.numbers.size();) i += find_at(marked, i, hits);
  }

 private:
  // Returns how many words to go on by.
  static std::size_t find_at(const MarkedText& marked, std::size_t first, Hits* hits) {
    const std::string_view text = marked.text;
    std::size_t begin = marked.numbers[first].begin;
    if (!is_digit(text[begin])) return 1;
    const bool opened = before(text, begin) == '(';
    if (opened) --begin;
    bool plus = before(text, begin) == '+';
    if (plus) --begin;
    const bool code_in_parens =
        plus && before(text, begin) == '(' && at(text, marked.numbers[first].end) == ')';
    if (code_in_parens) --begin;
    if (!plus && opened && before(text, begin) == ' ' && before(text, begin - 1) == '+') return 1;
    if (!begins_apart(text, begin)) return 1;
    Number number = read(marked, first, begin, plus, opened);
    const Topics topics = number.digits.size() >= kFewestPhoneDigits && marked.may_say(kTopics)
                              ? topics_near(text, begin, number.end)
                              : Topics{0};
    while (number.digits.size() >= kFewestPhoneDigits) {
      if (is_phone(text, number, topics)) {
        const std::size_t end = number.end + extension_size(text, number.end);
        hits->push_back({{FindingKind::kPhone, "phone", begin, end}, Rank::kShaped});
        return number.groups;
      }
      drop_last(marked, first, &number);
    }
    return 1;
  }

  static Number read(const MarkedText& marked, std::size_t first, std::size_t begin, bool plus,
                     bool opened) {
    Number number;
    number.begin = begin;
    number.plus = plus;
    number.parens = opened;
    for (std::size_t i = first; i < marked.numbers.size() && number.groups < kMostGroups; ++i) {
      const Word& word = marked.numbers[i];
      const std::size_t digits = digits_of_word(marked.text, word);
      if (digits == 0 || number.digits.size() + digits > kMostPhoneDigits) break;
      if (i > first) {
        const std::size_t gap = gap_size(marked.text, number.end, word.begin);
        if (gap == 0) break;
        const char separator = marked.text[number.end];
        const bool paren =
            marked.text.substr(number.end, gap).find_first_of("()") != std::string_view::npos;
        if (paren) number.parens = true;
        if (!paren && number.separator == '\0') number.separator = separator;
        if (!paren && separator != number.separator) number.even = false;
      }
      number.digits += marked.text.substr(word.begin, digits);
      number.sizes[number.groups++] = digits;
      number.end = word.begin + digits;
      if (digits != word.size()) break;
    }
    return number;
  }

  static void drop_last(const MarkedText& marked, std::size_t first, Number* number) {
    number->digits.resize(number->digits.size() - number->sizes[--number->groups]);
    if (number->groups == 0) return;
    number->end = marked.numbers[first + number->groups - 1].end;
    if (number->groups == 1) number->separator = '\0';
  }

  static bool is_phone(std::string_view text, const Number& number, Topics topics) {
    const bool extended = extension_size(text, number.end) != 0;
    if (number.digits.size() < kFewestPhoneDigits || (!extended && !ends_apart(text, number.end)))
      return false;
    // An opened bracket that is not closed is no part of a number.
    const std::string_view whole = text.substr(number.begin, number.end - number.begin);
    if (std::count(whole.begin(), whole.end(), '(') !=
        std::count(whole.begin(), whole.end(), ')')) {
      return false;
    }
    if (is_international(number)) return true;
    const bool named = (topics & topic(Topic::kPhone)) != 0;
    if (is_north_american(number, named)) return true;
    const Topics others = topic(Topic::kOrder) | topic(Topic::kVersion);
    if (!named && (topics & others) != 0) return false;
    if (is_national(number) || is_in_parens(number)) return true;
    return named && is_plausible(number);
  }
};

}  // namespace

std::unique_ptr<Detector> phone_detector() { return std::make_unique<PhoneDetector>(); }

}  // namespace weir::privacy
