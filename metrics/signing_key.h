// The Ed25519 keys (RFC 8032) of receipts: one that signs, one that checks.
//
// Immutable after they are made; any number of threads may share one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

struct evp_pkey_st;

namespace weir {

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, FreeKey>;

class PublicKey {
 public:
  // From PEM ("-----BEGIN PUBLIC KEY-----"). kInvalidConfig when it is no Ed25519 key.
  static Result<PublicKey> from_pem(std::string_view pem);
  // kNotFound or kInvalidConfig with the path.
  static Result<PublicKey> read(const std::string& path);

  bool verify(std::string_view message, std::string_view signature) const;
  std::string pem() const;
  // The first 16 hex digits of the SHA-256 of the raw key: to tell keys apart by.
  std::string fingerprint() const;

 private:
  friend class SigningKey;
  explicit PublicKey(KeyHandle key) : key_(std::move(key)) {}
  KeyHandle key_;
};

class SigningKey {
 public:
  // Reads the PEM file at `path`, which only its owner may read (kInvalidConfig
  // otherwise). kNotFound when there is none.
  static Result<SigningKey> read(const std::string& path);
  // Makes one, and the files `path` (0600) and `public_path` (0644); durable. kStorage,
  // also when `path` exists.
  static Result<SigningKey> make(const std::string& path, const std::string& public_path);

  // 64 bytes; empty if OpenSSL failed.
  std::string sign(std::string_view message) const;
  Result<PublicKey> public_key() const;

 private:
  explicit SigningKey(KeyHandle key) : key_(std::move(key)) {}
  KeyHandle key_;
};

}  // namespace weir
