// Finds whole tokens inside text: control tokens in template text, and the
// tokens that a model's maker asked to be found everywhere (user-defined).
//
// Immutable and thread-safe. Holds views into a Vocabulary that must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
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
  // longest. Control tokens count only if `origin` is kTemplate. O(size of text), and
  // times the length of special tokens (Vocabulary::kMaxSpecialBytes) at worst.
  std::optional<Match> find(std::string_view text, std::size_t from,
                            PromptSegment::Origin origin) const;

 private:
  struct Entry {
    std::string_view text;
    TokenId token;
    bool control;
  };
  std::optional<Match> match_at(std::string_view text, std::size_t begin,
                                PromptSegment::Origin origin) const;

  std::vector<Entry> entries_;              // by text
  std::array<std::uint32_t, 257> first_{};  // of each first byte, and one more
};

}  // namespace weir
