// A file of keys and values is what was written, or it is refused: with any of its bytes
// replaced, cut, or made of nothing but the input.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "local_backend/kv_disk/kv_file.h"
#include "local_backend/kv_disk/private_folder.h"

namespace {

using namespace weir;

constexpr std::size_t kPageBytes = 256;
constexpr std::size_t kStateFloats = 5;
const std::string kName = "page";

// A valid file in a folder of its own, made once.
struct Original {
  Original() : keys(*KvKeys::derive(std::as_bytes(std::span(secret)), "team")) {
    std::string pattern = "/tmp/weir-kv-fuzz-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    folder = PrivateFile(::open(pattern.c_str(), O_RDONLY | O_DIRECTORY));
    for (std::size_t i = 0; i < kPageBytes; ++i) page[i] = static_cast<std::byte>(i);
    if (write_kv_file(folder.get(), kName, keys, place, {page, state}, {1, 2}) !=
        KvFileProblem::kNone) {
      std::abort();
    }
    const PrivateFile file = open_private(folder.get(), kName);
    bytes.resize(kv_file_bytes(place, kPageBytes, kStateFloats));
    if (::read(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      std::abort();
    }
  }

  const std::string secret = "thirty-two bytes of a test secret";
  const KvKeys keys;
  PrivateFile folder;
  std::array<TokenId, 3> tokens = {7, 8, 9};
  KvPlace place{KvKind::kCheckpoint, {}, tokens};
  std::array<std::byte, kPageBytes> page{};
  std::array<float, kStateFloats> state = {1, 2, 3, 4, 5};
  std::string bytes;
};

// The first byte says what becomes of the rest.
std::string changed(const Original& original, const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] == 0) return input;
  if (data[0] == 1) return original.bytes.substr(0, input.size());
  std::string bytes = original.bytes;
  const std::size_t at = data[0] * std::size_t{2} % bytes.size();
  for (std::size_t i = 0; i < input.size() && at + i < bytes.size(); ++i) {
    bytes[at + i] = static_cast<char>(bytes[at + i] ^ input[i]);
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Original original;
  if (size == 0) return 0;
  const std::string bytes = changed(original, data, size);
  {
    const PrivateFile file = create_private(original.folder.get(), kName);
    if (::write(file.get(), bytes.data(), bytes.size()) < 0) std::abort();
  }
  std::array<std::byte, kPageBytes> page{};
  std::array<float, kStateFloats> state{};
  const KvFileProblem problem =
      read_kv_file(original.folder.get(), kName, original.keys, original.place, {page, state});
  const bool same = bytes == original.bytes;
  if (same != (problem == KvFileProblem::kNone)) std::abort();
  if (same && (page != original.page || state != original.state)) std::abort();
  return 0;
}
