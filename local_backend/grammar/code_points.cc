#include "local_backend/grammar/code_points.h"

#include <algorithm>

namespace weir::grammar {
namespace {

constexpr CodePointRange kSurrogates{0xd800, 0xdfff};

void add_without_surrogates(CodePointRange range, CodePoints* points) {
  if (range.first < kSurrogates.first) {
    points->push_back({range.first, std::min<char32_t>(range.last, kSurrogates.first - 1)});
  }
  if (range.last > kSurrogates.last) {
    points->push_back({std::max<char32_t>(range.first, kSurrogates.last + 1), range.last});
  }
}

}  // namespace

CodePoints code_points(std::vector<CodePointRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const CodePointRange& a, const CodePointRange& b) { return a.first < b.first; });
  CodePoints merged;
  for (const CodePointRange& range : ranges) {
    if (range.first > range.last) continue;
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  CodePoints points;
  for (const CodePointRange& range : merged) add_without_surrogates(range, &points);
  return points;
}

CodePoints all_code_points() { return code_points({{0, kLastCodePoint}}); }

CodePoints complement(const CodePoints& points) {
  std::vector<CodePointRange> gaps;
  char32_t next = 0;
  for (const CodePointRange& range : points) {
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) gaps.push_back({next, kLastCodePoint});
  return code_points(std::move(gaps));
}

CodePoints without(CodePointRange range, const CodePoints& points) {
  CodePoints rest;
  for (const CodePointRange& one : points) {
    if (one.last < range.first) continue;
    if (one.first > range.last) break;
    if (one.first > range.first) rest.push_back({range.first, one.first - 1});
    range.first = one.last + 1;
  }
  if (range.first <= range.last) rest.push_back(range);
  return rest;
}

}  // namespace weir::grammar
