// The tokens of a vocabulary: by their bytes, and by what each does inside a JSON string.
//
// Immutable after it is made, but for what it remembers. Any number of threads may share one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_backend/grammar/byte_tree.h"
#include "local_backend/grammar/code_points.h"
#include "local_backend/grammar/string_tokens.h"
#include "local_backend/token_mask.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir::grammar {

struct QuoteToken {
  TokenId token;
  CharacterBits behind;  // its quotes: the characters that stand there
};

class TokenTrie {
 public:
  // The first byte of the name of a token that has no text, such as "<|im_end|>". No UTF-8 has it.
  static constexpr char kControlMark = '\xff';
  static constexpr std::size_t kMostClasses = 256;  // that are kept

  // Bytes of token 0, 1, ...; empty for those that may never come, and for those that end an
  // answer.
  TokenTrie(std::vector<std::string> bytes, std::vector<TokenId> end_tokens);

  std::size_t tokens() const { return bytes_.size(); }
  std::string_view bytes(TokenId token) const { return bytes_[static_cast<std::size_t>(token)]; }
  const std::vector<TokenId>& end_tokens() const { return end_tokens_; }
  const AllowedTokens& all_but_ends() const { return all_but_ends_; }
  const ByteTree& all() const { return all_; }
  // Of tokens that a string ends in: from its quote on.
  const ByteTree& quotes() const { return quotes_; }
  const StringTokens& strings() const { return strings_; }
  // Tokens that have a quote, of either kind, and something behind it; those that have two quotes.
  const std::vector<QuoteToken>& opening() const { return opening_; }
  const std::vector<QuoteToken>& quoting() const { return quoting_; }
  // Worked out at the first asking. Thread-safe.
  std::shared_ptr<const ClassTokens> tokens_of(const CodePoints& points) const;

 private:
  void add_quotes(TokenId token);

  std::vector<std::string> bytes_;
  std::vector<TokenId> end_tokens_;
  AllowedTokens all_but_ends_;
  StringTokens strings_;
  ByteTree all_;
  ByteTree quotes_;
  std::vector<QuoteToken> opening_;
  std::vector<QuoteToken> quoting_;
  mutable std::mutex mutex_;
  // Under mutex_; the last used first.
  mutable std::list<std::pair<CodePoints, std::shared_ptr<const ClassTokens>>> classes_;
};

// Of a tokenizer's vocabulary.
std::shared_ptr<const TokenTrie> make_token_trie(const Tokenizer& tokenizer);

}  // namespace weir::grammar
