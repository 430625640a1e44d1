// The texts that a `format` of JSON Schema names.
#pragma once

#include <string_view>

#include "local_backend/grammar/languages.h"

namespace weir::grammar {

enum class FormatKind { kKnown, kStandard, kOther };

// kKnown: the language of its texts is in *language. kStandard: JSON Schema defines it, and it
// is not supported. kOther: anybody's own word, which says nothing.
FormatKind language_of_format(std::string_view name, Languages& languages, LanguageId* language);

}  // namespace weir::grammar
