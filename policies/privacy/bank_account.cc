// Bank numbers other than IBAN. Most need a word beside them: a routing number is nine digits.
#include <array>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/number_rules.h"

namespace weir::privacy {
namespace {

// The Federal Reserve's ranges, weights 3-7-1.
bool aba(std::string_view code) {
  constexpr int kWeights[] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
  const int head = remainder(code.substr(0, 2), 100);
  const bool range =
      head <= 12 || (head >= 21 && head <= 32) || (head >= 61 && head <= 72) || head == 80;
  return range && weighted_sum(code, kWeights) % 10 == 0 && code != "000000000";
}

bool not_one_digit(std::string_view code) {
  return code.find_first_not_of(code[0]) != std::string_view::npos;
}

// Mexico: weights 3-7-1 on the first 17.
bool clabe(std::string_view code) {
  constexpr int kWeights[] = {3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7};
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) sum += digit_of(code[i]) * kWeights[i] % 10;
  return (10 - sum % 10) % 10 == digit_of(code[17]) && not_one_digit(code);
}

constexpr Topics kNoAccount = topic(Topic::kPhone) | topic(Topic::kOrder) | topic(Topic::kCard) |
                              topic(Topic::kUsSsn) | topic(Topic::kLicence);

constexpr NumberRule kBankAccountRules[] = {
    {"aba_routing", "\\d{9}", aba, topic(Topic::kRouting)},
    {"aba_routing", "\\d{4}-\\d{4}-\\d", aba, topic(Topic::kRouting)},
    {"uk_sort_code", "\\d{2}-\\d{2}-\\d{2}", nullptr, topic(Topic::kSortCode)},
    {"uk_sort_code", "\\d{6}", nullptr, topic(Topic::kSortCode)},
    {"account_number", "\\d{7,17}", not_one_digit,
     topic(Topic::kAccount) | topic(Topic::kSortCode) | topic(Topic::kRouting), false, kNoAccount},
    {"account_number", "\\d{2,6}-\\d{3,8}-\\d{1,9}", not_one_digit, topic(Topic::kAccount), false,
     kNoAccount},
    {"mx_clabe", "\\d{18}", clabe, topic(Topic::kAccount) | topic(Topic::kRouting)},
    {"in_ifsc", "\\A{4}0\\U{6}", nullptr, 0},
};

// BIC, ISO 9362: letters of bank and country, two of place, three of branch or none. Words in
// capitals look the same, so only those beside "BIC" or "SWIFT" count.
class BankAccountDetector final : public Detector {
 public:
  BankAccountDetector() : book_(FindingKind::kBankAccount, kBankAccountRules) {}

  void want(WordHeads* heads) const override {
    for (const std::string_view word : {"BIC", "SWIFT", "Swift", "swift", "bic"}) heads->add(word);
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    book_.find(marked, hits);
    for (const std::size_t head : marked.heads) bic_behind(marked.text, head, hits);
  }

 private:
  static void bic_behind(std::string_view text, std::size_t head, Hits* hits) {
    std::size_t end = head + (stands_at(text, head, "bic") ? 3 : 5);
    if ((end == head + 5 && !stands_at(text, head, "swift")) || is_word(at(text, end))) return;
    // At most three words stand between: "SWIFT code is", "BIC/SWIFT:".
    const std::size_t most = std::min(text.size(), end + 32);
    while (end < most) {
      while (end < most && !is_word(text[end])) ++end;
      const std::size_t begin = end;
      while (end < most + 12 && is_word(at(text, end))) ++end;
      if (is_bic(text.substr(begin, end - begin))) {
        hits->push_back({{FindingKind::kBankAccount, "bic", begin, end}, Rank::kShaped});
        return;
      }
    }
  }

  static bool is_bic(std::string_view code) {
    if (code.size() != 8 && code.size() != 11) return false;
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (!is_upper(code[i]) && (i < 6 || !is_digit(code[i]))) return false;
    }
    constexpr std::string_view kCountries =
        "AD AE AR AT AU BE BG BH BR CA CH CL CN CO CY CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE "
        "IL IN IS IT JP KE KR KW LI LT LU LV MA MC MT MX MY NG NL NO NZ PE PH PK PL PT QA RO RS SA "
        "SE SG SI SK TH TN TR TW UA US UY VN ZA";
    const std::size_t found = kCountries.find(code.substr(4, 2));
    return found != std::string_view::npos && found % 3 == 0;
  }

  NumberBook book_;
};

}  // namespace

std::unique_ptr<Detector> bank_account_detector() {
  return std::make_unique<BankAccountDetector>();
}

}  // namespace weir::privacy
