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
  struct Part {
    std::size_t depth;
    std::size_t first;   // of the endings
    std::size_t longer;  // first of those that are longer than the beginning
    std::size_t end;
  };
  std::vector<Part> parts{{0, 0, 0, endings.size()}};  // by branch
  std::vector<std::size_t> way{0};
  while (!way.empty()) {
    const std::size_t at = way.back();
    way.pop_back();
    const auto [depth, begin, longer, end] = parts[at];
    std::size_t next = begin;
    while (next < end && endings[next].bytes.size() == depth) ++next;
    parts[at].longer = next;
    branches_[at].first = static_cast<std::uint32_t>(branches_.size());
    while (next < end) {
      const char byte = endings[next].bytes[depth];
      const std::size_t first = next;
      while (next < end && endings[next].bytes[depth] == byte) ++next;
      way.push_back(branches_.size());
      parts.push_back({depth + 1, first, first, next});
      branches_.push_back({.byte = static_cast<std::uint8_t>(byte)});
      ++branches_[at].count;
    }
  }
  for (std::size_t i = branches_.size(); i-- > 0;) {
    Branch& branch = branches_[i];
    // The first of those that are one byte longer was gone into last.
    branch.end = branch.count == 0 ? branch.first : branches_[branch.first].end;
    branch.end = std::max(branch.end, branch.first + branch.count);
  }
  tokens_.reserve(endings.size());
  for (std::size_t i = 0; i < branches_.size(); ++i) {
    branches_[i].tokens = static_cast<std::uint32_t>(tokens_.size());
    for (std::size_t n = parts[i].first; n < parts[i].longer; ++n) {
      tokens_.push_back(endings[n].token);
    }
  }
  branches_.push_back({.tokens = static_cast<std::uint32_t>(tokens_.size())});
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
      branches_[i].here = bits_here(steps[i], !ending_at(i).empty());
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
