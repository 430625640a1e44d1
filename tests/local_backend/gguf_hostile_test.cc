// Model files that lie. Each known fault of other readers is one test.
#include <sys/resource.h>
#include <sys/stat.h>

#include <limits>

#include "tests/local_backend/gguf_cases.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using namespace test;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::size_t peak_memory_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss);
}

TEST_CASE("GgufFile refuses a file that is cut off at any byte", "[gguf]") {
  const std::string whole = small_file().bytes();
  const std::size_t padding = 32 - 16;  // behind the last tensor
  for (std::size_t size = 0; size < whole.size() - padding; ++size) {
    CAPTURE(size);
    CHECK_FALSE(error_of(whole.substr(0, size)).empty());
  }
  CHECK(error_of(whole).empty());
}

TEST_CASE("Every single corrupted byte is an error or a readable file", "[gguf]") {
  const std::string whole = small_file().bytes();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char value : {'\x00', '\x7f', '\x80', '\xff'}) {
      std::string bytes = whole;
      bytes[i] = value;
      const auto file = GgufFile::parse(std::move(bytes));
      if (file) CHECK((*file)->tensors().size() <= 2);
    }
  }
}

TEST_CASE("GgufFile refuses all but versions 2 and 3, little endian", "[gguf]") {
  GgufBuilder file = small_file();
  file.version = 2;
  CHECK(error_of(file.bytes()).empty());
  file.version = 1;
  CHECK(mentions(error_of(file.bytes()), "version 1"));
  for (const std::uint32_t swapped : {0x02000000u, 0x03000000u}) {
    file.version = swapped;
    CHECK(mentions(error_of(file.bytes()), "big endian"));
  }
  file.version = 0;
  CHECK(mentions(error_of(file.bytes()), "version 0"));
  CHECK(mentions(error_of("GGML" + small_file().bytes().substr(4)), "GGUF"));
}

std::uint64_t any_lie() {
  return GENERATE(as<std::uint64_t>{}, 1, 1000, std::uint64_t{1} << 32, std::uint64_t{1} << 61,
                  std::uint64_t{1} << 63, kMost - 10);
}

TEST_CASE("GgufFile refuses more metadata keys than the file can hold (CVE-2024-23605)", "[gguf]") {
  GgufBuilder file = small_file();
  file.extra_keys = any_lie();
  CHECK_FALSE(error_of(file.bytes()).empty());
}

TEST_CASE("GgufFile refuses more tensors than the file can hold (CVE-2024-21836)", "[gguf]") {
  GgufBuilder file = small_file();
  file.extra_tensors = any_lie();
  CHECK_FALSE(error_of(file.bytes()).empty());
}

TEST_CASE("GgufFile refuses counts that its limits forbid although the file is large", "[gguf]") {
  GgufBuilder keys;
  for (std::size_t i = 0; i <= GgufFile::kMaxKeys; ++i) keys.u32(std::to_string(i), 1);
  CHECK(mentions(error_of(keys.bytes()), "too many metadata keys"));
}

TEST_CASE("GgufFile refuses a string longer than the file (CVE-2024-23496)", "[gguf]") {
  const std::uint64_t length = GENERATE(as<std::uint64_t>{}, 1000, std::uint64_t{1} << 63,
                                        std::numeric_limits<std::uint64_t>::max());
  GgufBuilder file;
  file.raw("key", 8, [&](std::string* out) { put(out, length); });
  CHECK(mentions(error_of(file.bytes()), "longer than the file"));
}

TEST_CASE("GgufFile refuses an array whose size overflows (CVE-2024-21825)", "[gguf]") {
  const std::uint64_t count = GENERATE(
      as<std::uint64_t>{}, 1000, GgufFile::kMaxArrayElements, GgufFile::kMaxArrayElements + 1,
      (std::uint64_t{1} << 61) + 1, std::numeric_limits<std::uint64_t>::max());
  const std::uint32_t type = GENERATE(as<std::uint32_t>{}, 0, 6, 8, 12);
  GgufBuilder file;
  file.raw("key", 9, [&](std::string* out) {
    put(out, type);
    put(out, count);
  });
  const bool possible = count <= GgufFile::kMaxArrayElements;
  CHECK(mentions(error_of(file.bytes()), possible ? "longer than the file" : "is too long"));
}

