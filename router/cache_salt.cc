#include "router/cache_salt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <optional>

namespace weir {
namespace {

using Secret256 = std::array<unsigned char, 32>;

std::optional<Secret256> random_secret() {
  Secret256 secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) return std::nullopt;
  return secret;
}

}  // namespace

std::string cache_salt_of(std::string_view team) {
  static const std::optional<Secret256> secret = random_secret();
  if (!secret) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const auto* text = reinterpret_cast<const unsigned char*>(team.data());
  if (HMAC(EVP_sha256(), secret->data(), static_cast<int>(secret->size()), text, team.size(),
           digest.data(), &size) == nullptr) {
    return {};
  }
  return {digest.begin(), digest.begin() + size};
}

}  // namespace weir
