// What is asked in place of a request that may not leave in its own words.
//
// Somebody, such as a model, wrote it who may have copied what is private. So it is held against
// the redacted request: none of the values may be in it, and nothing of some length that stands
// there word by word. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "core/egress_permit.h"
#include "policies/privacy/redaction.h"

namespace weir::privacy {

// Whether so many words in a row of `text` stand in `source`, too. Case and what is between words
// do not count; a character of Chinese, Japanese or Korean is a word. Linear in both.
bool copies_words(std::string_view text, std::string_view source, std::size_t words);

class Rewrite final : public LeakCheck {
 public:
  // `body` is JSON and takes the place of what `redaction` is of, which outlives it. So many
  // words in a row may be copied; 0 = any number.
  Rewrite(std::string body, const Redaction& redaction, std::size_t copied_words)
      : body_(std::move(body)), redaction_(&redaction), copied_words_(copied_words) {}

  const std::string& body() const { return body_; }

  bool leaks_into(std::string_view body) const override;

 private:
  std::string body_;
  const Redaction* redaction_;
  std::size_t copied_words_;
};

}  // namespace weir::privacy
