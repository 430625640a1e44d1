// Keeps what the local engine remembers of one team's prompts from the others.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// The HMAC of the team's name under a secret of this process: nobody outside can name
// another team's salt, nor that of a later run. Empty, which shares nothing, if the
// system gives no random bytes.
std::string cache_salt_of(std::string_view team);

}  // namespace weir
