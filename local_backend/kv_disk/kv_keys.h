// The keys under which one team's prefixes lie on disk, all made from one secret.
//
// Without the secret a name tells nothing of a prompt, and contents are neither read nor
// made. Immutable, so any number of threads may share one.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "local_backend/kv_cache/kv_archive.h"

namespace weir {

using KvKey = std::array<unsigned char, 32>;

class KvKeys {
 public:
  // nullopt if the cryptographic library fails.
  static std::optional<KvKeys> derive(std::span<const std::byte> secret, std::string_view team);

  // HMAC-SHA-256 (RFC 2104) of what is said in parts, each with its length before it.
  KvName name_of(std::span<const std::span<const std::byte>> parts) const;

  const KvKey& seal() const { return seal_; }            // for AES-256-GCM
  const std::string& folder() const { return folder_; }  // where the team's files are

 private:
  struct FreeMac {
    void operator()(EVP_MAC_CTX* mac) const { EVP_MAC_CTX_free(mac); }
  };
  using Mac = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

  static Mac mac_of(std::span<const unsigned char> key);
  static KvName tag(const Mac& keyed, std::span<const std::span<const std::byte>> parts);

  Mac names_;
  KvKey seal_{};
  std::string folder_;
};

}  // namespace weir