TEST_CASE("An array of another length than asked for is refused by its length", "[gguf]") {
  const auto file = GgufFile::parse(small_file().bytes()).value();
  CHECK(mentions(file->strings("words", {4, 9}).error().message, "elements: 3"));
  CHECK(mentions(file->strings("words", {0, 2}).error().message, "elements: 3"));
  CHECK(mentions(file->integers("numbers", 4).error().message, "elements: 3"));
  CHECK(mentions(file->floats("numbers", 2).error().message, "elements: 3"));
  CHECK(file->integers("absent", 0).has_error());
}

TEST_CASE("GgufFile refuses an unknown type and an array of arrays (CVE-2024-21825)", "[gguf]") {
  GgufBuilder scalar;
  scalar.raw("key", 13, [](std::string* out) { put<std::uint64_t>(out, 0); });
  CHECK(mentions(error_of(scalar.bytes()), "unknown metadata type 13"));
  GgufBuilder nested;
  nested.raw("key", 9, [](std::string* out) {
    put<std::uint32_t>(out, 9);
    put<std::uint64_t>(out, 1);
  });
  CHECK(mentions(error_of(nested.bytes()), "arrays of arrays"));
}

TEST_CASE("GgufFile refuses sizes whose sum overflows (CVE-2025-53630, CVE-2026-27940)", "[gguf]") {
  const std::uint64_t offset = GENERATE(as<std::uint64_t>{}, 64, std::uint64_t{1} << 40,
                                        std::numeric_limits<std::uint64_t>::max() - 31);
  GgufBuilder file;
  file.raw_tensor("weights", {4}, 0, offset, std::string(16, 'x'));
  CHECK(mentions(error_of(file.bytes()), "outside the file"));
}

TEST_CASE("GgufFile refuses a shape whose product overflows (CVE-2026-33298)", "[gguf]") {
  using Dims = std::vector<std::uint64_t>;
  const Dims dims =
      GENERATE(Dims{std::uint64_t{1} << 32, std::uint64_t{1} << 32},
               Dims{4, std::uint64_t{1} << 62}, Dims{std::numeric_limits<std::uint64_t>::max()},
               Dims{0}, Dims{4, 0}, Dims{1u << 20, 1u << 20, 1u << 20, 1u << 20});
  GgufBuilder file;
  file.raw_tensor("weights", dims, 0, 0, std::string(16, 'x'));
  CHECK(mentions(error_of(file.bytes()), "impossible dimension"));
}

TEST_CASE("GgufFile refuses a tensor that ends behind the file (CVE-2026-7482)", "[gguf]") {
  GgufBuilder file;
  file.raw_tensor("weights", {1024, 1024}, 0, 0, std::string(16, 'x'));
  CHECK(mentions(error_of(file.bytes()), "outside the file"));
}

TEST_CASE("GgufFile refuses a tensor without 1 to 4 dimensions (CVE-2024-21802)", "[gguf]") {
  GgufBuilder none;
  none.raw_tensor("w", {}, 0, 0, "");
  CHECK(mentions(error_of(none.bytes()), "0 dimensions"));
  GgufBuilder five;
  five.raw_tensor("w", {1, 1, 1, 1, 1}, 0, 0, std::string(4, 'x'));
  CHECK(mentions(error_of(five.bytes()), "5 dimensions"));
  GgufBuilder many;
  many.raw_tensor("w", std::vector<std::uint64_t>(1000, 1), 0, 0, std::string(4, 'x'));
  CHECK(mentions(error_of(many.bytes()), "1000 dimensions"));
}

TEST_CASE("GgufFile refuses rows that are no whole blocks", "[gguf]") {
  for (const auto& info : kernels::kTensorTypes) {
    if (info.block_weights == 1) continue;
    CAPTURE(info.name);
    GgufBuilder file;
    file.raw_tensor("w", {info.block_weights + 1, 2}, info.gguf_id, 0, std::string(1024, 'x'));
    CHECK(mentions(error_of(file.bytes()), "not whole blocks of " + std::string(info.name)));
  }
}

TEST_CASE("GgufFile names a number format that it cannot read", "[gguf]") {
  const auto [id, name] = GENERATE(table<std::uint32_t, std::string>({
      {9u, "'w': number format Q8_1 is"},
      {26u, "number format I32 is"},
      {4u, "number format 4 is"},  // taken out of ggml
      {9999u, "number format 9999 is"},
      {0xffffffffu, "number format 4294967295 is"},
  }));
  GgufBuilder file;
  file.raw_tensor("w", {32}, id, 0, std::string(64, 'x'));
  CHECK(mentions(error_of(file.bytes()), name));
}

