#include "local_backend/grammar/token_trie.h"

#include <algorithm>
#include <utility>

namespace weir::grammar {
namespace {

// Those that have text, from the first byte on or from the quote that ends a string in them.
std::vector<ByteTree::Ending> endings_of(const std::vector<std::string>& bytes, bool from_quote) {
  std::vector<ByteTree::Ending> endings;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t from = from_quote ? StringTokens::quote_at(bytes[i]) : 0;
    if (bytes[i].empty() || from == StringTokens::kNoQuote) continue;
    endings.push_back({std::string_view(bytes[i]).substr(from), static_cast<TokenId>(i)});
  }
  return endings;
}

AllowedTokens all_but(const std::vector<TokenId>& end_tokens, std::size_t tokens) {
  AllowedTokens allowed;
  allowed.set = TokenSet(tokens);
  for (std::size_t i = 0; i < tokens; ++i) allowed.set.add(static_cast<TokenId>(i));
  for (const TokenId token : end_tokens) allowed.set.remove(token);
  return allowed;
}

}  // namespace

TokenTrie::TokenTrie(std::vector<std::string> bytes, std::vector<TokenId> end_tokens)
    : bytes_(std::move(bytes)),
      end_tokens_(std::move(end_tokens)),
      all_but_ends_(all_but(end_tokens_, bytes_.size())),
      strings_(bytes_),
      all_(endings_of(bytes_, false)),
      quotes_(endings_of(bytes_, true)) {
  for (std::size_t i = 0; i < bytes_.size(); ++i) add_quotes(static_cast<TokenId>(i));
}

void TokenTrie::add_quotes(TokenId token) {
  constexpr std::string_view kQuotes = "\"'";
  const std::string_view text = bytes(token);
  std::size_t quotes = 0;
  CharacterBits behind = 0;
  for (std::size_t at = text.find_first_of(kQuotes); at < text.size();
       at = text.find_first_of(kQuotes, at + 1)) {
    ++quotes;
    if (at + 1 == text.size()) break;
    const auto next = static_cast<std::uint8_t>(text[at + 1]);
    behind |= next < 0x80 && next != '\\' ? bit_of(next) : ~CharacterBits{0};
  }
  if (behind != 0) opening_.push_back({token, behind});
  if (quotes > 1) quoting_.push_back({token, behind});
}

std::shared_ptr<const ClassTokens> TokenTrie::tokens_of(const CodePoints& points) const {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(classes_.begin(), classes_.end(),
                                  [&](const auto& one) { return one.first == points; });
  if (known != classes_.end()) {
    classes_.splice(classes_.begin(), classes_, known);
    return known->second;
  }
  classes_.emplace_front(points, std::make_shared<ClassTokens>(strings_.made_of(points)));
  if (classes_.size() > kMostClasses) classes_.pop_back();
  return classes_.front().second;
}

std::shared_ptr<const TokenTrie> make_token_trie(const Tokenizer& tokenizer) {
  const Vocabulary& vocabulary = tokenizer.vocabulary();
  std::vector<std::string> bytes(vocabulary.size());
  std::vector<TokenId> end_tokens;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto token = static_cast<TokenId>(i);
    if (vocabulary.ends_answer(token)) {
      end_tokens.push_back(token);
    } else if (vocabulary.is_control(token)) {
      bytes[i] = TokenTrie::kControlMark + std::string(vocabulary.text(token));
    } else {
      tokenizer.decode(token, &bytes[i]);
      // A byte that no text has must not pass for the mark.
      if (bytes[i].find(TokenTrie::kControlMark) != std::string::npos) bytes[i].clear();
    }
  }
  return std::make_shared<const TokenTrie>(std::move(bytes), std::move(end_tokens));
}

}  // namespace weir::grammar
