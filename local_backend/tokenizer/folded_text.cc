#include "local_backend/tokenizer/folded_text.h"

#include <algorithm>

#include "core/utf8.h"

namespace weir {
namespace {

// Hangul syllables are composed by a formula (Unicode, section 3.12).
constexpr char32_t kFirstSyllable = 0xac00;
constexpr char32_t kLastSyllable = 0xd7a3;
constexpr char32_t kFirstLead = 0x1100;
constexpr char32_t kFirstVowel = 0x1161;
constexpr char32_t kBeforeTrails = 0x11a7;
constexpr char32_t kVowels = 21;
constexpr char32_t kTrails = 28;

void append_syllable(char32_t code, std::string* out) {
  const char32_t index = code - kFirstSyllable;
  append_utf8(out, kFirstLead + index / (kVowels * kTrails));
  append_utf8(out, kFirstVowel + index % (kVowels * kTrails) / kTrails);
  if (const char32_t trail = index % kTrails; trail != 0) append_utf8(out, kBeforeTrails + trail);
}

bool covers(const FoldRun& run, char32_t code) {
  const char32_t offset = code - run.first;
  return code >= run.first && offset % run.step == 0 && offset / run.step < run.count;
}

char32_t becomes(const FoldRun& run, char32_t code) {
  return run.moves ? run.to + (code - run.first) : run.to;
}

}  // namespace

void append_folded(char32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code));
    return;
  }
  if (code >= kFirstSyllable && code <= kLastSyllable) return append_syllable(code, out);
  const std::span<const FoldRun> runs = fold_runs();
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), code,
                       [](char32_t wanted, const FoldRun& each) { return wanted < each.first; });
  auto first = after;
  while (first != runs.begin() && covers(*std::prev(first), code)) --first;
  if (first == after) return append_utf8(out, code);
  for (; first != after; ++first) {
    if (const char32_t to = becomes(*first, code); to != 0) append_utf8(out, to);
  }
}

}  // namespace weir
