#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "policies/privacy/bytes.h"
#include "policies/privacy/custom.h"
#include "policies/privacy/letters.h"
#include "policies/privacy/plain_text.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestPhrase = 256;
constexpr std::size_t kMostBytes = 6;       // of a letter with its marks
constexpr std::size_t kMostOfOneHead = 64;  // phrases that begin with one word

struct Phrase {
  std::u32string text;  // in lower case
  std::size_t list = 0;
};

// Of scripts without blanks between words the first character.
std::size_t first_word_size(std::string_view text) {
  if (!text.empty() && byte_class(text[0]) == kWide)
    return std::min(text.size(), wide_size(text[0]));
  std::size_t size = 0;
  while (is_word(at(text, size))) ++size;
  return size;
}

// Where the phrase ends that begins at `at`, in any case; npos where it does not.
std::size_t end_of_phrase(std::string_view text, std::size_t at, std::u32string_view folded) {
  for (const char32_t wanted : folded) {
    if (at >= text.size()) return std::string_view::npos;
    const Letter letter = read_letter(text, at);
    if (letter.folded != wanted) return std::string_view::npos;
    at += letter.size;
  }
  return at;
}

class WordDetector final : public Detector {
 public:
  Result<void> add(const CustomWords& list) {
    if (list.name.empty()) return Error{ErrorCode::kInvalidConfig, "a list of words has no name"};
    names_.push_back(list.name);
    for (const std::string& word : list.words) {
      const PlainText plain(word);
      const std::size_t first = first_word_size(plain.text());
      if (first < 2 || word.size() > kLongestPhrase) {
        return refused(list, "holds a word that is not of 2 to " + std::to_string(kLongestPhrase) +
                                 " bytes or does not begin with two letters or digits");
      }
      const std::u32string head = fold_letters(plain.text().substr(0, first));
      std::vector<Phrase>& phrases = phrases_[head];
      if (phrases.size() == kMostOfOneHead) {
        return refused(list, "makes more than " + std::to_string(kMostOfOneHead) +
                                 " phrases begin with one word");
      }
      longest_head_ = std::max(longest_head_, head.size());
      phrases.push_back({fold_letters(plain.text()), names_.size() - 1});
      if (++count_ > PrivacyScanner::kMostWords) {
        return refused(list, "is beyond " + std::to_string(PrivacyScanner::kMostWords) + " words");
      }
    }
    return {};
  }

  void want(WordHeads* heads) const override {
    for (const auto& [head, phrases] : phrases_) {
      for (const std::string& first : spellings(head[0])) {
        if (first.size() > 1) {
          heads->add(first.substr(0, 2));
        } else if (head.size() > 1) {
          for (const std::string& second : spellings(head[1])) heads->add(first + second[0]);
        }
      }
    }
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    for (const std::size_t head : marked.heads) {
      const std::size_t size = first_word_size(text.substr(head, kMostBytes * longest_head_ + 1));
      if (size > kMostBytes * longest_head_) continue;
      const auto found = phrases_.find(fold_letters(text.substr(head, size)));
      if (found == phrases_.end()) continue;
      for (const Phrase& phrase : found->second) {
        const std::size_t end = end_of_phrase(text, head, phrase.text);
        if (end == std::string_view::npos) continue;
        if (is_word(at(text, end)) && word_before(text, end)) continue;
        hits->push_back({{FindingKind::kCustom, names_[phrase.list], head, end}, Rank::kChecked});
      }
    }
  }

 private:
  static Error refused(const CustomWords& list, const std::string& why) {
    return {ErrorCode::kInvalidConfig, "the list of words \"" + list.name + "\" " + why};
  }

  std::vector<std::string> names_;
  std::unordered_map<std::u32string, std::vector<Phrase>> phrases_;  // by their first words
  std::size_t longest_head_ = 0;                                     // in characters
  std::size_t count_ = 0;
};

}  // namespace

Result<std::unique_ptr<Detector>> word_detector(const std::vector<CustomWords>& lists) {
  auto words = std::make_unique<WordDetector>();
  for (const CustomWords& list : lists) {
    if (const Result<void> added = words->add(list); !added) return added.error();
  }
  std::unique_ptr<Detector> detector = std::move(words);
  return detector;
}

}  // namespace weir::privacy
