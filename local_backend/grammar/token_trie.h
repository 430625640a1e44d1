// The tokens of a vocabulary by their bytes, so that those which share a beginning are looked at
// together; and what each does inside a JSON string.
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

#include "local_backend/grammar/code_points.h"
#include "local_backend/tokenizer/token_set.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir::grammar {

struct TokenBranch {
  std::uint32_t size = 1;   // branches from this one on that share its beginning
  std::uint16_t depth = 0;  // bytes of the beginning
  std::uint8_t byte = 0;    // its last one
  TokenId token = -1;       // that ends here; others that do follow in a chain
};
// In the order of a walk that goes down before it goes on. Where a beginning is impossible the
// walk goes on behind all that share it.
using TokenBranches = std::vector<TokenBranch>;
// By token: the next one that ends at the same branch, or -1.
using TokenChain = std::vector<TokenId>;

// Tokens that say nothing but characters of one class, inside a JSON string; and all others.
struct ClassTokens {
  static constexpr std::size_t kMostCounted = 32;

  // Of the class, with so many characters at most; begun ones count. The last: any number.
  std::vector<TokenSet> within;
  // By how many characters of the class they begin with: what comes behind these.
  std::vector<TokenBranches> others;
  TokenChain chain;
};

class TokenTrie {
 public:
  // The first byte of the name of a token that has no text, such as "<|im_end|>". No UTF-8 has it.
  static constexpr char kControlMark = '\xff';
  static constexpr std::size_t kMostClasses = 64;  // that are kept

  // Bytes of token 0, 1, ...; empty for those that may never come.
  explicit TokenTrie(std::vector<std::string> bytes);

  std::size_t tokens() const { return bytes_.size(); }
  std::string_view bytes(TokenId token) const { return bytes_[static_cast<std::size_t>(token)]; }
  const TokenBranches& all() const { return all_; }
  const TokenChain& chain() const { return chain_; }  // of all()
  // Worked out at the first asking: milliseconds. Thread-safe.
  std::shared_ptr<const ClassTokens> tokens_of(const CodePoints& points) const;

 private:
  std::shared_ptr<const ClassTokens> work_out(const CodePoints& points) const;

  std::vector<std::string> bytes_;
  std::vector<TokenId> sorted_;  // by bytes
  TokenBranches all_;
  TokenChain chain_;
  mutable std::mutex mutex_;
  // Under mutex_; the last used first.
  mutable std::list<std::pair<CodePoints, std::shared_ptr<const ClassTokens>>> classes_;
};

// Of a tokenizer's vocabulary.
std::shared_ptr<const TokenTrie> make_token_trie(const Tokenizer& tokenizer);

}  // namespace weir::grammar
