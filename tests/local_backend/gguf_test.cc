#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "local_backend/gguf/gguf_file.h"
#include "tests/local_backend/gguf_builder.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using test::GgufBuilder;
using test::put;
using test::put_string;

// A small file with every kind of entry.
GgufBuilder small_file() {
  GgufBuilder file;
  file.string("general.architecture", "llama").u32("llama.block_count", 7);
  file.f32("llama.eps", 0.5f).boolean("flag", true);
  file.strings("words", {"a", "", "longer"}).i32s("numbers", {1, -2, 3});
  file.tensor("first", {2, 3}, {1, 2, 3, 4, 5, 6}).tensor("second", {4}, {7, 8, 9, 10});
  return file;
}

std::string error_of(const std::string& bytes) {
  const auto file = GgufFile::parse(bytes);
  if (file) return "";
  CHECK(file.error().code == ErrorCode::kInvalidModel);
  return file.error().message;
}

bool mentions(const std::string& text, std::string_view part) {
  CAPTURE(text);
  return text.find(part) != std::string::npos;
}

TEST_CASE("A pipe is refused as a model file and not waited for", "[gguf]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK(GgufFile::open(path).error().code == ErrorCode::kInvalidModel);
}

TEST_CASE("A GGUF file gives its metadata with their types", "[gguf]") {
  const auto file = GgufFile::parse(small_file().bytes()).value();
  CHECK(file->find_string("general.architecture").value() == "llama");
  CHECK(file->find_uint("llama.block_count", {1, 10}).value() == 7u);
  CHECK(file->find_float("llama.eps").value() == 0.5);
  CHECK(file->find_bool("flag").value() == true);
  CHECK(file->strings("words", {1, 3}).value() == std::vector<std::string_view>{"a", "", "longer"});
  CHECK(file->integers("numbers", 3).value() == std::vector<std::int64_t>{1, -2, 3});
  CHECK_FALSE(file->find_uint("absent", {0, 1}).value().has_value());
}

TEST_CASE("A GGUF file gives its tensors in place", "[gguf]") {
  const auto file = GgufFile::parse(small_file().bytes()).value();
  const GgufTensor* tensor = file->tensor("second");
  REQUIRE(tensor != nullptr);
  CHECK(tensor->dims[0] == 4);
  float last = 0;
  std::memcpy(&last, tensor->bytes.data() + 12, 4);
  CHECK(last == 10);
  CHECK(file->parameters() == 10);
  CHECK(file->tensor("third") == nullptr);
}

TEST_CASE("A GGUF file is read from disk, and a missing one is named", "[gguf]") {
  const auto path = std::filesystem::temp_directory_path() / "weir_gguf_test.gguf";
  std::ofstream(path, std::ios::binary) << small_file().bytes();
  CHECK(GgufFile::open(path.string()).value()->tensors().size() == 2);
  std::filesystem::remove(path);
  const auto missing = GgufFile::open(path.string());
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK(mentions(missing.error().message, path.string()));
}

TEST_CASE("A number that is out of range or of another type is refused by name", "[gguf]") {
  const auto file = GgufFile::parse(small_file().bytes()).value();
  CHECK(
      mentions(file->find_uint("llama.block_count", {8, 9}).error().message, "llama.block_count"));
  CHECK(file->find_uint("general.architecture", {0, 9}).has_error());
  CHECK(file->find_bool("llama.block_count").has_error());
  CHECK(file->find_uint_per_item("numbers", 2, {0, 9}).has_error());
  CHECK(file->find_uint_per_item("numbers", 3, {0, 9}).has_error());
  CHECK(file->floats("numbers", 3).has_error());
}

