#include "policies/team_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <utility>

#include "core/hex.h"

namespace weir {
namespace {

constexpr std::string_view kPrefix = "weir_";
constexpr std::size_t kIdLength = 8;
constexpr std::size_t kIdRandomBytes = 8;
constexpr std::size_t kSecretLength = 43;  // 62^43 > 2^256
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kHashMark = ":sha256:";

bool is_base62(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kBase62) == std::string_view::npos;
}

// `number` (big-endian) modulo 62^digits, most significant digit first. Long
// division: the digits of 32 random bytes are exact, not reduced byte by byte.
std::string to_base62(std::span<const std::uint8_t> number, std::size_t digits) {
  std::string rest(number.begin(), number.end());
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0;) {
    unsigned remainder = 0;
    for (char& byte : rest) {
      const unsigned value = remainder * 256 + static_cast<unsigned char>(byte);
      byte = static_cast<char>(value / kBase62.size());
      remainder = value % static_cast<unsigned>(kBase62.size());
    }
    text[i] = kBase62[remainder];
  }
  OPENSSL_cleanse(rest.data(), rest.size());
  return text;
}

// OpenSSL 3 looks an algorithm up by its name each time, unless it was fetched, and
// makes a context each time, unless one is kept.
struct DigestContext {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~DigestContext() { EVP_MD_CTX_free(context); }
};

}  // namespace

Sha256 sha256_of(std::string_view text) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const DigestContext kept;
  Sha256 digest{};
  unsigned length = 0;
  const bool done = algorithm != nullptr &&
                    EVP_DigestInit_ex2(kept.context, algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(kept.context, text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(kept.context, digest.data(), &length) == 1;
  if (!done || length != digest.size()) std::abort();
  return digest;
}

bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string_view> key_id(std::string_view key) {
  if (!key.starts_with(kPrefix)) return std::nullopt;
  key.remove_prefix(kPrefix.size());
  if (key.size() <= kIdLength + 1 || key[kIdLength] != '_') return std::nullopt;
  const std::string_view id = key.substr(0, kIdLength);
  if (!is_base62(id)) return std::nullopt;
  return id;
}

std::optional<TeamKey> parse_key_line(std::string_view line) {
  if (line.size() <= kIdLength + kHashMark.size()) return std::nullopt;
  const std::string_view id = line.substr(0, kIdLength);
  if (!is_base62(id) || line.substr(kIdLength, kHashMark.size()) != kHashMark) return std::nullopt;
  Sha256 digest{};
  const std::string_view hex = line.substr(kIdLength + kHashMark.size());
  if (!from_hex(hex, std::as_writable_bytes(std::span(digest)))) return std::nullopt;
  return TeamKey{std::string(id), digest};
}

NewKey make_key(const std::array<std::uint8_t, kKeyRandomBytes>& random) {
  return make_key(random, to_base62(std::span(random).first<kIdRandomBytes>(), kIdLength));
}

NewKey make_key(const std::array<std::uint8_t, kKeyRandomBytes>& random, std::string_view id) {
  std::string secret = to_base62(std::span(random).subspan<kIdRandomBytes>(), kSecretLength);
  std::string whole(kPrefix);
  whole.append(id).append(1, '_').append(secret);
  Secret printed(std::move(whole));
  OPENSSL_cleanse(secret.data(), secret.size());
  const Sha256 digest = sha256_of(printed.reveal());
  return {std::move(printed),
          std::string(id).append(kHashMark).append(to_hex(std::as_bytes(std::span(digest))))};
}

}  // namespace weir
