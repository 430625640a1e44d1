#include "local_backend/grammar/byte_tree.h"

#include <algorithm>
#include <cstddef>

#include "local_backend/grammar/string_reader.h"

namespace weir::grammar {
namespace {

CharacterBits bits_here(const StringStep& step, bool ends) {
  switch (step.kind) {
    case StringStep::Kind::kCharacter: return bit_of(step.code);
    case StringStep::Kind::kMore: break;
    default: return kNoCharacter;
  }
  if (!ends) return 0;
  return is_begun_utf8(step.unfinished) ? kBegunUtf8 : kBegunEscape;
}

}  // namespace

// What begins alike stays together, so that a walk finds it near.
ByteTree::ByteTree(std::vector<Ending> endings) : branches_(1) {
  std::sort(endings.begin(), endings.end(),
            [](const Ending& a, const Ending& b) { return a.bytes < b.bytes; });
  tokens_.reserve(endings.size());
  for (const Ending& ending : endings) tokens_.push_back(ending.token);
  branches_.front().tokens_end = static_cast<std::uint32_t>(endings.size());
  struct Place {
    std::uint32_t branch;
    std::size_t depth;
  };
  std::vector<Place> way{{0, 0}};
  while (!way.empty()) {
    const auto [at, depth] = way.back();
    way.pop_back();
    Branch branch = branches_[at];
    std::uint32_t next = branch.tokens;
    while (next < branch.tokens_end && endings[next].bytes.size() == depth) ++next;
    branch.longer = next;
    branch.first = static_cast<std::uint32_t>(branches_.size());
    while (next < branch.tokens_end) {
      const char byte = endings[next].bytes[depth];
      const std::uint32_t tokens = next;
      while (next < branch.tokens_end && endings[next].bytes[depth] == byte) ++next;
      way.push_back({static_cast<std::uint32_t>(branches_.size()), depth + 1});
      branches_.push_back(
          {.tokens = tokens, .tokens_end = next, .byte = static_cast<std::uint8_t>(byte)});
      ++branch.count;
    }
    branches_[at] = branch;
  }
  note_characters();
}

// What is longer stands behind what it begins with.
void ByteTree::note_characters() {
  std::vector<StringStep> steps(branches_.size());
  steps.front().kind = StringStep::Kind::kCharacter;
  for (std::uint32_t at = 0; at < branches_.size(); ++at) {
    const StringStep before = steps[at];
    if (before.kind != StringStep::Kind::kCharacter && before.kind != StringStep::Kind::kMore) {
      continue;
    }
    const Branch& branch = branches_[at];
    for (std::uint32_t i = branch.first; i < branch.first + branch.count; ++i) {
      steps[i] = read_byte(before.unfinished, branches_[i].byte, Spelling::kUsual);
      branches_[i].here = bits_here(steps[i], !ending_at(branches_[i]).empty());
    }
  }
  for (std::size_t at = branches_.size(); at-- > 0;) {
    Branch& branch = branches_[at];
    branch.below = 0;
    for (std::uint32_t i = branch.first; i < branch.first + branch.count; ++i) {
      branch.below |= branches_[i].here | branches_[i].below;
    }
  }
}

}  // namespace weir::grammar
