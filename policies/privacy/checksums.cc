#include "policies/privacy/checksums.h"

#include <algorithm>
#include <cmath>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

constexpr int kVerhoeffProduct[10][10] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
    {3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
    {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
    {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
constexpr int kVerhoeffTurn[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string without_separators(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  for (const char c : text) {
    if (is_alnum(c)) kept += to_upper(c);
  }
  return kept;
}

bool luhn(std::string_view digits) {
  if (!all_digits(digits)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digit_of(digits[digits.size() - 1 - i]);
    if (i % 2 == 1) value = value > 4 ? 2 * value - 9 : 2 * value;
    sum += value;
  }
  return sum % 10 == 0;
}

// The table is D5; position i permutes by kVerhoeffTurn i times, which has order 8.
bool verhoeff(std::string_view digits) {
  if (!all_digits(digits)) return false;
  int check = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digit_of(digits[digits.size() - 1 - i]);
    for (std::size_t turn = 0; turn < i % 8; ++turn) value = kVerhoeffTurn[value];
    check = kVerhoeffProduct[check][value];
  }
  return check == 0;
}

bool mod97_iban(std::string_view code) {
  if (code.size() < 5) return false;
  int rest = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[(i + 4) % code.size()];
    if (is_digit(c)) {
      rest = (rest * 10 + digit_of(c)) % 97;
    } else if (is_upper(c)) {
      rest = (rest * 100 + (c - 'A' + 10)) % 97;
    } else {
      return false;
    }
  }
  return rest == 1;
}

bool mod11_10(std::string_view digits) {
  if (!all_digits(digits)) return false;
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    int sum = (digit_of(c) + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10 == digit_of(digits.back());
}

bool mod11_2(std::string_view code) {
  if (code.size() < 2 || !all_digits(code.substr(0, code.size() - 1))) return false;
  int product = 0;
  for (const char c : code.substr(0, code.size() - 1)) product = (product + digit_of(c)) * 2 % 11;
  const int check = (12 - product) % 11;
  return code.back() == (check == 10 ? 'X' : static_cast<char>('0' + check));
}

int weighted_sum(std::string_view digits, std::span<const int> weights) {
  int sum = 0;
  for (std::size_t i = 0; i < weights.size() && i < digits.size(); ++i) {
    sum += digit_of(digits[i]) * weights[i];
  }
  return sum;
}

int remainder(std::string_view digits, int divisor) {
  int rest = 0;
  for (const char c : digits) rest = (rest * 10 + digit_of(c)) % divisor;
  return rest;
}

int two_digits(std::string_view digits, std::size_t i) {
  return remainder(digits.substr(i, 2), 100);
}

bool all_the_same(std::string_view code) {
  return code.find_first_not_of(code[0]) == std::string_view::npos;
}

bool is_date(int year, int month, int day) {
  constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[month - 1]) return false;
  const bool leap = year % 4 == 0 && (year < 100 || year % 100 != 0 || year % 400 == 0);
  return month != 2 || day < 29 || leap;
}

bool is_yymmdd(std::string_view digits) {
  return digits.size() >= 6 && all_digits(digits.substr(0, 6)) &&
         is_date(two_digits(digits, 0), two_digits(digits, 2), two_digits(digits, 4));
}

bool is_ddmmyy(std::string_view digits) {
  return digits.size() >= 6 && all_digits(digits.substr(0, 6)) &&
         is_date(two_digits(digits, 4), two_digits(digits, 2), two_digits(digits, 0));
}

double entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::array<std::size_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  const double size = static_cast<double>(text.size());
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / size;
    bits -= share * std::log2(share);
  }
  return bits;
}

}  // namespace weir::privacy
