// Ages: "79 year old", "31 y/o", "aged 45", "turned 60".
#include <algorithm>
#include <array>
#include <span>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"

namespace weir::privacy {
namespace {

constexpr std::string_view kWordsBehind[] = {
    "-year-old",  " year old", " years old", " years of age", " year-old",      "-year old",
    "-years-old", " yrs old",  " jahre alt", " jaar oud",     " anos de idade", " y/o",
    "y/o",        " y.o.",     "yo",         " yo",           " ans",           " años",
    " anni"};
constexpr std::string_view kWordsBefore[] = {
    "aged ",    "age ",          "age: ",       "age is ",         "age of ",
    "turned ",  "i'll turn ",    "will turn ",  "turning ",        "when he was ",
    "at age ",  "when she was ", "when i was ", "when they were ", "\"age\": ",
    "\"age\":", "alter: "};

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
    const char gap = at(text, end);
    const char next = to_lower(at(text, gap == ' ' || gap == '-' ? end + 1 : end));
    const bool maybe = next == 'y' || next == 'j' || next == 'a';
    for (const std::string_view words :
         std::span(kWordsBehind).first(maybe ? std::size(kWordsBehind) : 0)) {
      if (stands_at(text, end, words) && !is_word(at(text, end + words.size()))) return true;
    }
    if (end != word.end || !ends_apart(text, end) || at(text, end) == '%') return false;
    return std::any_of(std::begin(kWordsBefore), std::end(kWordsBefore),
                       [&](std::string_view words) {
                         return stands_before(text, word.begin, words) &&
                                !word_before(text, word.begin - words.size());
                       });
  }
};

}  // namespace

std::unique_ptr<Detector> age_detector() { return std::make_unique<AgeDetector>(); }

}  // namespace weir::privacy
