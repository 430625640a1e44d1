// Keys of teams: `weir_<8 characters id>_<secret>`, of which only the SHA-256 is kept.
//
// The id finds the key in a table and may be logged; the secret never is. The
// hash is over the whole key as printed, so `printf %s KEY | sha256sum` makes it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"

namespace weir {

using Sha256 = std::array<std::uint8_t, 32>;

struct TeamKey {
  std::string id;  // 8 characters of [0-9A-Za-z]
  Sha256 sha256{};
};

// The digest of `text`. Aborts when OpenSSL has no SHA-256, which is a broken
// installation.
Sha256 sha256_of(std::string_view text);

// Takes as long for keys that differ in the first byte as in the last.
bool equal_in_constant_time(const Sha256& a, const Sha256& b);

// The id of a key of our form, or nullopt. Does not say that the key is good.
std::optional<std::string_view> key_id(std::string_view key);

// Reads "<id>:sha256:<64 hex digits>", the form of [[team]] keys.
std::optional<TeamKey> parse_key_line(std::string_view line);

inline constexpr std::size_t kKeyRandomBytes = 40;

struct NewKey {
  Secret printed;           // shown once to the person who asked
  std::string config_line;  // to paste into [[team]] keys
};

// A key made of `random`, which must come from the system's random device: 8
// bytes for the id, 32 for a secret of 43 base62 digits.
NewKey make_key(const std::array<std::uint8_t, kKeyRandomBytes>& random);

// The same with the id of a key that is there: its next secret.
NewKey make_key(const std::array<std::uint8_t, kKeyRandomBytes>& random, std::string_view id);

}  // namespace weir
