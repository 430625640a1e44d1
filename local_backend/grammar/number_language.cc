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
std::uint32_t most_exponent_digits(std::uint32_t most_digits) {
  return most_digits == Languages::kNoLimit ? Languages::kNoLimit : 2;
}

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
      digit_(languages.one_of({{'0', '9'}})),
      digits_(languages.repeated(digit_, 0, most_digits)),
      fraction_(
          languages.optional(languages.sequence({languages.character('.'), digit_, digits_}))),
      zero_fraction_(languages.optional(languages.sequence(
          languages.character('.'), languages.repeated(languages.character('0'), 1)))),
      magnitude_(languages.sequence(
          languages.either({languages.character('0'),
                            languages.sequence(languages.one_of({{'1', '9'}}), digits_)}),
          fraction_)),
      plain_(languages.sequence(languages.optional(languages.character('-')), magnitude_)),
      any_(languages.sequence(
          plain_, languages.optional(languages.sequence(
                      {languages.one_of({{'E', 'E'}, {'e', 'e'}}),
                       languages.optional(languages.one_of({{'+', '+'}, {'-', '-'}})),
                       languages.repeated(digit_, 1, most_exponent_digits(most_digits))})))),
      integers_(languages.sequence(
          {languages.optional(languages.character('-')),
           languages.either({languages.character('0'),
                             languages.sequence(languages.one_of({{'1', '9'}}), digits_)}),
           zero_fraction_})) {}

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

// A digit above this one; kNothing above 9.
LanguageId NumberLanguages::above_digits(char digit) {
  if (digit == '9') return Languages::kNothing;
  return languages_.one_of({{static_cast<char32_t>(digit + 1), '9'}});
}

// More digits before the point, or as many that are higher, or the same and a higher fraction.
LanguageId NumberLanguages::magnitude_above(const Decimal& value) {
  const auto [whole, fraction] = split_at_point(value);
  std::vector<LanguageId> options;
  const auto size = static_cast<std::uint32_t>(whole.size());
  options.push_back(languages_.sequence(
      {languages_.one_of({{'1', '9'}}), languages_.repeated(digit_, size), fraction_}));
  for (std::uint32_t i = 0; i < size; ++i) {
    options.push_back(languages_.sequence(
        {languages_.text(std::string_view(whole).substr(0, i)), above_digits(whole[i]),
         languages_.repeated(digit_, size - i - 1, size - i - 1), fraction_}));
  }
  const std::string point = whole + ".";
  for (std::size_t i = 0; i < fraction.size(); ++i) {
    options.push_back(languages_.sequence(
        {languages_.text(point + fraction.substr(0, i)), above_digits(fraction[i]), digits_}));
  }
  options.push_back(languages_.sequence(
      {languages_.text(point + fraction), digits_, languages_.one_of({{'1', '9'}}), digits_}));
  return languages_.either(std::move(options));
}

LanguageId NumberLanguages::equal(const Decimal& value) {
  if (value.digits.empty()) return zeros();
  const LanguageId magnitude = magnitude_equal(value);
  return value.negative ? with_minus(magnitude) : magnitude;
}

// Above a negative number is what is not a minus and a magnitude that reaches it.
LanguageId NumberLanguages::above(const Decimal& value, bool or_equal) {
  const bool negative = value.negative && !value.digits.empty();
  std::vector<LanguageId> reaching{value.digits.empty()
                                       ? languages_.both({magnitude_, languages_.negation(zeros())})
                                       : magnitude_above(value)};
  if (negative) {
    if (!or_equal) reaching.push_back(magnitude_equal(value));
    return languages_.both(
        {plain_, languages_.negation(with_minus(languages_.either(std::move(reaching))))});
  }
  if (or_equal) reaching.push_back(equal(value));
  return languages_.either(std::move(reaching));
}

LanguageId NumberLanguages::below(const Decimal& value, bool or_equal) {
  return languages_.both({plain_, languages_.negation(above(value, !or_equal))});
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
  return languages_.sequence(languages_.optional(languages_.character('-')),
                             languages_.both({magnitude_, multiple}));
}

}  // namespace weir::grammar
