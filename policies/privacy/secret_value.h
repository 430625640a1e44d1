// Whether the value of a field looks like a secret.
//
// All take a value without its quotes, 1 to kLongestSecretValue bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "policies/privacy/secret_name.h"

namespace weir::privacy {

inline constexpr std::size_t kLongestSecretValue = 1'024;

// Chosen by a person: six bytes or more (eight when not quoted), letters with digits or signs; no
// placeholder, path, call, or name of another variable.
bool looks_like_password(std::string_view value, bool quoted);

// Made by a program: ten bytes or more without blanks, with digits or very mixed letters, at
// least 2.8 bits of entropy a byte, and no name made of words and short numbers.
bool looks_random(std::string_view value);

// The same for a field whose name says little: 24 bytes or more, letters of both cases and digits,
// 3.7 bits a byte.
bool looks_very_random(std::string_view value);

// One of these, as the name of the field asks. False for an empty value and for kNone.
bool is_secret_value(SecretName name, std::string_view value, bool quoted);

}  // namespace weir::privacy
