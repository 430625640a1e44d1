#include "local_backend/grammar/writing.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "local_backend/grammar/code_points.h"

namespace weir::grammar {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kPythonWords = {
    {{"true", "True"}, {"false", "False"}, {"null", "None"}}};

std::vector<LanguageId> python_words(LanguageId json, Languages& languages) {
  std::vector<LanguageId> words;
  for (const auto& [word, python] : kPythonWords) {
    if (languages.has(json, code_points_of(word))) words.push_back(languages.text(python));
  }
  return words;
}

LanguageId texts_without(std::string_view part, Languages& languages) {
  return languages.negation(
      languages.sequence({Languages::kAnything, languages.text(part), Languages::kAnything}));
}

// Those that have an escape, and all that need none.
LanguageId python_texts(Languages& languages) {
  const LanguageId bad = languages.one_of({{0, 7}, {0x0b, 0x0b}, {0x0e, 0x1f}});
  return languages.negation(languages.sequence({Languages::kAnything, bad, Languages::kAnything}));
}

LanguageId gemma_names(Languages& languages) {
  const LanguageId sign = languages.one_of({{'-', '.'},
                                            {'0', '9'},
                                            {'A', 'Z'},
                                            {'_', '_'},
                                            {'a', 'z'},
                                            {0x80, 0xd7ff},
                                            {0xe000, kLastCodePoint}});
  return languages.repeated(sign, 1);
}

}  // namespace

WritingLanguages::WritingLanguages(const Writing& writing, Languages& languages)
    : languages_(languages), notation_(writing.notation), in_order_(writing.in_order) {
  if (!writing.barred.empty()) texts_ = texts_without(writing.barred, languages);
  if (notation_ == Notation::kPython) texts_ = languages.both({texts_, python_texts(languages)});
  names_ = notation_ == Notation::kGemma ? gemma_names(languages) : texts_;
}

LanguageId WritingLanguages::bare(LanguageId json) const {
  if (notation_ != Notation::kPython) return json;
  std::vector<LanguageId> options = python_words(json, languages_);
  std::vector<LanguageId> words;
  words.reserve(kPythonWords.size());
  for (const auto& [word, python] : kPythonWords) words.push_back(languages_.text(word));
  const LanguageId others = languages_.negation(languages_.either(std::move(words)));
  const LanguageId numbers = languages_.both({json, others});
  if (languages_.possible(numbers)) options.push_back(numbers);
  return languages_.either(std::move(options));
}

LanguageId with_python_words(LanguageId json, Languages& languages) {
  std::vector<LanguageId> options = python_words(json, languages);
  options.push_back(json);
  return languages.either(std::move(options));
}

}  // namespace weir::grammar
