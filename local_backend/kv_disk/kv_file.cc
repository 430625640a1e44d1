#include "local_backend/kv_disk/kv_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <type_traits>

#include "local_backend/kv_disk/private_folder.h"

namespace weir {
namespace {

constexpr std::array<char, 8> kMagic = {'w', 'e', 'i', 'r', ' ', 'k', 'v', '\n'};
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kSealedAtOnce = std::size_t{1} << 20;
constexpr long kNanoseconds = 1'000'000'000;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kKvFileVersion;
  std::uint32_t kind = 0;
  std::uint64_t tokens = 0;
  std::uint64_t page_bytes = 0;
  std::uint64_t state_floats = 0;
  std::array<unsigned char, kNonceBytes> nonce{};
  std::array<unsigned char, 12> unused{};
};
static_assert(sizeof(Header) == 64 && std::is_trivially_copyable_v<Header>);

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Bytes = std::span<unsigned char>;
using ConstBytes = std::span<const unsigned char>;

template <class T>
ConstBytes raw_bytes(std::span<const T> values) {
  return {reinterpret_cast<const unsigned char*>(values.data()), values.size_bytes()};
}

template <class T>
Bytes writable(std::span<T> values) {
  return {reinterpret_cast<unsigned char*>(values.data()), values.size_bytes()};
}

Header header_of(const KvPlace& place, std::size_t page_bytes, std::size_t state_floats) {
  Header header;
  header.kind = static_cast<std::uint32_t>(place.kind);
  header.tokens = place.tokens.size();
  header.page_bytes = page_bytes;
  header.state_floats = state_floats;
  return header;
}

// Whatever the file is called: its place is part of what is sealed.
bool begin(const Cipher& cipher, const Header& header, const KvName& parent, const KvKey& key,
           bool seal) {
  int length = 0;
  return cipher != nullptr &&
         EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                           header.nonce.data(), seal ? 1 : 0) == 1 &&
         EVP_CipherUpdate(cipher.get(), nullptr, &length,
                          reinterpret_cast<const unsigned char*>(&header), sizeof header) == 1 &&
         EVP_CipherUpdate(cipher.get(), nullptr, &length,
                          reinterpret_cast<const unsigned char*>(parent.data()),
                          static_cast<int>(parent.size())) == 1;
}

