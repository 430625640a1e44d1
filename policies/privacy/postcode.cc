// Postcodes: those of a shape that is theirs alone, and digits beside a word or a US state.
#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/number_rules.h"
#include "policies/privacy/shape.h"

namespace weir::privacy {
namespace {

constexpr Topics kNamed = topic(Topic::kPostcode);

// 1900 to 2099 are years when no word says otherwise: "2001 UN".
bool dutch(std::string_view code) {
  return code[0] != '0' && !code.starts_with("19") && !code.starts_with("20") &&
         code.substr(4) != "SA" && code.substr(4) != "SD" && code.substr(4) != "SS" &&
         code.substr(4) != "AM" && code.substr(4) != "PM" && code.substr(4) != "KG" &&
         code.substr(4) != "KM";
}

constexpr NumberRule kPostcodeRules[] = {
    {"uk_postcode", "\\A{1,2}\\d \\d\\A{2}", nullptr, 0},
    {"uk_postcode", "\\A{1,2}\\d\\U \\d\\A{2}", nullptr, 0},
    {"ca_postcode", "\\A\\d\\A \\d\\A\\d", nullptr, 0},
    {"nl_postcode", "\\d{4} \\A{2}", dutch, 0, false},
    {"nl_postcode", "\\d{4} \\A{2}", nullptr, kNamed},
    {"br_cep", "\\d{5}-\\d{3}", nullptr, 0},
    {"pt_postcode", "\\d{4}-\\d{3}", nullptr, 0},
    {"postcode", "\\d{3,6}", nullptr, kNamed},
    {"postcode", "\\d{5}-\\d{4}", nullptr, kNamed},
    {"postcode", "\\d{3} \\d{2}", nullptr, kNamed},
    {"postcode", "\\d{3}-\\d{4}", nullptr, kNamed},
};

constexpr std::string_view kStates =
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP";

class PostcodeDetector final : public Detector {
 public:
  PostcodeDetector() : book_(FindingKind::kPostcode, kPostcodeRules) {}

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::size_t first = hits->size();
    book_.find(marked, hits);
    const std::string_view text = marked.text;
    for (const Word& word : marked.numbers) {
      if (word.size() != 5 || word.classes != kDigit || !behind_state(text, word.begin)) continue;
      const std::size_t more = match_shape("-\\d{4}", text.substr(word.end, 6));
      const std::size_t end = more == kNoMatch ? word.end : word.end + more;
      if (!is_word(at(text, end)))
        hits->push_back({{FindingKind::kPostcode, "us_zip", word.begin, end}, Rank::kBroad});
    }
    for (std::size_t i = first; i < hits->size(); ++i) (*hits)[i].rank = Rank::kBroad;
  }

 private:
  static bool behind_state(std::string_view text, std::size_t begin) {
    if (begin < 3 || text[begin - 1] != ' ' || word_before(text, begin - 3)) return false;
    const std::size_t found = kStates.find(text.substr(begin - 3, 2));
    return found != std::string_view::npos && found % 3 == 0;
  }

  NumberBook book_;
};

}  // namespace

std::unique_ptr<Detector> postcode_detector() { return std::make_unique<PostcodeDetector>(); }

}  // namespace weir::privacy