TEST_CASE("GgufFile refuses sizes that 32 bits would cut to what is there (CVE-2026-53923)",
          "[gguf]") {
  using Dims = std::vector<std::uint64_t>;
  const Dims dims = GENERATE(Dims{1u << 30}, Dims{1u << 16, 1u << 16}, Dims{1u << 31, 2},
                             Dims{(std::uint64_t{1} << 32) + 4}, Dims{4, (1u << 30) + 1});
  GgufBuilder file;
  file.raw_tensor("weights", dims, 0, 0, std::string(64, 'x'));
  CHECK(mentions(error_of(file.bytes()), "outside the file"));
}

TEST_CASE("GgufFile refuses a tensor whose last byte is missing, in every format", "[gguf]") {
  for (const auto& info : kernels::kTensorTypes) {
    CAPTURE(info.name);
    GgufBuilder file;
    file.alignment = 1;
    file.u32("general.alignment", 1);
    const std::uint64_t columns = info.block_weights;
    file.raw_tensor("w", {columns, 3}, info.gguf_id, 0, std::string(3 * info.block_bytes, 'x'));
    const std::string whole = file.bytes();
    CHECK(error_of(whole).empty());
    CHECK(mentions(error_of(whole.substr(0, whole.size() - 1)), "outside the file"));
  }
}

TEST_CASE("GgufFile asks for no memory that the file does not fill", "[gguf]") {
  // Counts that would be gigabytes if they were believed.
  GgufBuilder file = small_file();
  file.extra_tensors = GgufFile::kMaxTensors - 10;
  file.raw("array", 9, [](std::string* out) {
    put<std::uint32_t>(out, 8);
    put<std::uint64_t>(out, GgufFile::kMaxArrayElements);
  });
  const std::size_t before = peak_memory_kib();
  CHECK_FALSE(error_of(file.bytes()).empty());
  CHECK(peak_memory_kib() - before < 4096);
}

TEST_CASE("GgufFile refuses one part of a split model and says so", "[gguf]") {
  GgufBuilder file = small_file();
  file.u32("split.count", 3);
  CHECK(mentions(error_of(file.bytes()), "one of 3 parts"));
  CHECK(error_of(small_file().u32("split.count", 1).bytes()).empty());
}

TEST_CASE("GgufFile refuses what is no regular file, and does not wait for a pipe", "[gguf]") {
  const TempDir folder;
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(mentions(GgufFile::open(pipe).error().message, "not a regular file"));
  CHECK(mentions(GgufFile::open(folder.path()).error().message, "not a regular file"));
  CHECK(GgufFile::open(pipe).error().code == ErrorCode::kInvalidModel);
}

TEST_CASE("GgufFile refuses tensors that are not aligned or overlap", "[gguf]") {
  GgufBuilder crooked;
  crooked.raw_tensor("w", {4}, 0, 4, std::string(32, 'x'));
  CHECK(mentions(error_of(crooked.bytes()), "not aligned"));
  GgufBuilder twins;
  twins.raw_tensor("a", {16}, 0, 0, std::string(64, 'x')).raw_tensor("b", {4}, 0, 32, "");
  CHECK(mentions(error_of(twins.bytes()), "overlaps"));
}

TEST_CASE("GgufFile refuses an alignment that is no power of two within bounds", "[gguf]") {
  const std::uint32_t alignment = GENERATE(as<std::uint32_t>{}, 0, 3, 48, 1u << 31);
  GgufBuilder file;
  file.u32("general.alignment", alignment);
  CHECK(mentions(error_of(file.bytes()), "general.alignment"));
}

TEST_CASE("GgufFile refuses names that are empty, long or there twice", "[gguf]") {
  GgufBuilder keys;
  keys.u32("same", 1).u32("same", 2);
  CHECK(mentions(error_of(keys.bytes()), "occurs twice"));
  GgufBuilder tensors;
  tensors.tensor("same", {1}, {1}).tensor("same", {1}, {2});
  CHECK(mentions(error_of(tensors.bytes()), "occurs twice"));
  GgufBuilder empty;
  empty.u32("", 1);
  CHECK(mentions(error_of(empty.bytes()), "key has 0 bytes"));
  GgufBuilder wide;
  wide.tensor(std::string(65, 'x'), {1}, {1});
  CHECK(mentions(error_of(wide.bytes()), "tensor name has 65 bytes"));
}

TEST_CASE("An error shows no control characters of a hostile name", "[gguf]") {
  GgufBuilder file;
  file.raw_tensor("evil\n\x1b[31m", {0}, 0, 0, "");
  const std::string error = error_of(file.bytes());
  CHECK(error.find('\n') == std::string::npos);
  CHECK(error.find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace weir
