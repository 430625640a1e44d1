// Guesses which words of a text are names of people, places and organisations, addresses, words
// for nations and faiths, and titles of people.
//
// A linear-chain model over hashed features of words and their neighbours, learnt by
// tools/name_tagger. It is a guess: nothing that must not go wrong may rest on it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "policies/privacy/finding.h"

namespace weir::privacy {

struct NameSpan {
  FindingKind kind = FindingKind::kPerson;
  std::size_t begin = 0;  // bytes of the text, end excluded
  std::size_t end = 0;

  bool operator==(const NameSpan&) const = default;
};

// In the order of the text, none overlapping another. Any bytes; pure; time and memory grow with
// the text as a line does.
std::vector<NameSpan> tag_names(std::string_view text);

}  // namespace weir::privacy
