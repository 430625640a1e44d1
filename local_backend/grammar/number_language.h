// JSON's numbers, and those of them that a schema allows, as languages of their texts.
//
// What compares a number takes it without an exponent: with one, the texts of numbers below a
// bound are no regular language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/grammar/languages.h"

namespace weir::grammar {

// A number as its sign, digits and where the point is among them: exactly what a text says.
struct Decimal {
  bool negative = false;
  std::string digits;  // without zeros at either end; empty: 0
  int exponent = 0;    // the value is 0.DIGITS * 10^exponent

  // Of a JSON number. nullopt if it is none, or has more than a thousand places.
  static std::optional<Decimal> read(std::string_view text);
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

class NumberLanguages {
 public:
  // `most_digits`: before the point and behind it, of numbers that only have to be numbers; if
  // there is a limit, an exponent has two. It gives way to the numbers that were asked about.
  NumberLanguages(Languages& languages, std::uint32_t most_digits);

  // Of those that follow, what they are may grow until all else was asked.
  LanguageId any() const { return any_; }                        // with an exponent or without
  LanguageId plain() const { return plain_; }                    // without
  LanguageId integers() const { return integers_; }              // 1.0 is one
  LanguageId whole_integers() const { return whole_integers_; }  // 1.0 is none

  // Whether there is a limit: a model writes the numbers then.
  bool are_written() const { return limited_; }

  // These have no limit of digits, and few states: as many as the number has places, or so.
  LanguageId equal(const Decimal& value);
  LanguageId above(const Decimal& value, bool or_equal);
  LanguageId below(const Decimal& value, bool or_equal);
  // This text, with the '+' of its exponent or without, which is then any() too, whatever the
  // limit. kNothing if it does not say the value.
  LanguageId spelled(std::string_view text, const Decimal& value);
  // As few digits as say the value, and `text` if it has an exponent.
  LanguageId shortest(std::string_view text, const Decimal& value);
  static constexpr std::uint32_t kMostDivisor = 10'000;  // without its point
  // nullopt if the divisor is not above 0, or has too many digits.
  std::optional<LanguageId> multiples(const Decimal& divisor);

 private:
  void limit();
  void make_room(const Decimal& value);
  LanguageId zeros();
  LanguageId whole(std::uint32_t most_digits);
  LanguageId fraction(std::uint32_t most_digits);
  LanguageId magnitude_equal(const Decimal& value);
  LanguageId magnitude_above(const Decimal& value);
  LanguageId magnitude_below(const Decimal& value);
  LanguageId signed_any(LanguageId magnitude);
  LanguageId with_minus(LanguageId magnitude);
  LanguageId digits_from(char first, char last);
  LanguageId first_digit(char digit, LanguageId behind);

  Languages& languages_;
  const bool limited_;
  std::uint32_t most_whole_;
  std::uint32_t most_fraction_;
  std::vector<LanguageId> spelled_;
  const LanguageId digit_;
  const LanguageId digits_;         // any number of them
  const LanguageId fraction_;       // a point and digits, or nothing
  const LanguageId zero_fraction_;  // the same of zeros
  const LanguageId magnitude_;      // a plain number without a sign
  LanguageId plain_ = Languages::kNothing;
  LanguageId any_ = Languages::kNothing;
  LanguageId integers_ = Languages::kNothing;
  LanguageId whole_integers_ = Languages::kNothing;
};

}  // namespace weir::grammar
