#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "policies/privacy/bytes.h"
#include "policies/privacy/custom.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestPhrase = 256;
constexpr std::size_t kMostOfOneHead = 64;  // phrases that begin with one word

struct Phrase {
  std::string text;  // in lower case
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

bool equal_in_any_case(std::string_view text, std::string_view lowered) {
  return text.size() == lowered.size() &&
         std::equal(text.begin(), text.end(), lowered.begin(),
                    [](char a, char b) { return to_lower(a) == b; });
}

class WordDetector final : public Detector {
 public:
  Result<void> add(const CustomWords& list) {
    if (list.name.empty()) return Error{ErrorCode::kInvalidConfig, "a list of words has no name"};
    names_.push_back(list.name);
    for (const std::string& word : list.words) {
      const std::string lowered = lower_case(word);
      const std::size_t first = first_word_size(lowered);
      if (first < 2 || word.size() > kLongestPhrase) {
        return refused(list, "holds a word that is not of 2 to " + std::to_string(kLongestPhrase) +
                                 " bytes or does not begin with two letters or digits");
      }
      std::vector<Phrase>& phrases = phrases_[lowered.substr(0, first)];
      if (phrases.size() == kMostOfOneHead) {
        return refused(list, "makes more than " + std::to_string(kMostOfOneHead) +
                                 " phrases begin with one word");
      }
      longest_head_ = std::max(longest_head_, first);
      phrases.push_back({lowered, names_.size() - 1});
      if (++count_ > PrivacyScanner::kMostWords) {
        return refused(list, "is beyond " + std::to_string(PrivacyScanner::kMostWords) + " words");
      }
    }
    return {};
  }

  void want(WordHeads* heads) const override {
    for (const auto& [head, phrases] : phrases_) {
      for (const char first : {head[0], to_upper(head[0])}) {
        for (const char second : {head[1], to_upper(head[1])}) {
          const char pair[] = {first, second};
          heads->add({pair, 2});
        }
      }
    }
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    for (const std::size_t head : marked.heads) {
      const std::size_t size = first_word_size(text.substr(head, longest_head_ + 1));
      if (size > longest_head_) continue;
      const auto found = phrases_.find(lower_case(text.substr(head, size)));
      if (found == phrases_.end()) continue;
      for (const Phrase& phrase : found->second) {
        const std::size_t end = head + phrase.text.size();
        if (!equal_in_any_case(text.substr(head, phrase.text.size()), phrase.text)) continue;
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
  std::unordered_map<std::string, std::vector<Phrase>> phrases_;
  std::size_t longest_head_ = 0;
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
