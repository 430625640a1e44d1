#include "local_backend/grammar/number_language.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>
#include <vector>

namespace weir::grammar {
namespace {

constexpr int kMostPlaces = 1000;

bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

std::string_view take_digits(std::string_view* text) {
  const auto end = std::find_if_not(text->begin(), text->end(), is_digit);
  const std::string_view digits = text->substr(0, static_cast<std::size_t>(end - text->begin()));
  text->remove_prefix(digits.size());
  return digits;
}

bool take_sign(std::string_view* text, char sign) {
  if (text->empty() || text->front() != sign) return false;
  text->remove_prefix(1);
  return true;
}

// Digits before the point, and behind it.
std::pair<std::string, std::string> split_at_point(const Decimal& value) {
  const auto places = static_cast<std::size_t>(std::max(value.exponent, 0));
  std::string whole = value.digits.substr(0, places);
  if (value.digits.size() < places) whole.append(places - value.digits.size(), '0');
  std::string fraction = value.digits.size() > places ? value.digits.substr(places) : "";
  if (value.exponent < 0) fraction.insert(0, static_cast<std::size_t>(-value.exponent), '0');
  return {whole.empty() ? "0" : whole, fraction};
}

// Beyond 1e308 a double overflows.
constexpr std::uint32_t kMostExponentDigits = 2;

}  // namespace

std::optional<Decimal> Decimal::read(std::string_view text) {
  Decimal value;
  value.negative = take_sign(&text, '-');
  const std::string_view whole = take_digits(&text);
  if (whole.empty()) return std::nullopt;
  value.digits = whole;
  if (take_sign(&text, '.')) value.digits += take_digits(&text);
  int exponent = 0;
  if (take_sign(&text, 'e') || take_sign(&text, 'E')) {
    take_sign(&text, '+');
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (!text.empty() || value.digits.size() > kMostPlaces || std::abs(exponent) > kMostPlaces) {
    return std::nullopt;
  }
  value.exponent = static_cast<int>(whole.size()) + exponent;
  const std::size_t zeros = std::min(value.digits.find_first_not_of('0'), value.digits.size());
  value.digits.erase(0, zeros);
  value.exponent -= static_cast<int>(zeros);
  value.digits.erase(value.digits.find_last_not_of('0') + 1);
  if (value.digits.empty()) value.exponent = 0;
  return value;
}

NumberLanguages::NumberLanguages(Languages& languages, std::uint32_t most_digits)
    : languages_(languages),
      limited_(most_digits != Languages::kNoLimit),
      most_whole_(most_digits),
      most_fraction_(most_digits),
      digit_(languages.one_of({{'0', '9'}})),
      digits_(languages.repeated(digit_, 0)),
      fraction_(fraction(Languages::kNoLimit)),
      zero_fraction_(languages.optional(languages.sequence(
          languages.character('.'), languages.repeated(languages.character('0'), 1)))),
      magnitude_(languages.sequence(whole(Languages::kNoLimit), fraction_)) {
  limit();
}

LanguageId NumberLanguages::whole(std::uint32_t most_digits) {
  return languages_.either(
      {languages_.character('0'),
       languages_.sequence(digits_from('1', '9'), languages_.repeated(digit_, 0, most_digits))});
}

LanguageId NumberLanguages::fraction(std::uint32_t most_digits) {
  return languages_.optional(languages_.sequence(
      {languages_.character('.'), digit_, languages_.repeated(digit_, 0, most_digits)}));
}

void NumberLanguages::limit() {
  const LanguageId whole_part = whole(most_whole_);
  plain_ = signed_any(languages_.sequence(whole_part, fraction(most_fraction_)));
  whole_integers_ = signed_any(whole_part);
  integers_ =
      languages_.both({plain_, signed_any(languages_.sequence(whole_part, zero_fraction_))});
  const LanguageId exponent = languages_.sequence(
      {languages_.one_of({{'E', 'E'}, {'e', 'e'}}),
       languages_.optional(languages_.one_of({{'+', '+'}, {'-', '-'}})),
       languages_.repeated(digit_, 1, limited_ ? kMostExponentDigits : Languages::kNoLimit)});
  std::vector<LanguageId> options = spelled_;
  options.push_back(languages_.sequence(plain_, languages_.optional(exponent)));
  any_ = languages_.either(std::move(options));
}

// For numbers on either side of this one.
void NumberLanguages::make_room(const Decimal& value) {
  if (!limited_) return;
  const auto [whole_digits, fraction_digits] = split_at_point(value);
  most_whole_ = std::max(most_whole_, static_cast<std::uint32_t>(whole_digits.size()));
  most_fraction_ = std::max(most_fraction_, static_cast<std::uint32_t>(fraction_digits.size()));
  limit();
}

LanguageId NumberLanguages::spelled(std::string_view text, const Decimal& value) {
  if (Decimal::read(text) != value) return Languages::kNothing;
  const std::size_t plus = std::min(text.find('+'), text.size());
  LanguageId language = languages_.text(text.substr(0, plus));
  if (plus < text.size()) {
    language = languages_.sequence({language, languages_.optional(languages_.character('+')),
                                    languages_.text(text.substr(plus + 1))});
  }
  if (limited_) spelled_.push_back(language);
  limit();
  return language;
}

LanguageId NumberLanguages::shortest(std::string_view text, const Decimal& value) {
  const auto [whole, fraction] = split_at_point(value);
  const std::string digits = fraction.empty() ? whole : whole + '.' + fraction;
  const bool negative = value.negative && !value.digits.empty();
  const LanguageId plain = languages_.text(std::string_view(negative ? '-' + digits : digits));
  if (text.find_first_of("eE") == text.npos) return plain;
  return languages_.either({plain, spelled(text, value)});
}

LanguageId NumberLanguages::signed_any(LanguageId magnitude) {
  return languages_.sequence(languages_.optional(languages_.character('-')), magnitude);
}

LanguageId NumberLanguages::with_minus(LanguageId magnitude) {
  return languages_.sequence(languages_.character('-'), magnitude);
}

LanguageId NumberLanguages::zeros() {
  return languages_.sequence(
      {languages_.optional(languages_.character('-')), languages_.character('0'), zero_fraction_});
}

LanguageId NumberLanguages::magnitude_equal(const Decimal& value) {
  const auto [whole, fraction] = split_at_point(value);
  const LanguageId head = languages_.text(std::string_view(whole));
  if (fraction.empty()) return languages_.sequence(head, zero_fraction_);
  return languages_.sequence(
      {head, languages_.text("." + fraction), languages_.repeated(languages_.character('0'), 0)});
}

// kNothing if there is none.
LanguageId NumberLanguages::digits_from(char first, char last) {
  if (first > last) return Languages::kNothing;
  return languages_.one_of({{static_cast<char32_t>(first), static_cast<char32_t>(last)}});
}

LanguageId NumberLanguages::first_digit(char digit, LanguageId behind) {
  return languages_.sequence(digits_from(digit, digit), behind);
}

// More digits before the point, or as many that are higher, or the same and a higher fraction.
// From the last digit to the first, so that each takes a state or two.
LanguageId NumberLanguages::magnitude_above(const Decimal& value) {
  const auto [whole, fraction] = split_at_point(value);
  const LanguageId some = digits_from('1', '9');
  LanguageId rest = languages_.sequence({digits_, some, digits_});
  for (auto digit = fraction.rbegin(); digit != fraction.rend(); ++digit) {
    const LanguageId higher = digits_from(static_cast<char>(*digit + 1), '9');
    rest = languages_.either({languages_.sequence(higher, digits_), first_digit(*digit, rest)});
  }
  rest = languages_.sequence(languages_.character('.'), rest);
  std::uint32_t behind = 0;
  for (auto digit = whole.rbegin(); digit != whole.rend(); ++digit, ++behind) {
    const LanguageId higher =
        languages_.sequence({digits_from(static_cast<char>(*digit + 1), '9'),
                             languages_.repeated(digit_, behind, behind), fraction_});
    rest = languages_.either({higher, first_digit(*digit, rest)});
  }
  return languages_.either(
      {languages_.sequence({some, languages_.repeated(digit_, behind), fraction_}), rest});
}

// The same the other way round. The digits of a fraction may end early, and that is lower.
LanguageId NumberLanguages::magnitude_below(const Decimal& value) {
  const auto [whole, fraction] = split_at_point(value);
  LanguageId rest = Languages::kNothing;
  for (std::size_t i = fraction.size(); i-- > 0;) {
    const LanguageId lower = digits_from('0', static_cast<char>(fraction[i] - 1));
    rest = languages_.either({i > 0 ? Languages::kEmpty : Languages::kNothing,
                              languages_.sequence(lower, digits_), first_digit(fraction[i], rest)});
  }
  rest = languages_.sequence(languages_.character('.'), rest);
  if (!fraction.empty()) rest = languages_.optional(rest);
  const auto size = static_cast<std::uint32_t>(whole.size());
  for (std::uint32_t i = size; i-- > 0;) {
    const char lowest = i == 0 && size > 1 ? '1' : '0';
    const LanguageId lower =
        languages_.sequence({digits_from(lowest, static_cast<char>(whole[i] - 1)),
                             languages_.repeated(digit_, size - i - 1, size - i - 1), fraction_});
    rest = languages_.either({lower, first_digit(whole[i], rest)});
  }
  if (size == 1) return rest;
  return languages_.either({languages_.sequence(this->whole(size - 2), fraction_), rest});
}

LanguageId NumberLanguages::equal(const Decimal& value) {
  make_room(value);
  if (value.digits.empty()) return zeros();
  const LanguageId magnitude = magnitude_equal(value);
  return value.negative ? with_minus(magnitude) : magnitude;
}

LanguageId NumberLanguages::above(const Decimal& value, bool or_equal) {
  make_room(value);
  std::vector<LanguageId> options;
  if (or_equal) options.push_back(equal(value));
  if (value.negative && !value.digits.empty()) {
    options.push_back(magnitude_);
    options.push_back(with_minus(magnitude_below(value)));
  } else {
    options.push_back(magnitude_above(value));
  }
  return languages_.either(std::move(options));
}

LanguageId NumberLanguages::below(const Decimal& value, bool or_equal) {
  make_room(value);
  std::vector<LanguageId> options;
  if (or_equal) options.push_back(equal(value));
  if (value.negative || value.digits.empty()) {
    options.push_back(with_minus(magnitude_above(value)));
  } else {
    options.push_back(with_minus(magnitude_));
    options.push_back(magnitude_below(value));
  }
  return languages_.either(std::move(options));
}

std::optional<LanguageId> NumberLanguages::multiples(const Decimal& divisor) {
  if (divisor.digits.empty() || divisor.negative) return std::nullopt;
  const int places = static_cast<int>(divisor.digits.size()) - divisor.exponent;
  const std::string digits =
      divisor.digits + std::string(static_cast<std::size_t>(std::max(-places, 0)), '0');
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || number > kMostDivisor || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  const LanguageId multiple =
      languages_.multiples(number, static_cast<std::uint32_t>(std::max(places, 0)));
  return signed_any(languages_.both({magnitude_, multiple}));
}

}  // namespace weir::grammar
