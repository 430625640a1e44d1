// What the words around a number say that it is: "call me at", "SSN:", "sort code".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::privacy {

// One bit each, so that a set of topics is one number.
enum class Topic : std::uint8_t {
  kPhone,
  kCard,
  kAccount,  // of a bank
  kRouting,  // ABA
  kBic,
  kSortCode,
  kBirth,
  kAge,
  kPostcode,
  kIdentity,  // an identity or tax number, of no country in particular
  kLicence,   // to drive
  kPassport,
  kVersion,  // of software, or of a section of a text
  kOrder,    // orders, invoices, parts, books
  kIp,
  kWebsite,
  kUsSsn,
  kUsItin,
  kUkNhs,
  kUkNino,
  kDeTax,
  kFrNir,
  kEs,
  kPl,
  kSe,
  kNl,
  kPt,
  kBe,
  kDk,
  kNo,
  kCh,
  kAt,
  kIe,
  kAadhaar,
  kPan,
  kBr,
  kAuTfn,
  kAuMedicare,
  kAuAbn,
  kCaSin,
  kSg,
  kKr,
  kZa,
  kTr,
  kCn,
  kJp,
  kNpi,
  kMx,
  kIt,
  kFi,
};

using Topics = std::uint64_t;
constexpr Topics topic(Topic one) { return Topics{1} << static_cast<unsigned>(one); }

class WordHeads;
// The words that begin phrases of topics, as MarkedText is to look for them.
void want_topics(WordHeads* heads);
// Of the phrases that begin with `word`, in any case of ASCII letters.
Topics topics_of_word(std::string_view word);

// Of the words in the 56 bytes before `begin` and the 24 behind `end`, without those beyond the
// line's end behind and the line before this one. At most 100 bytes are read.
Topics topics_near(std::string_view text, std::size_t begin, std::size_t end);
// Of those before alone.
Topics topics_before(std::string_view text, std::size_t begin);

}  // namespace weir::privacy
