#include <array>
#include <cstdint>
#include <string>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/national_checks.h"

namespace weir::privacy {
namespace {

// The last digit of a sum with weights that end with 2, as Brazil makes it.
int brazilian_digit(std::string_view digits, std::size_t longest_weight) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t from_end = digits.size() - 1 - i;
    sum += digit_of(digits[i]) * static_cast<int>(2 + from_end % (longest_weight - 1));
  }
  const int rest = sum % 11;
  return rest < 2 ? 0 : 11 - rest;
}

}  // namespace

bool us_ssn(std::string_view code) {
  const int area = remainder(code.substr(0, 3), 1'000);
  // 078-05-1120 and 219-09-9999 were printed in advertisements.
  return area != 0 && area != 666 && area < 900 && code.substr(3, 2) != "00" &&
         code.substr(5) != "0000" && code != "078051120" && code != "219099999" &&
         code != "123456789" && !all_the_same(code);
}

bool us_itin(std::string_view code) {
  const int group = two_digits(code, 3);
  return code[0] == '9' && ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) ||
                            (group >= 90 && group <= 92) || group >= 94);
}

bool us_npi(std::string_view code) { return luhn("80840" + std::string(code)); }

bool in_aadhaar(std::string_view code) {
  return code[0] >= '2' && verhoeff(code) && !all_the_same(code);
}

bool in_pan(std::string_view code) {
  return std::string_view("PCHFATBLJG").find(code[3]) != std::string_view::npos &&
         code.substr(5, 4) != "0000";
}

bool br_cpf(std::string_view code) {
  return brazilian_digit(code.substr(0, 9), 11) == digit_of(code[9]) &&
         brazilian_digit(code.substr(0, 10), 11) == digit_of(code[10]) && !all_the_same(code);
}

bool br_cnpj(std::string_view code) {
  return brazilian_digit(code.substr(0, 12), 9) == digit_of(code[12]) &&
         brazilian_digit(code.substr(0, 13), 9) == digit_of(code[13]) && !all_the_same(code);
}

bool au_tfn(std::string_view code) {
  constexpr int kWeights[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
  return weighted_sum(code, kWeights) % 11 == 0 && !all_the_same(code);
}

bool au_medicare(std::string_view code) {
  constexpr int kWeights[] = {1, 3, 7, 9, 1, 3, 7, 9};
  return code[0] >= '2' && code[0] <= '6' && weighted_sum(code, kWeights) % 10 == digit_of(code[8]);
}

bool au_abn(std::string_view code) {
  constexpr int kWeights[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
  return code[0] != '0' && (weighted_sum(code, kWeights) - 10) % 89 == 0;
}

bool ca_sin(std::string_view code) { return code[0] != '0' && code[0] != '8' && luhn(code); }

bool sg_nric(std::string_view code) {
  constexpr int kWeights[] = {2, 7, 6, 5, 4, 3, 2};
  const int sum = weighted_sum(code.substr(1, 7), kWeights);
  const auto letter = [&](std::string_view letters, int more) {
    return letters[static_cast<std::size_t>((sum + more) % 11)] == code[8];
  };
  switch (code[0]) {
    case 'S': return letter("JZIHGFEDCBA", 0);
    case 'T': return letter("JZIHGFEDCBA", 4);
    case 'F': return letter("XWUTRQPNMLK", 0);
    case 'G': return letter("XWUTRQPNMLK", 4);
    case 'M':
      return std::string_view("KLJNPQRTUWX")[static_cast<std::size_t>(10 - (sum + 3) % 11)] ==
             code[8];
    default: return false;
  }
}

// Since October 2020 the last six digits are random: a date and a sex alone are asked of those.
bool kr_rrn(std::string_view code) {
  constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
  if (!is_yymmdd(code)) return false;
  const bool recent = two_digits(code, 0) >= 20 && (code[6] == '3' || code[6] == '4');
  return recent || (11 - weighted_sum(code, kWeights) % 11) % 10 == digit_of(code[12]);
}

bool za_id(std::string_view code) {
  return is_yymmdd(code) && (code[10] == '0' || code[10] == '1') && luhn(code);
}

bool mx_curp(std::string_view code) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMN#OPQRSTUVWXYZ";
  if (!is_yymmdd(code.substr(4)) ||
      std::string_view("HMX").find(code[10]) == std::string_view::npos) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) {
    sum += static_cast<int>(kAlphabet.find(code[i])) * static_cast<int>(18 - i);
  }
  return (10 - sum % 10) % 10 == digit_of(code[17]);
}

bool cn_id(std::string_view code) {
  const int year = remainder(code.substr(6, 4), 10'000);
  return code[0] >= '1' && code[0] <= '9' && year >= 1900 && year <= 2099 &&
         is_date(year, two_digits(code, 10), two_digits(code, 12)) && mod11_2(code);
}

bool jp_my_number(std::string_view code) {
  constexpr int kWeights[] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  const int rest = weighted_sum(code, kWeights) % 11;
  return (rest <= 1 ? 0 : 11 - rest) == digit_of(code[11]) && !all_the_same(code);
}

bool cl_rut(std::string_view code) {
  int sum = 0;
  for (std::size_t i = 0; i + 1 < code.size(); ++i) {
    sum += digit_of(code[code.size() - 2 - i]) * static_cast<int>(2 + i % 6);
  }
  const int check = (11 - sum % 11) % 11;
  return code.back() == (check == 10 ? 'K' : static_cast<char>('0' + check));
}

// Luhn with weights 1-2-1-2 from the left, which for nine digits is Luhn from the right.
bool il_id(std::string_view code) { return luhn(code) && !all_the_same(code); }

bool th_id(std::string_view code) {
  constexpr int kWeights[] = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
  return code[0] >= '1' && code[0] <= '8' &&
         (11 - weighted_sum(code, kWeights) % 11) % 10 == digit_of(code[12]);
}

// Letters are numbered from 10 in an order of their own.
bool tw_id(std::string_view code) {
  constexpr std::string_view kOrder = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
  constexpr int kWeights[] = {8, 7, 6, 5, 4, 3, 2, 1, 1};
  const int letter = static_cast<int>(kOrder.find(code[0])) + 10;
  const int sum = letter / 10 + letter % 10 * 9 + weighted_sum(code.substr(1), kWeights);
  return (code[1] == '1' || code[1] == '2' || code[1] == '8' || code[1] == '9') && sum % 10 == 0;
}

bool hk_id(std::string_view code) {
  const bool double_letter = code.size() == 9;
  int sum = double_letter ? 9 * (code[0] - 'A' + 10) : 9 * 36;
  const std::string_view rest = code.substr(double_letter ? 1 : 0);
  sum += 8 * (rest[0] - 'A' + 10);
  for (std::size_t i = 1; i < 7; ++i) sum += digit_of(rest[i]) * static_cast<int>(8 - i);
  const int check = (11 - sum % 11) % 11;
  return rest[7] == (check == 10 ? 'A' : static_cast<char>('0' + check));
}

}  // namespace weir::privacy
