#include "local_backend/grammar/formats.h"

#include <algorithm>
#include <array>
#include <string>

#include "local_backend/grammar/pattern.h"

namespace weir::grammar {
namespace {

struct Format {
  std::string_view name;
  std::string pattern;
};

// February ends as the leap years of the Gregorian calendar say.
const std::string kYear = "[0-9]{4}";
const std::string kLeapYear =
    "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
const std::string kDate = "(?:" + kYear +
                          "-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
                          "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
                          "|02-(?:0[1-9]|1[0-9]|2[0-8]))|" +
                          kLeapYear + "-02-29)";
// RFC 3339. A leap second only where it can be seen to end a day of UTC.
const std::string kOffset = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
const std::string kTime = "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?" + kOffset +
                          "|23:59:60(?:\\.[0-9]+)?(?:[Zz]|[+-]00:00))";
// RFC 3339, appendix A.
const std::string kDuration =
    "P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)"
    "(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?"
    "|T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))";
const std::string kByte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const std::string kIpv4 = kByte + "(?:\\." + kByte + "){3}";
// RFC 4291, 2.2: eight groups, or fewer with one "::"; the last two may be an IPv4 address.
std::string ipv6() {
  const std::string group = "[0-9A-Fa-f]{1,4}";
  const std::string groups = "(?:" + group + ":)";
  const std::string last = "(?:" + group + ":" + group + "|" + kIpv4 + ")";
  const auto up_to = [&](int most) {
    std::string text;
    if (most == 0) return text;
    text.append("(?:").append(groups).append("{0,").append(std::to_string(most - 1));
    return text.append("}").append(group).append(")?");
  };
  std::string all = "(?:" + groups + "{6}" + last;
  for (int before = 0; before <= 5; ++before) {
    all.append("|").append(up_to(before)).append("::").append(groups).append("{");
    all.append(std::to_string(5 - before)).append("}").append(last);
  }
  all.append("|").append(up_to(6)).append("::").append(group);
  return all.append("|").append(up_to(7)).append("::)");
}
const std::string kLabel = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const std::string kHostname = kLabel + "(?:\\." + kLabel + ")*";
// The same without the limit of 63 for each part, which would be as many states.
const std::string kDomainPart = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const std::string kDomain = kDomainPart + "(?:\\." + kDomainPart + ")*";
// RFC 5321's Mailbox.
const std::string kAtom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const std::string kEmail = "(?:" + kAtom + "(?:\\." + kAtom +
                           ")*|\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\")@(?:" + kDomain + "|\\[" + kIpv4 +
                           "\\]|\\[IPv6:" + ipv6() + "\\])";
// RFC 3986.
const std::string kEscaped = "%[0-9A-Fa-f]{2}";
const std::string kPathSign = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|" + kEscaped + ")";
const std::string kPath = "(?:/" + kPathSign + "*)*";
const std::string kRegName = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|" + kEscaped + ")*";
const std::string kAuthority = "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|" + kEscaped + ")*@)?(?:\\[" +
                               ipv6() + "\\]|" + kRegName + ")(?::[0-9]*)?";
const std::string kTail = "(?:\\?(?:" + kPathSign + "|[/?])*)?(?:#(?:" + kPathSign + "|[/?])*)?";
const std::string kRooted = "/(?:" + kPathSign + "+" + kPath + ")?";
const std::string kUri = "[A-Za-z][A-Za-z0-9+.-]*:(?://" + kAuthority + kPath + "|" + kRooted +
                         "|" + kPathSign + "+" + kPath + "|)" + kTail;
const std::string kFirstSegment = "(?:[A-Za-z0-9._~!$&'()*+,;=@-]|" + kEscaped + ")+";
const std::string kUriReference = "(?:" + kUri + "|(?://" + kAuthority + kPath + "|" + kRooted +
                                  "|" + kFirstSegment + kPath + "|)" + kTail + ")";
const std::string kJsonPointer = "(?:/(?:[^~/]|~[01])*)*";

const std::array kFormats = {
    Format{"date", kDate},
    Format{"time", kTime},
    Format{"date-time", kDate + "[Tt]" + kTime},
    Format{"duration", kDuration},
    Format{"email", kEmail},
    Format{"hostname", kHostname},
    Format{"ipv4", kIpv4},
    Format{"ipv6", ipv6()},
    Format{"uuid", "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"},
    Format{"uri", kUri},
    Format{"uri-reference", kUriReference},
    Format{"json-pointer", kJsonPointer},
    Format{"relative-json-pointer", "(?:0|[1-9][0-9]*)(?:#|" + kJsonPointer + ")"},
};

constexpr std::array<std::string_view, 6> kStandard = {"idn-email",     "idn-hostname", "iri",
                                                       "iri-reference", "uri-template", "regex"};
constexpr std::uint32_t kMostHostnameBytes = 253;  // RFC 1123

}  // namespace

FormatKind language_of_format(std::string_view name, Languages& languages, LanguageId* language) {
  const auto known = std::find_if(kFormats.begin(), kFormats.end(),
                                  [&](const Format& format) { return format.name == name; });
  if (known == kFormats.end()) {
    const bool standard = std::find(kStandard.begin(), kStandard.end(), name) != kStandard.end();
    return standard ? FormatKind::kStandard : FormatKind::kOther;
  }
  *language = language_of_pattern("^" + known->pattern + "$", languages).value();
  if (name == "hostname") {
    const LanguageId any = languages.one_of(all_code_points());
    *language = languages.both({*language, languages.repeated(any, 0, kMostHostnameBytes)});
  }
  return FormatKind::kKnown;
}

}  // namespace weir::grammar
