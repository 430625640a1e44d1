// Check digits of cards, accounts and identity numbers.
//
// All take text that holds only what the comment names, without blanks or dashes; for other
// text they are false. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weir::privacy {

// `text` without what stands between its letters and digits, letters in upper case.
std::string without_separators(std::string_view text);

bool luhn(std::string_view digits);      // ISO/IEC 7812-1
bool verhoeff(std::string_view digits);  // Aadhaar
// ISO 7064 mod 97-10 after the first four are moved behind: IBAN. Digits and A-Z.
bool mod97_iban(std::string_view code);
// ISO 7064 mod 11-10, the last digit checks: German tax ids.
bool mod11_10(std::string_view digits);
// ISO 7064 mod 11-2, the last may be X: Chinese ids.
bool mod11_2(std::string_view code);

// Sum of digit times weight over as many digits as there are weights.
int weighted_sum(std::string_view digits, std::span<const int> weights);
// The number that `digits` are, modulo `divisor`.
int remainder(std::string_view digits, int divisor);
// The number of the two digits at `i`.
int two_digits(std::string_view digits, std::size_t i);
// Whether `code`, which is not empty, is one byte over and over.
bool all_the_same(std::string_view code);

// Whether a day of the calendar; two-digit years count as leap years if they may be one.
bool is_date(int year, int month, int day);
// `digits` as year, month, day, two digits each.
bool is_yymmdd(std::string_view digits);
bool is_ddmmyy(std::string_view digits);

// Shannon's, in bits a byte.
double entropy(std::string_view text);

}  // namespace weir::privacy
