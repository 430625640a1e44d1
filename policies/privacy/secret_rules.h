// The tokens of vendors: what each begins with and how it goes on.
//
// Written from what the vendors publish about their tokens. A new vendor is a new line.
#pragma once

#include <span>
#include <string_view>

namespace weir::privacy {

struct SecretRule {
  std::string_view rule;
  std::string_view prefix;  // two bytes or more, in this case of letters
  std::string_view rest;    // policies/privacy/shape.h
};

std::span<const SecretRule> cloud_secret_rules();    // clouds, hosting, databases, networks
std::span<const SecretRule> service_secret_rules();  // models, code, payment, messages, the rest

}  // namespace weir::privacy
