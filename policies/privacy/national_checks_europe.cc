#include <array>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/national_checks.h"

namespace weir::privacy {
namespace {

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + digit_of(c);
  return value;
}

}  // namespace

bool uk_nhs(std::string_view code) {
  constexpr int kWeights[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  const int check = (11 - weighted_sum(code, kWeights) % 11) % 11;
  return check != 10 && check == digit_of(code[9]) && !all_the_same(code);
}

bool uk_nino(std::string_view code) {
  constexpr std::string_view kNeverFirst = "DFIQUV";
  constexpr std::string_view kNeverSecond = "DFIQUVO";
  constexpr std::string_view kNever[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
  for (const std::string_view pair : kNever) {
    if (code.starts_with(pair)) return false;
  }
  return kNeverFirst.find(code[0]) == std::string_view::npos &&
         kNeverSecond.find(code[1]) == std::string_view::npos && code[8] >= 'A' && code[8] <= 'D';
}

bool de_tax_id(std::string_view code) {
  std::array<int, 10> counts{};
  for (const char c : code.substr(0, 10)) ++counts[static_cast<std::size_t>(digit_of(c))];
  int twice = 0;
  int thrice = 0;
  int more = 0;
  for (const int count : counts) {
    twice += count == 2 ? 1 : 0;
    thrice += count == 3 ? 1 : 0;
    more += count > 3 ? 1 : 0;
  }
  return code[0] != '0' && more == 0 && twice + thrice == 1 && mod11_10(code);
}

bool fr_nir(std::string_view code) {
  const int month = two_digits(code, 3);
  if (month < 1 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  std::string digits(code.substr(0, 13));
  const std::string_view department = code.substr(5, 2);
  if (!is_digit(department[0]) ||
      (!is_digit(department[1]) && department != "2A" && department != "2B")) {
    return false;
  }
  std::int64_t away = 0;
  if (!is_digit(department[1])) {
    away = department[1] == 'A' ? 1'000'000 : 2'000'000;
    digits[6] = '0';
  }
  if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const std::int64_t value = number(digits) - away;
  return 97 - value % 97 == two_digits(code, 13);
}

bool es_nif(std::string_view code) {
  constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  return kLetters[static_cast<std::size_t>(remainder(code.substr(0, 8), 23))] == code[8];
}

bool es_nie(std::string_view code) {
  std::string digits(code);
  digits[0] = static_cast<char>('0' + (code[0] - 'X'));
  return code[0] >= 'X' && code[0] <= 'Z' && es_nif(digits);
}

bool it_fiscal(std::string_view code) {
  constexpr int kOdd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                          20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  int sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const int value = is_digit(code[i]) ? digit_of(code[i]) : code[i] - 'A';
    sum += i % 2 == 0 ? kOdd[value] : value;
  }
  constexpr std::string_view kMonths = "ABCDEHLMPRST";
  return kMonths.find(code[8]) != std::string_view::npos && 'A' + sum % 26 == code[15];
}

bool pl_pesel(std::string_view code) {
  constexpr int kWeights[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1};
  const int month = two_digits(code, 2) % 20;
  return is_date(two_digits(code, 0), month, two_digits(code, 4)) &&
         weighted_sum(code, kWeights) % 10 == 0;
}

bool pl_nip(std::string_view code) {
  constexpr int kWeights[] = {6, 5, 7, 2, 3, 4, 5, 6, 7};
  return weighted_sum(code, kWeights) % 11 == digit_of(code[9]) && !all_the_same(code);
}

// Twelve digits with the century or ten without; 60 is added to the day of a coordination number.
bool se_personnummer(std::string_view code) {
  const std::string_view ten = code.substr(code.size() - 10);
  const int day = two_digits(ten, 4);
  const bool date = is_date(two_digits(ten, 0), two_digits(ten, 2), day > 60 ? day - 60 : day);
  const bool century = code.size() == 10 || two_digits(code, 0) == 19 || two_digits(code, 0) == 20;
  return date && century && luhn(ten);
}

bool fi_hetu(std::string_view code) {
  constexpr std::string_view kLetters = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  // The sign of the century is a letter from 2000 on.
  const std::string digits =
      std::string(code.substr(0, 6)) + std::string(code.substr(code.size() - 4, 3));
  const std::string_view middle = code.substr(6, code.size() - 10);
  if (!middle.empty() &&
      std::string_view("ABCDEFYXWVU").find(middle[0]) == std::string_view::npos) {
    return false;
  }
  return is_ddmmyy(digits) &&
         kLetters[static_cast<std::size_t>(remainder(digits, 31))] == code.back();
}

bool nl_bsn(std::string_view code) {
  constexpr int kWeights[] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
  return weighted_sum(code, kWeights) % 11 == 0 && !all_the_same(code);
}

bool pt_nif(std::string_view code) {
  constexpr int kWeights[] = {9, 8, 7, 6, 5, 4, 3, 2};
  const int rest = weighted_sum(code, kWeights) % 11;
  return (rest < 2 ? 0 : 11 - rest) == digit_of(code[8]) && !all_the_same(code) &&
         std::string_view("1235689").find(code[0]) != std::string_view::npos;
}

bool be_national(std::string_view code) {
  const std::int64_t value = number(code.substr(0, 9));
  const int check = two_digits(code, 9);
  const bool born = two_digits(code, 2) % 20 <= 12 && two_digits(code, 4) <= 31;
  return born && (97 - value % 97 == check || 97 - (2'000'000'000 + value) % 97 == check);
}

bool dk_cpr(std::string_view code) { return is_ddmmyy(code); }

bool no_fnr(std::string_view code) {
  constexpr int kFirst[] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
  constexpr int kSecond[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
  const int day = two_digits(code, 0) > 40 ? two_digits(code, 0) - 40 : two_digits(code, 0);
  const int month = two_digits(code, 2) > 40 ? two_digits(code, 2) - 40 : two_digits(code, 2);
  return is_date(two_digits(code, 4), month, day) && weighted_sum(code, kFirst) % 11 == 0 &&
         weighted_sum(code, kSecond) % 11 == 0;
}

bool ch_ahv(std::string_view code) {
  constexpr int kWeights[] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
  return code.starts_with("756") && weighted_sum(code, kWeights) % 10 == 0;
}

bool at_svnr(std::string_view code) {
  constexpr int kWeights[] = {3, 7, 9, 0, 5, 8, 4, 2, 1, 6};
  return code[0] != '0' && is_ddmmyy(code.substr(4)) &&
         weighted_sum(code, kWeights) % 11 == digit_of(code[3]);
}

bool ie_pps(std::string_view code) {
  constexpr int kWeights[] = {8, 7, 6, 5, 4, 3, 2};
  int sum = weighted_sum(code, kWeights);
  if (code.size() == 9 && code[8] != 'W') sum += (code[8] - 'A' + 1) * 9;
  return std::string_view("WABCDEFGHIJKLMNOPQRSTUV")[static_cast<std::size_t>(sum % 23)] == code[7];
}

bool tr_id(std::string_view code) {
  int odd = 0;
  int even = 0;
  int sum = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    sum += digit_of(code[i]);
    if (i < 9) (i % 2 == 0 ? odd : even) += digit_of(code[i]);
  }
  const int tenth = ((odd * 7 - even) % 10 + 10) % 10;
  return code[0] != '0' && tenth == digit_of(code[9]) && sum % 10 == digit_of(code[10]);
}

bool cz_birth_number(std::string_view code) {
  int month = two_digits(code, 2) % 50;
  if (month > 20) month -= 20;
  return is_date(two_digits(code, 0), month, two_digits(code, 4)) && remainder(code, 11) == 0;
}

bool ro_cnp(std::string_view code) {
  constexpr int kWeights[] = {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9};
  const int rest = weighted_sum(code, kWeights) % 11;
  return code[0] != '0' && is_yymmdd(code.substr(1)) &&
         (rest == 10 ? 1 : rest) == digit_of(code[12]);
}

bool ee_lt_code(std::string_view code) {
  constexpr int kFirst[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1};
  constexpr int kSecond[] = {3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
  int rest = weighted_sum(code, kFirst) % 11;
  if (rest == 10) rest = weighted_sum(code, kSecond) % 11 % 10;
  return code[0] >= '1' && code[0] <= '6' && is_yymmdd(code.substr(1)) &&
         rest == digit_of(code[10]);
}

bool bg_egn(std::string_view code) {
  constexpr int kWeights[] = {2, 4, 8, 5, 10, 9, 7, 3, 6};
  return is_date(two_digits(code, 0), two_digits(code, 2) % 20, two_digits(code, 4)) &&
         weighted_sum(code, kWeights) % 11 % 10 == digit_of(code[9]);
}

bool hr_oib(std::string_view code) { return mod11_10(code) && !all_the_same(code); }

}  // namespace weir::privacy
