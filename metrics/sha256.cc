#include "metrics/sha256.h"

#include <openssl/evp.h>

#include <span>

#include "core/hex.h"

namespace weir {

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  return to_hex(std::as_bytes(std::span(digest)).first(size));
}

}  // namespace weir
