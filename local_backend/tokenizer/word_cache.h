// The words of one text that were encoded already: prose says most words again.
//
// Where words are encoded each by itself, a word that came before has the tokens that
// it had before. Belongs to one call of encode(); words and tokens outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

class WordCache {
 public:
  static constexpr std::size_t kLongestWord = 16;  // bytes; longer ones hardly come again

  // Remembers nothing for a short text, which would not pay for it.
  explicit WordCache(std::size_t text_bytes) : slots_(text_bytes < kShortText ? 0 : kSlots) {}

  // Appends the tokens of `word` if it came before.
  bool repeat(std::string_view word, std::vector<TokenId>* tokens) {
    if (slots_.empty() || word.size() > kLongestWord) return false;
    const Slot& slot = slots_[slot_of(word)];
    if (slot.word != word || slot.count == 0) return false;
    for (std::uint32_t i = 0; i < slot.count; ++i) tokens->push_back((*tokens)[slot.begin + i]);
    return true;
  }

  // `word` became the tokens from `begin` to the end of `tokens`, where they stay.
  void remember(std::string_view word, std::size_t begin, const std::vector<TokenId>& tokens) {
    if (slots_.empty() || word.size() > kLongestWord) return;
    slots_[slot_of(word)] = {word, begin, static_cast<std::uint32_t>(tokens.size() - begin)};
  }

 private:
  static constexpr std::size_t kShortText = 2'048;  // bytes
  static constexpr std::size_t kSlots = 4'096;

  struct Slot {
    std::string_view word;
    std::size_t begin = 0;
    std::uint32_t count = 0;
  };

  // FNV-1a (Fowler, Noll, Vo), folded. Collisions only cost time.
  static std::size_t slot_of(std::string_view word) {
    std::uint32_t hash = 0x811c9dc5;
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
    return (hash ^ hash >> 15) % kSlots;
  }

  std::vector<Slot> slots_;
};

}  // namespace weir
