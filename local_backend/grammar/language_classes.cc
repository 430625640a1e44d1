// Which characters of a language come to the same.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "local_backend/grammar/languages.h"

namespace weir::grammar {

// Where they lead, if that is one rest for all of them.
LanguageId Languages::after_all(LanguageId language, const CodePoints& points) {
  const std::span<const Derivative> list = derivatives(language);
  std::optional<LanguageId> rest;
  auto at = list.begin();
  for (const CodePointRange& range : points) {
    char32_t next = range.first;
    while (next <= range.last) {
      while (at != list.end() && at->last < next) ++at;
      if (at == list.end() || at->first > next) return kNothing;
      if (rest && *rest != at->next) return kNothing;
      rest = at->next;
      next = at->last + 1;
    }
  }
  return rest.value_or(kNothing);
}

CodePoints Languages::largest_class(LanguageId language) {
  std::map<LanguageId, std::pair<std::size_t, CodePoints>> classes;
  for (const Derivative& one : derivatives(language)) {
    auto& [size, points] = classes[one.next];
    size += one.last - one.first + 1;
    points.push_back({one.first, one.last});
  }
  const auto largest = std::max_element(classes.begin(), classes.end(), [](auto& a, auto& b) {
    return a.second.first < b.second.first;
  });
  return largest == classes.end() ? CodePoints() : std::move(largest->second.second);
}

std::vector<LanguageId> Languages::lasting(LanguageId language, const CodePoints& points) {
  std::vector<LanguageId> rests{language};
  for (std::size_t at = 0; at < rests.size(); ++at) {
    const std::span<const Derivative> list = derivatives(rests[at]);
    auto one = list.begin();
    for (const CodePointRange& range : points) {
      for (char32_t next = range.first; next <= range.last; next = one->last + 1) {
        while (one != list.end() && one->last < next) ++one;
        if (one == list.end() || one->first > next) return {};
        if (std::ranges::find(rests, one->next) == rests.end()) rests.push_back(one->next);
      }
    }
    if (rests.size() > kMostLasting) return {};
  }
  return rests;
}

}  // namespace weir::grammar
