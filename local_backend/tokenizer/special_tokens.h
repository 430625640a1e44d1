// Finds whole tokens inside text: control tokens in template text, and the
// tokens that a model's maker asked to be found everywhere (user-defined).
//
// Immutable and thread-safe. Holds views into a Vocabulary that must outlive it.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

class SpecialTokens {
 public:
  explicit SpecialTokens(const Vocabulary& vocabulary);

  struct Match {
    std::size_t begin = 0;
    std::size_t size = 0;
    TokenId token = 0;
  };

  // The leftmost special token in `text` at or after `from`; of several there, the
  // longest. Control tokens count only if `origin` is kTemplate. O(size of text),
  // times the number of different lengths that special tokens have.
  std::optional<Match> find(std::string_view text, std::size_t from,
                            PromptSegment::Origin origin) const;

 private:
  struct Entry {
    TokenId token;
    bool control;
  };
  std::optional<Match> match_at(std::string_view text, std::size_t begin,
                                PromptSegment::Origin origin) const;

  std::unordered_map<std::string_view, Entry> tokens_;
  std::array<std::vector<std::size_t>, 256> lengths_;  // by first byte, longest first
};

}  // namespace weir
