// What stands in a text in place of a secret: examples, templates, blanked-out values.
#pragma once

#include <string_view>

namespace weir::privacy {

// Whether `value` says itself that it is no secret: "xxxxxxxx", "<your key>", "AKIA...EXAMPLE",
// "changeme", "${TOKEN}", "********", "abcdefghijklmnopqrst", or sealed: "ENC[AES256_GCM,...".
// O(value).
bool is_placeholder(std::string_view value);

// Whether `body`, what a vendor's prefix is followed by, does so. Words that random text can
// hold by chance ("your", "fake") do not count here.
bool is_blank_token(std::string_view body);

// A UUID in any case: random, but mostly a name of something.
bool is_uuid(std::string_view value);

}  // namespace weir::privacy