TEST_CASE("Every truncation of a GGUF file is an error, never a crash", "[gguf]") {
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

TEST_CASE("Only versions 2 and 3, little endian, are read", "[gguf]") {
  GgufBuilder file = small_file();
  file.version = 2;
  CHECK(error_of(file.bytes()).empty());
  file.version = 1;
  CHECK(mentions(error_of(file.bytes()), "version 1"));
  file.version = 0x03000000;
  CHECK(mentions(error_of(file.bytes()), "big endian"));
  CHECK(mentions(error_of("GGML" + small_file().bytes().substr(4)), "GGUF"));
}

TEST_CASE("CVE-2024-21802 class: a key or tensor count above the file is refused", "[gguf]") {
  const std::uint64_t lie = GENERATE(as<std::uint64_t>{}, 1, 1000, std::uint64_t{1} << 32,
                                     std::numeric_limits<std::uint64_t>::max() - 10);
  GgufBuilder keys = small_file();
  keys.extra_keys = lie;
  CHECK_FALSE(error_of(keys.bytes()).empty());
  GgufBuilder tensors = small_file();
  tensors.extra_tensors = lie;
  CHECK_FALSE(error_of(tensors.bytes()).empty());
}

TEST_CASE("CVE-2024-21825 class: a string longer than the file is refused", "[gguf]") {
  const std::uint64_t length = GENERATE(as<std::uint64_t>{}, 1000, std::uint64_t{1} << 63,
                                        std::numeric_limits<std::uint64_t>::max());
  GgufBuilder file;
  file.raw("key", 8, [&](std::string* out) { put(out, length); });
  CHECK(mentions(error_of(file.bytes()), "longer than the file"));
}

TEST_CASE("CVE-2024-21836 class: an array whose size overflows is refused", "[gguf]") {
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

TEST_CASE("CVE-2024-23496 class: an unknown or nested type is refused", "[gguf]") {
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

TEST_CASE("CVE-2025-53630 and CVE-2026-27940 class: sizes whose sum overflows are refused",
          "[gguf]") {
  const std::uint64_t offset = GENERATE(as<std::uint64_t>{}, 64, std::uint64_t{1} << 40,
                                        std::numeric_limits<std::uint64_t>::max() - 31);
  GgufBuilder file;
  file.raw_tensor("weights", {4}, 0, offset, std::string(16, 'x'));
  CHECK(mentions(error_of(file.bytes()), "outside the file"));
}

TEST_CASE("CVE-2026-33298 class: a shape whose product overflows is refused", "[gguf]") {
  using Dims = std::vector<std::uint64_t>;
  const Dims dims =
      GENERATE(Dims{std::uint64_t{1} << 32, std::uint64_t{1} << 32},
               Dims{4, std::uint64_t{1} << 62}, Dims{std::numeric_limits<std::uint64_t>::max()},
               Dims{0}, Dims{4, 0}, Dims{1u << 20, 1u << 20, 1u << 20, 1u << 20});
  GgufBuilder file;
  file.raw_tensor("weights", dims, 0, 0, std::string(16, 'x'));
  CHECK(mentions(error_of(file.bytes()), "impossible dimension"));
}

TEST_CASE("CVE-2026-7482 class: a tensor that ends behind the file is refused", "[gguf]") {
  GgufBuilder file;
  file.raw_tensor("weights", {1024, 1024}, 0, 0, std::string(16, 'x'));
  CHECK(mentions(error_of(file.bytes()), "outside the file"));
}

TEST_CASE("A tensor must have 1 to 4 dimensions, whole blocks and a known format", "[gguf]") {
  GgufBuilder none;
  none.raw_tensor("w", {}, 0, 0, "");
  CHECK(mentions(error_of(none.bytes()), "0 dimensions"));
  GgufBuilder five;
  five.raw_tensor("w", {1, 1, 1, 1, 1}, 0, 0, std::string(4, 'x'));
  CHECK(mentions(error_of(five.bytes()), "5 dimensions"));
  GgufBuilder blocks;
  blocks.raw_tensor("w", {33}, 8, 0, std::string(68, 'x'));
  CHECK(mentions(error_of(blocks.bytes()), "whole blocks"));
  GgufBuilder format;
  format.raw_tensor("w", {32}, 9999, 0, std::string(64, 'x'));
  CHECK(mentions(error_of(format.bytes()), "9999"));
}

TEST_CASE("Tensors must be aligned and must not overlap", "[gguf]") {
  GgufBuilder crooked;
  crooked.raw_tensor("w", {4}, 0, 4, std::string(32, 'x'));
  CHECK(mentions(error_of(crooked.bytes()), "not aligned"));
  GgufBuilder twins;
  twins.raw_tensor("a", {16}, 0, 0, std::string(64, 'x')).raw_tensor("b", {4}, 0, 32, "");
  CHECK(mentions(error_of(twins.bytes()), "overlaps"));
}

TEST_CASE("The alignment must be a power of two within bounds", "[gguf]") {
  const std::uint32_t alignment = GENERATE(as<std::uint32_t>{}, 0, 3, 48, 1u << 31);
  GgufBuilder file;
  file.u32("general.alignment", alignment);
  CHECK(mentions(error_of(file.bytes()), "general.alignment"));
}

TEST_CASE("Names must be unique, not empty and short", "[gguf]") {
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

TEST_CASE("The fingerprint changes with any metadata and with the weights", "[gguf]") {
  const std::string original = GgufFile::parse(small_file().bytes()).value()->fingerprint();
  CHECK(original.size() == 16);
  CHECK(GgufFile::parse(small_file().bytes()).value()->fingerprint() == original);
  CHECK(GgufFile::parse(small_file().u32("more", 1).bytes()).value()->fingerprint() != original);
  std::string other = small_file().bytes();
  other[other.size() - 20] ^= 1;
  CHECK(GgufFile::parse(other).value()->fingerprint() != original);
}

}  // namespace
}  // namespace weir
