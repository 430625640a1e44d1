#include "local_backend/tokenizer/special_tokens.h"

#include <algorithm>

namespace weir {

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary) {
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    const bool control = vocabulary.is_control(id);
    const std::string_view text = vocabulary.text(id);
    if ((!control && vocabulary.kind(id) != TokenKind::kUserDefined) || text.empty()) continue;
    entries_.push_back({text, id, control});
    ++first_[static_cast<unsigned char>(text[0]) + std::size_t{1}];
  }
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.text < b.text; });
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
}

// Entries that begin like the text stand together; each further byte leaves fewer of
// them, and one that ends here comes first.
std::optional<SpecialTokens::Match> SpecialTokens::match_at(std::string_view text,
                                                            std::size_t begin,
                                                            PromptSegment::Origin origin) const {
  const std::size_t lead = static_cast<unsigned char>(text[begin]);
  auto first = entries_.begin() + first_[lead], last = entries_.begin() + first_[lead + 1];
  std::optional<Match> longest;
  for (std::size_t size = 1; first != last; ++size) {
    if (first->text.size() == size) {
      if (!first->control || origin == PromptSegment::Origin::kTemplate) {
        longest = Match{begin, size, first->token};
      }
      ++first;
    }
    if (begin + size == text.size()) break;
    const auto next = static_cast<unsigned char>(text[begin + size]);
    const auto byte = [&](const Entry& e) { return static_cast<unsigned char>(e.text[size]); };
    first = std::partition_point(first, last, [&](const Entry& e) { return byte(e) < next; });
    last = std::partition_point(first, last, [&](const Entry& e) { return byte(e) == next; });
  }
  return longest;
}

std::optional<SpecialTokens::Match> SpecialTokens::find(std::string_view text, std::size_t from,
                                                        PromptSegment::Origin origin) const {
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (auto match = match_at(text, begin, origin)) return match;
  }
  return std::nullopt;
}

}  // namespace weir
