// A set of tokens of one vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

// A bit for each token.
class TokenSet {
 public:
  explicit TokenSet(std::size_t tokens = 0) : words_((tokens + 63) / 64) {}
  void add(TokenId token) { words_[word(token)] |= bit(token); }
  bool has(TokenId token) const {
    return word(token) < words_.size() && (words_[word(token)] & bit(token)) != 0;
  }
  void add(const TokenSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  void remove(TokenId token) { words_[word(token)] &= ~bit(token); }
  // `other` is of the same vocabulary.
  void remove(const TokenSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  }
  void keep(const TokenSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  }
  std::span<std::uint64_t> words() { return words_; }
  std::span<const std::uint64_t> words() const { return words_; }

 private:
  static std::size_t word(TokenId token) { return static_cast<std::size_t>(token) / 64; }
  static std::uint64_t bit(TokenId token) { return std::uint64_t{1} << (token % 64); }

  std::vector<std::uint64_t> words_;
};

}  // namespace weir
