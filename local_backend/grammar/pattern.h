// Regular expressions of JSON Schema (ECMA-262 with the `u` flag) as languages.
#pragma once

#include <string_view>

#include "core/result.h"
#include "local_backend/grammar/languages.h"

namespace weir::grammar {

// The texts in which the pattern matches somewhere. Groups do not capture. Looking ahead is
// understood outside groups, anchors at the ends of what stands outside groups. Properties of
// characters: general categories by their short or long names, as far as Unicode's tables here
// tell them apart. kUnsupportedParameter for looking behind, references, word borders and the
// rest; kInvalidRequest for what is no pattern.
Result<LanguageId> language_of_pattern(std::string_view pattern, Languages& languages);

}  // namespace weir::grammar
