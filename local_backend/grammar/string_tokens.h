// What the tokens of a vocabulary say inside a JSON string, from the border of characters on, so
// that those which are made of a class of characters are found at once.
//
// Immutable after it is made. Any number of threads may share one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_backend/grammar/code_points.h"
#include "local_backend/grammar/string_reader.h"
#include "local_backend/tokenizer/token_set.h"

namespace weir::grammar {

// Which characters there are, roughly: a bit stands for one or a few. Characters that are begun,
// and may become many, have bits of their own; so have a quote that ends the string and what no
// string has.
using CharacterBits = std::uint64_t;
inline constexpr CharacterBits kNoCharacter = CharacterBits{1} << 61;
inline constexpr CharacterBits kBegunUtf8 = CharacterBits{1} << 62;
inline constexpr CharacterBits kBegunEscape = CharacterBits{1} << 63;
CharacterBits bit_of(char32_t code);
// Of what has any of these characters, or begins one of them.
CharacterBits bits_of(CodePointRange range);
// Of what has others.
CharacterBits bits_beyond(const CodePoints& points);

// The tokens that say nothing but characters of one class up to their end, or up to a quote. One
// that ends within a character is among them if all that it may become is of the class.
struct ClassTokens {
  TokenSet whole;
  TokenSet quoted;
  std::size_t most_begin = 0;  // characters of the class that any token begins with, and one more
  // Of tokens that end within a character which may be of the class, or another.
  CharacterBits begun = 0;
};

class StringTokens {
 public:
  static constexpr std::size_t kMostCounted = 32;

  // Bytes of token 0, 1, ...
  explicit StringTokens(const std::vector<std::string>& bytes);

  // A fraction of a millisecond.
  ClassTokens made_of(const CodePoints& points) const;
  // Characters before the end or the quote; a begun one counts.
  std::size_t characters(TokenId token) const {
    return characters_[static_cast<std::size_t>(token)];
  }
  // Those of more characters, of which there are at least kMostCounted.
  std::vector<TokenId> longer_than(std::size_t characters) const;
  // *tokens without those of more characters.
  void keep_short(std::size_t most, TokenSet* tokens) const;
  // Bytes before its quote; kNoQuote if the string does not end in it.
  static constexpr std::size_t kNoQuote = ~std::size_t{0};
  static std::size_t quote_at(std::string_view bytes);

 private:
  using Ascii = std::array<std::uint64_t, 2>;  // a bit for each character
  struct Far {                                 // has characters beyond ASCII
    TokenId token;
    std::uint32_t first;  // of far_characters_
    std::uint32_t count;
  };
  struct Begun {
    TokenId token;
    StringStep step;
  };
  struct Long {
    TokenId token;
    std::vector<char32_t> characters;  // without a begun one
  };

  void add(TokenId token, std::string_view bytes, std::vector<std::vector<char32_t>>* far);
  void number_far_characters(const std::vector<std::vector<char32_t>>& far);
  TokenSet made_of_ascii(const CodePoints& points) const;
  void drop_far(const CodePoints& points, TokenSet* tokens) const;

  TokenSet whole_;   // nothing but characters
  TokenSet quoted_;  // characters, then a quote
  std::vector<Ascii> ascii_;
  std::vector<std::uint16_t> characters_;
  std::vector<TokenSet> at_most_;  // of so many characters
  std::vector<Long> long_;         // of more than kMostCounted
  TokenSet far_tokens_;
  std::vector<Far> far_;
  std::vector<std::uint32_t> far_characters_;  // by their place in far_points_
  std::vector<char32_t> far_points_;           // sorted
  std::vector<Begun> begun_;
};

}  // namespace weir::grammar
