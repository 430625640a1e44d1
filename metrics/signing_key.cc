#include "metrics/signing_key.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/disk.h"
#include "metrics/sha256.h"
#include "metrics/storage_error.h"

namespace weir {
namespace {

constexpr std::uint64_t kMaxPemBytes = 4'096;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kRawKeyBytes = 32;
constexpr std::size_t kFingerprintDigits = 16;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Bio reader_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_ed25519(const KeyHandle& key) {
  return key != nullptr && EVP_PKEY_get_id(key.get()) == EVP_PKEY_ED25519;
}

// A new file with this content, durable before it returns.
Result<void> write_new(const std::string& path, std::string_view content, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return storage_error(path);
  const ssize_t written = ::write(file, content.data(), content.size());
  const bool good = written == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
  const Error error = good ? Error() : storage_error(path);
  ::close(file);
  if (!good) ::unlink(path.c_str());
  return good ? Result<void>() : error;
}

// A key in a file that others can read is no key.
Result<void> only_owner_reads(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return Error{ErrorCode::kNotFound, path + ": there is no such file"};
    return storage_error(path);
  }
  if ((status.st_mode & 077) == 0) return {};
  return Error{ErrorCode::kInvalidConfig, path +
                                              ": others than its owner can read the key that "
                                              "signs receipts; make it 0600"};
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  KeyHandle key(PEM_read_bio_PUBKEY(reader_of(pem).get(), nullptr, nullptr, nullptr));
  if (!is_ed25519(key)) return Error{ErrorCode::kInvalidConfig, "holds no Ed25519 public key"};
  return PublicKey(std::move(key));
}

Result<PublicKey> PublicKey::read(const std::string& path) {
  const Result<std::string> pem = system_disk().read_file(path, kMaxPemBytes);
  if (!pem) return pem.error();
  Result<PublicKey> key = from_pem(*pem);
  if (!key) return Error{ErrorCode::kInvalidConfig, path + ": " + key.error().message};
  return key;
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
  const Digest context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

std::string PublicKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  return PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1 ? text_of(bio) : std::string();
}

std::string PublicKey::fingerprint() const {
  std::array<unsigned char, kRawKeyBytes> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size) != 1) return {};
  return sha256_hex({reinterpret_cast<const char*>(raw.data()), size})
      .substr(0, kFingerprintDigits);
}

Result<SigningKey> SigningKey::read(const std::string& path) {
  if (const Result<void> safe = only_owner_reads(path); !safe) return safe.error();
  const Result<std::string> pem = system_disk().read_file(path, kMaxPemBytes);
  if (!pem) return pem.error();
  KeyHandle key(PEM_read_bio_PrivateKey(reader_of(*pem).get(), nullptr, nullptr, nullptr));
  if (!is_ed25519(key)) {
    return Error{ErrorCode::kInvalidConfig, path + ": holds no Ed25519 private key"};
  }
  return SigningKey(std::move(key));
}

Result<SigningKey> SigningKey::make(const std::string& path, const std::string& public_path) {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!is_ed25519(key)) return Error{ErrorCode::kInternal, "OpenSSL makes no Ed25519 keys"};
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    return Error{ErrorCode::kInternal, "OpenSSL cannot write a key"};
  }
  SigningKey made(std::move(key));
  const Result<PublicKey> shown = made.public_key();
  if (!shown) return shown.error();
  // The public one first: a private one without it would look like a key that is in use.
  ::unlink(public_path.c_str());
  if (const auto written = write_new(public_path, shown->pem(), 0644); !written) {
    return written.error();
  }
  if (const auto written = write_new(path, text_of(bio), 0600); !written) return written.error();
  return made;
}

std::string SigningKey::sign(std::string_view message) const {
  const Digest context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(message), message.size()) != 1 ||
      size != kSignatureBytes) {
    return {};
  }
  return signature;
}

Result<PublicKey> SigningKey::public_key() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PUBKEY(bio.get(), key_.get()) != 1) {
    return Error{ErrorCode::kInternal, "OpenSSL cannot write a public key"};
  }
  return PublicKey::from_pem(text_of(bio));
}

}  // namespace weir
