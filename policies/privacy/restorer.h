// Puts private values back into an answer that speaks of their aliases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policies/privacy/aliases.h"
#include "policies/privacy/json_nesting.h"

namespace weir::privacy {

// One text that may come in pieces, cut anywhere: what could become an alias is held back.
class Restorer {
 public:
  enum class Form : std::uint8_t {
    kPlain,
    // The text of a JSON document, such as a call's arguments: values are escaped, once more in
    // each text of JSON within it.
    kJson,
  };

  // `aliases` outlive it.
  Restorer(const Aliases& aliases, Form form) : aliases_(&aliases), form_(form) {}

  // What is known of the text so far, as much as was not returned before.
  std::string feed(std::string_view piece) { return take(piece, false); }
  // The rest.
  std::string finish() { return take({}, true); }

 private:
  std::string take(std::string_view piece, bool last);
  void add_value(std::string_view value, std::string* out);

  const Aliases* aliases_;
  Form form_;
  JsonNesting nesting_;
  std::string held_;
  char before_ = ' ';  // what was returned last, or a blank in place of an escape
};

std::string restore(const Aliases& aliases, std::string_view text);

// All texts of a JSON document, also those that are JSON themselves, such as the arguments of
// calls.
std::string restore_json(const Aliases& aliases, std::string_view document);

}  // namespace weir::privacy
