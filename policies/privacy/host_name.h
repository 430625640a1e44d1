// Host names: RFC 1035's lengths, and which endings are top-level domains.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::privacy {

inline constexpr std::size_t kLongestHost = 253;

// Where the host name ends that begins at `begin`: labels of letters, digits and dashes between
// dots, the last a top-level domain by its look (two letters or more, or xn--). `begin` itself
// if there is none. Reads at most kLongestHost + 1 bytes.
std::size_t host_end(std::string_view text, std::size_t begin);

enum class Ending {
  kNone,       // no top-level domain, or one that we do not know
  kAmbiguous,  // one that is also an ending of files or a word of programs: .sh, .name, .team
  kPlain,      // one that is hardly anything else: .com, .de
};

// Of the last label, in any case of letters.
Ending ending_of(std::string_view label);

}  // namespace weir::privacy
