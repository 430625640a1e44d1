#include <string>
#include <vector>

#include "policies/privacy/checksums.h"
#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::finds;
using test::found;
using Lines = std::vector<std::string>;

TEST_CASE("A card that is written as a decimal is found", "[policies]") {
  CHECK(found("n: 4111111111111111.0, x") == Lines{"card 4111111111111111"});
  CHECK(found("4111111111111111.00") == Lines{"card 4111111111111111"});
  CHECK(found("4111111111111111.01 4111111111111111.0.1 4111 1111 1111 1111.0").empty());
}

TEST_CASE("Payment cards are found by range, length and the digit of Luhn", "[policies]") {
  // The numbers that payment services publish for tests.
  const std::string number = GENERATE("4111111111111111", "5555555555554444", "2223003122003222",
                                      "378282246310005", "6011111111111117", "30569309025904",
                                      "3530111333300000", "6200000000000005", "6759649826438453");
  CAPTURE(number);
  CHECK(found("It was " + number + " on Monday.") == Lines{"card " + number});
  const std::string wrong =
      number.substr(0, number.size() - 1) + (number.back() == '9' ? '0' : '9');
  if (!privacy::luhn(wrong))
    CHECK_FALSE(finds("It was " + wrong + " on Monday.", FindingKind::kCard));
}

TEST_CASE("Cards are found as they are printed", "[policies]") {
  CHECK(found("4111 1111 1111 1111") == Lines{"card 4111 1111 1111 1111"});
  CHECK(found("4111-1111-1111-1111.") == Lines{"card 4111-1111-1111-1111"});
  CHECK(found("4111.1111.1111.1111, ok") == Lines{"card 4111.1111.1111.1111"});
  CHECK(found("4111/1111/1111/1111") == Lines{"card 4111/1111/1111/1111"});
  CHECK(found("(3782 822463 10005)") == Lines{"card 3782 822463 10005"});
  CHECK(found("card=4111111111111111&x=1") == Lines{"card 4111111111111111"});
  CHECK_FALSE(finds("4111 1111-1111 1111", FindingKind::kCard));
  CHECK_FALSE(finds("411 11111 1111 1111", FindingKind::kCard));
}

TEST_CASE("Old and regional cards need a word", "[policies]") {
  CHECK(found("my card 4222222222222 was lost") == Lines{"card 4222222222222"});
  CHECK(found("we sold 4222222222222 of them").empty());
  CHECK(found("credit card 630427373398") == Lines{"card 630427373398"});
}

TEST_CASE("Digits that pass Luhn by chance are no card", "[policies]") {
  const std::string text = GENERATE("41111111111111111111111",         // longer
                                    "94111111111111111",               // a digit before
                                    "4111 1111 1111 1111 1111",        // a group more
                                    "0.4111111111111111",              // a decimal
                                    "/orders/4111111111111111/items",  // a path
                                    "order 4111111111111111",          // said to be an order
                                    "x4111111111111111",               // part of a word
                                    "0000000000000000",                // all the same
                                    "1700000000000",                   // milliseconds
                                    "978-3-16-148410-0",               // a book
                                    "4111111111111111-4111111111111111");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kCard));
}

TEST_CASE("IBANs of the registry are found with blanks and without", "[policies]") {
  const std::string iban =
      GENERATE("GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "DE89370400440532013000",
               "DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606", "NO9386011117947",
               "MT84MALT011000012345MTLCAST001S", "CH9300762011623852957", "nl91abna0417164300");
  CAPTURE(iban);
  CHECK(found("to " + iban + ".") == Lines{"iban " + iban});
}

TEST_CASE("An IBAN of a wrong length, country or check is none", "[policies]") {
  const std::string text =
      GENERATE("GB82WEST12345698765433", "GB82WEST1234569876543", "XX82WEST12345698765432",
               "GB82WEST123456987654321", "XGB82WEST12345698765432");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kIban));
}

TEST_CASE("Bank numbers need the words of a bank", "[policies]") {
  CHECK(found("routing number 021000021") == Lines{"bank_account/aba_routing 021000021"});
  CHECK_FALSE(finds("routing number 021000022 of the parcel", FindingKind::kBankAccount) ==
              finds("we counted 021000021 of them", FindingKind::kBankAccount));
  CHECK(found("sort code 60-83-71") == Lines{"bank_account/uk_sort_code 60-83-71"});
  CHECK(found("SWIFT code: DEUTDEFF500") == Lines{"bank_account/bic DEUTDEFF500"});
  CHECK(found("BIC is NEDSZAJJ") == Lines{"bank_account/bic NEDSZAJJ"});
  CHECK(found("SWIFT TRANSFER DEPARTMENT").empty());
  CHECK(found("my bank account 12345678") == Lines{"bank_account/account_number 12345678"});
  CHECK(found("on 60-83-71 we saw 12345678").empty());
}

TEST_CASE("A word in quotes is a word", "[policies]") {
  CHECK(finds("x = 'routing 613618766'", FindingKind::kBankAccount));
  CHECK(finds("the 'routing' 613618766", FindingKind::kBankAccount));
}

TEST_CASE("Addresses of crypto currencies carry their checks", "[policies]") {
  const std::string address = GENERATE("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",  // the first block
                                       "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",  // pay to script
                                       "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",   // BIP 173
                                       "0x52908400098527886E0F7030069857D2E4169EE7");  // EIP 55
  CAPTURE(address);
  CHECK(found("pay " + address + " today") == Lines{"crypto_address " + address});
}

TEST_CASE("Hashes and addresses with a wrong check are no addresses", "[policies]") {
  const std::string text = GENERATE(
      "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
      "0x0000000000000000000000000000000000000000", "0x52908400098527886E0F7030069857D2E4169EE",
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kCryptoAddress));
}

}  // namespace
}  // namespace weir
