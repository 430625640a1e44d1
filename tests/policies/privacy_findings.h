// What the scanner finds in a text, in one line a finding that a test can name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/privacy/scanner.h"

namespace weir::test {

inline std::vector<Finding> scan(std::string_view text) {
  static const PrivacyScanner scanner;
  std::vector<Finding> findings;
  scanner.scan(text, &findings);
  return findings;
}

// "card 4111111111111111", "national_id/us_ssn 123-45-6780": the rule where it says more.
inline std::string told(std::string_view text, const Finding& finding) {
  std::string line(to_string(finding.kind));
  if (finding.kind == FindingKind::kNationalId || finding.kind == FindingKind::kSecret ||
      finding.kind == FindingKind::kBankAccount || finding.kind == FindingKind::kCustom) {
    line += "/";
    line += finding.rule;
  }
  line += " ";
  line += text.substr(finding.begin, finding.end - finding.begin);
  return line;
}

inline std::vector<std::string> found(std::string_view text) {
  std::vector<std::string> lines;
  for (const Finding& finding : scan(text)) lines.push_back(told(text, finding));
  return lines;
}

// Whether a finding of `kind` is there, whatever else is.
inline bool finds(std::string_view text, FindingKind kind) {
  for (const Finding& finding : scan(text)) {
    if (finding.kind == kind) return true;
  }
  return false;
}

}  // namespace weir::test
