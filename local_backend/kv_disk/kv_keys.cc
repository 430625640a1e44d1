#include "local_backend/kv_disk/kv_keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>
#include <new>
#include <span>

#include "core/hex.h"

namespace weir {
namespace {

constexpr std::size_t kFolderBytes = 16;

std::span<const std::byte> tag_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

KvKeys::Mac KvKeys::mac_of(std::span<const unsigned char> key) {
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Mac made(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  if (made == nullptr || EVP_MAC_init(made.get(), key.data(), key.size(), params) != 1)
    return nullptr;
  return made;
}

KvName KvKeys::tag(const Mac& keyed, std::span<const std::span<const std::byte>> parts) {
  const Mac mac(EVP_MAC_CTX_dup(keyed.get()));
  const auto add = [&](std::span<const std::byte> bytes) {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    if (mac == nullptr || EVP_MAC_update(mac.get(), data, bytes.size()) != 1)
      throw std::bad_alloc();
  };
  for (const auto& part : parts) {
    const std::uint64_t size = part.size();
    add(std::as_bytes(std::span(&size, 1)));
    add(part);
  }
  KvName name{};
  std::size_t size = 0;
  auto* out = reinterpret_cast<unsigned char*>(name.data());
  if (EVP_MAC_final(mac.get(), out, &size, name.size()) != 1) throw std::bad_alloc();
  return name;
}

std::optional<KvKeys> KvKeys::derive(std::span<const std::byte> secret, std::string_view team) {
  const auto* raw = reinterpret_cast<const unsigned char*>(secret.data());
  const Mac master = mac_of({raw, secret.size()});
  if (master == nullptr) return std::nullopt;
  const auto derived = [&](std::string_view purpose) {
    const std::span<const std::byte> parts[] = {tag_bytes(purpose), tag_bytes(team)};
    KvName bytes = tag(master, parts);
    KvKey key{};
    std::copy_n(reinterpret_cast<const unsigned char*>(bytes.data()), key.size(), key.begin());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return key;
  };
  KvKeys keys;
  KvKey names = derived("names of prefixes");
  keys.names_ = mac_of(names);
  OPENSSL_cleanse(names.data(), names.size());
  keys.seal_ = derived("contents of prefixes");
  const KvKey folder = derived("folder");
  keys.folder_ = to_hex(std::as_bytes(std::span(folder)).first(kFolderBytes));
  if (keys.names_ == nullptr) return std::nullopt;
  return keys;
}

KvName KvKeys::name_of(std::span<const std::span<const std::byte>> parts) const {
  return tag(names_, parts);
}

}  // namespace weir
