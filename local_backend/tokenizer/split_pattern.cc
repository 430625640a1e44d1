#include "local_backend/tokenizer/split_pattern.h"

#include <algorithm>

namespace weir {
namespace {

using Piece = std::span<const Character>;

constexpr CharacterSet kSpaceCharacters = any_of(trait::kSpace);
constexpr CharacterSet kUpperPart =
    any_of(trait::kUpper | trait::kTitle | trait::kModifier | trait::kOtherLetter | trait::kMark);
constexpr CharacterSet kLowerPart =
    any_of(trait::kLower | trait::kModifier | trait::kOtherLetter | trait::kMark);

// Where the run of `set`, but none of `without`, that begins at `at` ends.
std::size_t run_end(Piece piece, std::size_t at, const CharacterSet& set,
                    const CharacterSet& without = {}) {
  while (at < piece.size() && set.has(piece[at]) && !without.has(piece[at])) ++at;
  return at;
}

bool takes_prefix(const SplitRun& run, Piece piece, std::size_t at) {
  return !run.prefix.empty() && at < piece.size() && run.prefix.has(piece[at]);
}

// Every matcher returns where its match ends, or `at` for none.
std::size_t match_body(const SplitRun& run, Piece piece, std::size_t begin, std::size_t at) {
  const Piece allowed = piece.first(at + std::min(run.most, piece.size() - at));
  const std::size_t end = run_end(allowed, at, run.body);
  return end - at < run.least ? begin : run_end(piece, end, run.tail);
}

std::size_t match_run(const SplitRun& run, Piece piece, std::size_t at) {
  if (takes_prefix(run, piece, at)) {
    const std::size_t end = match_body(run, piece, at, at + 1);
    if (end != at) return end;
  }
  return run.prefix_required ? at : match_body(run, piece, at, at);
}

std::size_t match_contraction(Piece piece, std::size_t at, bool ignore_case) {
  const auto letter = [&](std::size_t offset) -> char32_t {
    if (at + offset >= piece.size()) return 0;
    const char32_t code = piece[at + offset].code;
    if (!ignore_case) return code;
    if (code == 0x17f) return 's';  // the long s folds to it
    return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
  };
  if (letter(0) != '\'') return at;
  const char32_t first = letter(1), second = letter(2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
  const bool two = (first == 'r' && second == 'e') || (first == 'v' && second == 'e') ||
                   (first == 'l' && second == 'l');
  return two ? at + 3 : at;
}

// upper* lower+, with `upper*` giving back what it must: a letter without case or a
// mark is of both kinds.
std::size_t match_upper_lower(const SplitRun& run, Piece piece, std::size_t begin, std::size_t at) {
  const std::size_t upper = run_end(piece, at, kUpperPart, run.without);
  const std::size_t end = run_end(piece, upper, kLowerPart, run.without);
  if (end != upper) return end;
  for (std::size_t last = upper; last > at; --last) {
    if (kLowerPart.has(piece[last - 1])) return last;
  }
  return begin;
}

std::size_t match_upper(const SplitRun& run, Piece piece, std::size_t begin, std::size_t at) {
  const std::size_t upper = run_end(piece, at, kUpperPart, run.without);
  return upper == at ? begin : run_end(piece, upper, kLowerPart, run.without);
}

std::size_t match_cased_word(const SplitRun& run, Piece piece, std::size_t at) {
  std::size_t end = at;
  const bool prefix = takes_prefix(run, piece, at);
  for (const auto match : {match_upper_lower, match_upper}) {
    if (end == at && prefix) end = match(run, piece, at, at + 1);
    if (end == at) end = match(run, piece, at, at);
  }
  return end == at || !run.contraction ? end : match_contraction(piece, end, true);
}

std::size_t match_newlines(Piece piece, std::size_t at) {
  for (std::size_t end = run_end(piece, at, kSpaceCharacters); end > at; --end) {
    if ((piece[end - 1].traits & trait::kNewline) != 0) return end;
  }
  return at;
}

std::size_t match_trailing_space(Piece piece, std::size_t at) {
  const std::size_t end = run_end(piece, at, kSpaceCharacters);
  // Before a word the last space is left to it.
  return end == piece.size() || end == at ? end : end - 1;
}

// Tried only where a run begins: inside one that does not reach the end it would
// fail again and again.
std::size_t match_final_space(Piece piece, std::size_t at) {
  if (at > 0 && kSpaceCharacters.has(piece[at - 1])) return at;
  return run_end(piece, at, kSpaceCharacters) == piece.size() ? piece.size() : at;
}

std::size_t match(const SplitRun& run, Piece piece, std::size_t at) {
  switch (run.kind) {
    case SplitRun::Kind::kRun: return match_run(run, piece, at);
    case SplitRun::Kind::kCasedWord: return match_cased_word(run, piece, at);
    case SplitRun::Kind::kContraction: return match_contraction(piece, at, run.ignore_case);
    case SplitRun::Kind::kNewlines: return match_newlines(piece, at);
    case SplitRun::Kind::kTrailingSpace: return match_trailing_space(piece, at);
    case SplitRun::Kind::kFinalSpace: return match_final_space(piece, at);
  }
  return at;
}

std::size_t match_first(SplitPattern pattern, Piece piece, std::size_t at) {
  for (const SplitRun& run : pattern) {
    const std::size_t end = match(run, piece, at);
    if (end != at) return end;
  }
  return at;
}

void split_piece(SplitPattern pattern, Piece piece, std::size_t offset,
                 std::vector<std::size_t>* ends) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < piece.size();) {
    const std::size_t end = match_first(pattern, piece, at);
    if (end == at) {
      ++at;
      continue;
    }
    if (at > begin) ends->push_back(offset + at);
    ends->push_back(offset + end);
    begin = at = end;
  }
  if (begin < piece.size()) ends->push_back(offset + piece.size());
}

}  // namespace

bool CharacterSet::has(const Character& character) const {
  bool found = (character.traits & traits) != 0;
  if (!found && !ranges.empty()) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), character.code,
                         [](char32_t code, const CodeRange& range) { return code < range.first; });
    found = after != ranges.begin() && character.code <= (after - 1)->last;
  }
  return found != negated;
}

std::vector<std::size_t> split(std::span<const Character> text,
                               std::span<const SplitPattern> patterns) {
  std::vector<std::size_t> ends = {text.size()};
  if (text.empty()) return {};
  for (const SplitPattern pattern : patterns) {
    std::vector<std::size_t> next;
    next.reserve(ends.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      split_piece(pattern, text.subspan(begin, end - begin), begin, &next);
      begin = end;
    }
    ends = std::move(next);
  }
  return ends;
}

}  // namespace weir