bool write_all(int file, ConstBytes bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

bool read_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::read(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

bool write_sealed(int file, const Cipher& cipher, ConstBytes bytes,
                  std::vector<unsigned char>& part) {
  while (!bytes.empty()) {
    const ConstBytes next = bytes.first(std::min(bytes.size(), kSealedAtOnce));
    int length = 0;
    part.resize(next.size());
    if (EVP_CipherUpdate(cipher.get(), part.data(), &length, next.data(),
                         static_cast<int>(next.size())) != 1 ||
        !write_all(file, part)) {
      return false;
    }
    bytes = bytes.subspan(next.size());
  }
  return true;
}

bool open_sealed(const Cipher& cipher, Bytes bytes) {
  while (!bytes.empty()) {
    const Bytes next = bytes.first(std::min(bytes.size(), kSealedAtOnce));
    int length = 0;
    if (EVP_CipherUpdate(cipher.get(), next.data(), &length, next.data(),
                         static_cast<int>(next.size())) != 1) {
      return false;
    }
    bytes = bytes.subspan(next.size());
  }
  return true;
}

bool write_contents(int file, const KvKeys& keys, const KvPlace& place,
                    const KvContents& contents) {
  Header header = header_of(place, contents.page.size(), contents.state.size());
  if (RAND_bytes(header.nonce.data(), static_cast<int>(header.nonce.size())) != 1) return false;
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::vector<unsigned char> part;
  std::array<unsigned char, kTagBytes> tag{};
  int length = 0;
  return begin(cipher, header, place.parent, keys.seal(), true) &&
         write_all(file, raw_bytes(std::span<const Header>(&header, 1))) &&
         write_sealed(file, cipher, raw_bytes(place.tokens), part) &&
         write_sealed(file, cipher, raw_bytes(contents.page), part) &&
         write_sealed(file, cipher, raw_bytes(contents.state), part) &&
         EVP_CipherFinal_ex(cipher.get(), part.data(), &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag.data()) == 1 &&
         write_all(file, tag);
}

KvFileProblem check_header(const Header& found, Header expected) {
  if (found.magic != kMagic) return KvFileProblem::kDamaged;
  if (found.version != kKvFileVersion) return KvFileProblem::kOtherVersion;
  expected.nonce = found.nonce;
  const bool same = std::memcmp(&found, &expected, sizeof found) == 0;
  return same ? KvFileProblem::kNone : KvFileProblem::kDamaged;
}

KvFileProblem read_contents(int file, const KvKeys& keys, const KvPlace& place,
                            const KvRoom& room) {
  Header header;
  if (!read_all(file, writable(std::span<Header>(&header, 1)))) return KvFileProblem::kDamaged;
  const Header expected = header_of(place, room.page.size(), room.state.size());
  const KvFileProblem problem = check_header(header, expected);
  if (problem != KvFileProblem::kNone) return problem;
  struct stat status{};
  if (::fstat(file, &status) != 0 ||
      static_cast<std::uint64_t>(status.st_size) !=
          kv_file_bytes(place, room.page.size(), room.state.size())) {
    return KvFileProblem::kDamaged;
  }
  std::vector<TokenId> tokens(place.tokens.size());
  std::array<unsigned char, kTagBytes> tag{};
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  if (!begin(cipher, header, place.parent, keys.seal(), false)) return KvFileProblem::kDisk;
  for (const Bytes part :
       {writable(std::span(tokens)), writable(room.page), writable(room.state)}) {
    if (!read_all(file, part)) return KvFileProblem::kDisk;
    if (!open_sealed(cipher, part)) return KvFileProblem::kDamaged;
  }
  if (!read_all(file, tag)) return KvFileProblem::kDisk;
  int length = 0;
  unsigned char none = 0;
  const bool whole =
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_CipherFinal_ex(cipher.get(), &none, &length) == 1;
  const bool same = std::equal(tokens.begin(), tokens.end(), place.tokens.begin());
  return whole && same ? KvFileProblem::kNone : KvFileProblem::kDamaged;
}

std::array<timespec, 2> times_of(KvUse use) { return {file_time_of(use), file_time_of(use)}; }

}  // namespace

std::uint64_t kv_file_bytes(const KvPlace& place, std::size_t page_bytes,
                            std::size_t state_floats) {
  return sizeof(Header) + place.tokens.size_bytes() + page_bytes + state_floats * sizeof(float) +
         kTagBytes;
}

KvFileProblem write_kv_file(int folder, const std::string& name, const KvKeys& keys,
                            const KvPlace& place, const KvContents& contents, KvUse use) {
  const std::string part = name + std::string(kPartSuffix);
  const PrivateFile file = create_private(folder, part);
  if (file.get() < 0) return KvFileProblem::kDisk;
  const bool written = write_contents(file.get(), keys, place, contents) &&
                       ::futimens(file.get(), times_of(use).data()) == 0 &&
                       ::renameat(folder, part.c_str(), folder, name.c_str()) == 0;
  if (written) return KvFileProblem::kNone;
  const int reason = errno;
  ::unlinkat(folder, part.c_str(), 0);
  errno = reason;
  return KvFileProblem::kDisk;
}

KvFileProblem read_kv_file(int folder, const std::string& name, const KvKeys& keys,
                           const KvPlace& place, const KvRoom& room) {
  const PrivateFile file = open_private(folder, name);
  if (file.get() < 0) {
    if (errno == ENOENT) return KvFileProblem::kMissing;
    return errno == EPERM ? KvFileProblem::kDamaged : KvFileProblem::kDisk;
  }
  return read_contents(file.get(), keys, place, room);
}

void touch_kv_file(int folder, const std::string& name, KvUse use) {
  ::utimensat(folder, name.c_str(), times_of(use).data(), AT_SYMLINK_NOFOLLOW);
}

// Of one second, what stands further behind counts as older.
timespec file_time_of(KvUse use) {
  timespec time{};
  time.tv_sec = static_cast<std::time_t>(use.unix_s);
  time.tv_nsec = kNanoseconds - 1 -
                 static_cast<long>(std::min<std::size_t>(use.pages_before, kNanoseconds - 1));
  return time;
}

std::int64_t order_of(const timespec& file_time) {
  constexpr std::int64_t kLatest = 9'000'000'000;  // in the year 2255; fits as nanoseconds
  const std::int64_t seconds = std::clamp<std::int64_t>(file_time.tv_sec, 0, kLatest);
  return seconds * kNanoseconds + file_time.tv_nsec;
}

std::int64_t order_of(KvUse use) { return order_of(file_time_of(use)); }

}  // namespace weir
