// Ages: "79 year old", "31 y/o", "aged 45", "turned 60".
#include <array>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"

namespace weir::privacy {
namespace {

constexpr std::string_view kBehind[] = {
    "-year-old",  " year old", " years old",    " years of age", " year-old",  " y/o",
    " y.o.",      " yo ",      "yo ",           "-year old",     "-years-old", " yrs old",
    " jahre alt", " ans ",     " años",         " anni ",        " yo,",       " yo.",
    "y/o",        " jaar oud", " anos de idade"};
constexpr std::string_view kBefore[] = {
    "aged ",           "age ",       "age: ",    "age is ",      "age of ",       " turned ",
    "i'll turn ",      "will turn ", "turning ", "when he was ", "when she was ", "when i was ",
    "when they were ", "\"age\": ",  "at age ",  "age\":",       "alter: ",       "just turned "};

class AgeDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    for (const Word& word : marked.numbers) {
      std::size_t end = word.begin;
      while (end < word.end && is_digit(text[end])) ++end;
      const std::size_t size = end - word.begin;
      if (size == 0 || size > 3 || !begins_apart(text, word.begin)) continue;
      const int age = remainder(text.substr(word.begin, size), 1'000);
      if (age > 0 && age < 125 && is_age(text, word, end)) {
        hits->push_back({{FindingKind::kAge, "age", word.begin, end}, Rank::kBroad});
      }
    }
  }

 private:
  static bool is_age(std::string_view text, const Word& word, std::size_t end) {
    const std::string behind = lower_case(text.substr(end, 16)) + " ";
    for (const std::string_view words : kBehind) {
      if (behind.starts_with(words)) return true;
    }
    if (end != word.end || !ends_apart(text, end) || at(text, end) == '%') return false;
    const std::size_t first = word.begin > 20 ? word.begin - 20 : 0;
    const std::string ahead = " " + lower_case(text.substr(first, word.begin - first));
    for (const std::string_view words : kBefore) {
      if (!ahead.ends_with(words)) continue;
      const std::size_t start = ahead.size() - words.size();
      if (start == 0 || !is_word(ahead[start - 1]) || !is_word(words[0])) return true;
    }
    return false;
  }
};

}  // namespace

std::unique_ptr<Detector> age_detector() { return std::make_unique<AgeDetector>(); }

}  // namespace weir::privacy
