// What the name of a field, variable or header says about its value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::privacy {

enum class SecretName : std::uint8_t {
  kNone,           // nothing
  kPassword,       // chosen by a person: short, words with digits
  kClearPassword,  // the same, and the name says that it stands there: "ClearTextPassword"
  kToken,          // made by a program: long and random
  kKey,            // some key: only what is very random counts
  kService,        // of a service whose keys have no form of their own: "datadog", "okta_key"
  kAuthorization,  // a header whose value begins with a scheme
};

constexpr bool is_password(SecretName name) {
  return name == SecretName::kPassword || name == SecretName::kClearPassword;
}

inline constexpr std::size_t kLongestSecretName = 64;

// Of "DB_PASSWORD", "clientSecret", "x-api-key"; kNone for "password_hash_length", "publicKey",
// "max_tokens". Reads the last kLongestSecretName bytes.
SecretName secret_name(std::string_view name);

}  // namespace weir::privacy
