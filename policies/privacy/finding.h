// What is found in a text that may be private: its kind, the rule that found it, and where.
//
// Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

// The order is that of the words in finding.cc.
enum class FindingKind : std::uint8_t {
  kSecret,          // keys, tokens and passwords of programs and people
  kCard,            // payment cards
  kIban,            //
  kBankAccount,     // routing numbers, BIC, sort codes, account numbers
  kNationalId,      // numbers that a state gives to a person or, for taxes, to a firm
  kEmail,           //
  kPhone,           //
  kIp,              //
  kMac,             //
  kUrl,             //
  kUrlCredentials,  // a URL with a password in it
  kDomain,          //
  kDateOfBirth,     //
  kCryptoAddress,   //
  kPerson,          // these five are guesses, made when asked for alone
  kPlace,           //
  kOrganisation,    //
  kNationality,     // of nations, faiths, parties
  kTitle,           // "Dr.", "sales manager"
  kDate,            //
  kAge,             //
  kPostcode,        //
  kCustom,          // a pattern or word of the team's
};
inline constexpr std::size_t kFindingKinds = static_cast<std::size_t>(FindingKind::kCustom) + 1;

// The words that configuration and reports use: "secret", "card", "national_id".
std::string_view to_string(FindingKind kind);
std::optional<FindingKind> parse_finding_kind(std::string_view word);

struct Finding {
  FindingKind kind = FindingKind::kSecret;
  // "us_ssn", "aws_access_key_id", or the team's name for its pattern. Lives as long as the
  // scanner that found it.
  std::string_view rule;
  std::size_t begin = 0;  // bytes of the text, end excluded
  std::size_t end = 0;

  bool operator==(const Finding&) const = default;
};

}  // namespace weir
