// IBAN: the countries of the SWIFT registry with their lengths, ISO 7064 mod 97-10.
#include <algorithm>
#include <string>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"

namespace weir::privacy {
namespace {

struct Country {
  char code[3];
  std::size_t length;
};

constexpr Country kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30}};

// 0: no country of the registry.
std::size_t length_of(std::string_view code) {
  const auto* const found =
      std::find_if(std::begin(kIbanCountries), std::end(kIbanCountries),
                   [&](const Country& country) { return code == country.code; });
  return found == std::end(kIbanCountries) ? 0 : found->length;
}

class IbanDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    for (const Word& word : marked.numbers) {
      const std::size_t i = word.begin;
      if (word.size() < 4 || !is_alpha(text[i]) || !is_alpha(text[i + 1]) ||
          !is_digit(text[i + 2]) || !is_digit(text[i + 3])) {
        continue;
      }
      const char country[] = {to_upper(text[i]), to_upper(text[i + 1])};
      const std::size_t length = length_of({country, 2});
      if (length != 0 && begins_apart(text, i)) check(text, i, length, hits);
    }
  }

 private:
  // Reads `length` letters and digits, between which single blanks or dashes may stand.
  static void check(std::string_view text, std::size_t begin, std::size_t length, Hits* hits) {
    std::string code;
    std::size_t i = begin;
    while (i < text.size() && code.size() < length) {
      if (is_alnum(text[i])) {
        code += to_upper(text[i]);
      } else if ((text[i] != ' ' && text[i] != '-') || !is_alnum(before(text, i))) {
        return;
      }
      ++i;
    }
    if (code.size() != length || is_word(at(text, i)) || !mod97_iban(code)) return;
    hits->push_back({{FindingKind::kIban, "iban", begin, i}, Rank::kChecked});
  }
};

}  // namespace

std::unique_ptr<Detector> iban_detector() { return std::make_unique<IbanDetector>(); }

}  // namespace weir::privacy
