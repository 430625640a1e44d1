// A request in which aliases stand for what is private.
//
// Pure; linear in the body. Nothing of it is kept when the request has ended.
#pragma once

#include <bitset>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/egress_permit.h"
#include "policies/privacy/aliases.h"
#include "policies/privacy/finding.h"
#include "policies/privacy/known_values.h"
#include "policies/privacy/scanner.h"

namespace weir::privacy {

using FindingKinds = std::bitset<kFindingKinds>;

// What looks for private data in one text; PrivacyScanner::scan() of a team.
using Scan = std::function<void(std::string_view text, std::vector<Finding>* findings)>;

// What stands in the texts of a request, by the words that rules use: those of finding.h for its
// kinds, and the team's own names for what is kCustom.
class Found {
 public:
  // Views that live as long as the scanner.
  void add(const Finding& finding);
  bool holds(std::string_view word) const;

 private:
  std::vector<std::string_view> words_;  // each once
};

// In a JSON body, also in JSON within its texts. What a provider does not read as text is left out:
// names of models and roles, ids and signatures where a dialect has them, the bytes of pictures
// and files.
Found find_in_body(std::string_view body, const Scan& scan);

// The kinds of these words. Words that are none are left out.
FindingKinds kinds_of(const std::vector<std::string>& words);
// What is redacted where nothing else is said: all that tells of a person or opens a door. Dates,
// ages, domains, plain addresses of pages and what is only guessed stay.
FindingKinds usual_kinds();
// Names and the like, for which the scanner looks only when asked.
FindingKinds guessed_kinds();
// What is to be guessed where these kinds are wanted.
Guesses guesses_for(const FindingKinds& kinds);

class Redaction final : public LeakCheck {
 public:
  // Of what is found those of `kinds` get aliases, in every text of `body`, also where a value
  // stands again without what gave it away, and in what is JSON within a text.
  Redaction(std::string_view body, const Scan& scan, const FindingKinds& kinds);

  const std::string& body() const { return body_; }
  const Aliases& aliases() const { return aliases_; }

  bool leaks_into(std::string_view body) const override;

 private:
  std::string body_;
  Aliases aliases_;
  KnownValues values_;  // of aliases_
};

}  // namespace weir::privacy
