#include "local_backend/tokenizer/special_tokens.h"

#include <algorithm>
#include <functional>

namespace weir {

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary) {
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    const bool control = vocabulary.is_control(id);
    const std::string_view text = vocabulary.text(id);
    if ((!control && vocabulary.kind(id) != TokenKind::kUserDefined) || text.empty()) continue;
    if (!tokens_.emplace(text, Entry{id, control}).second) continue;
    lengths_[static_cast<unsigned char>(text[0])].push_back(text.size());
  }
  for (auto& lengths : lengths_) {
    std::sort(lengths.begin(), lengths.end(), std::greater<>());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  }
}

std::optional<SpecialTokens::Match> SpecialTokens::match_at(std::string_view text,
                                                            std::size_t begin,
                                                            PromptSegment::Origin origin) const {
  for (const std::size_t size : lengths_[static_cast<unsigned char>(text[begin])]) {
    if (size > text.size() - begin) continue;
    const auto found = tokens_.find(text.substr(begin, size));
    if (found == tokens_.end()) continue;
    if (found->second.control && origin != PromptSegment::Origin::kTemplate) continue;
    return Match{begin, size, found->second.token};
  }
  return std::nullopt;
}

std::optional<SpecialTokens::Match> SpecialTokens::find(std::string_view text, std::size_t from,
                                                        PromptSegment::Origin origin) const {
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (auto match = match_at(text, begin, origin)) return match;
  }
  return std::nullopt;
}

}  // namespace weir
