// How a document's values are written: as JSON, or in words that some models were taught instead.
//
// WritingLanguages belongs to the thread of the languages it was made with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "local_backend/grammar/languages.h"

namespace weir::grammar {

enum class Notation : std::uint8_t {
  kJson,
  kPython,  // 'text' or "text", True, False, None
  kGemma,   // <|"|>text<|"|> without escapes, and names without quotes
};

// What stands around the texts of Gemma's.
inline constexpr std::string_view kGemmaQuote = "<|\"|>";

struct Writing {
  Notation notation = Notation::kJson;
  // No text and no name may hold it: it would end what stands around the values.
  std::string barred = {};
  bool in_order = true;  // properties come in the order of the schema
};

class WritingLanguages {
 public:
  WritingLanguages(const Writing& writing, Languages& languages);

  Notation notation() const { return notation_; }
  bool in_order() const { return in_order_; }
  // What texts, and names of properties, can say.
  LanguageId texts() const { return texts_; }
  LanguageId names() const { return names_; }
  // Bare words and numbers of JSON, in the words of the notation.
  LanguageId bare(LanguageId json) const;

 private:
  Languages& languages_;
  const Notation notation_;
  const bool in_order_;
  LanguageId texts_ = Languages::kAnything;
  LanguageId names_ = Languages::kAnything;
};

// The words of JSON in it, and Python's.
LanguageId with_python_words(LanguageId json, Languages& languages);

}  // namespace weir::grammar
