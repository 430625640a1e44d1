#include "policies/privacy/finding.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::array<std::string_view, kFindingKinds> kKindWords = {"secret",
                                                                    "card",
                                                                    "iban",
                                                                    "bank_account",
                                                                    "national_id",
                                                                    "email",
                                                                    "phone",
                                                                    "ip",
                                                                    "mac",
                                                                    "url",
                                                                    "url_credentials",
                                                                    "domain",
                                                                    "date_of_birth",
                                                                    "crypto_address",
                                                                    "person",
                                                                    "place",
                                                                    "organisation",
                                                                    "nationality",
                                                                    "title",
                                                                    "date",
                                                                    "age",
                                                                    "postcode",
                                                                    "custom"};

}  // namespace

std::string_view to_string(FindingKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

std::optional<FindingKind> parse_finding_kind(std::string_view word) {
  const auto* const found = std::find(kKindWords.begin(), kKindWords.end(), word);
  if (found == kKindWords.end()) return std::nullopt;
  return static_cast<FindingKind>(found - kKindWords.begin());
}

}  // namespace weir
