#include <filesystem>
#include <fstream>
#include <limits>

#include "local_backend/gguf/gguf_file.h"
#include "tests/local_backend/gguf_cases.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using namespace test;

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
  const TempDir folder;
  const std::string path = folder.path() + "/small.gguf";
  std::ofstream(path, std::ios::binary) << small_file().bytes();
  CHECK(GgufFile::open(path).value()->tensors().size() == 2);
  std::filesystem::remove(path);
  const auto missing = GgufFile::open(path);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK(mentions(missing.error().message, path));
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

TEST_CASE("The fingerprint changes with any metadata and with the weights", "[gguf]") {
  const std::string original = GgufFile::parse(small_file().bytes()).value()->fingerprint();
  CHECK(original.size() == 16);
  CHECK(GgufFile::parse(small_file().bytes()).value()->fingerprint() == original);
  CHECK(GgufFile::parse(small_file().u32("more", 1).bytes()).value()->fingerprint() != original);
  std::string other = small_file().bytes();
  other[other.size() - 20] ^= 1;
  CHECK(GgufFile::parse(other).value()->fingerprint() != original);
}

TEST_CASE("Every entry can be had as it stands in the file", "[gguf]") {
  const std::string bytes = test::small_file().bytes();
  const auto file = GgufFile::parse(bytes).value();
  REQUIRE(file->entries().size() == 6);
  CHECK(file->alignment() == 32);
  std::size_t stored = 0;
  for (const GgufEntry& entry : file->entries()) {
    CHECK(file->find(entry.key) == &entry.value);
    const std::string_view text(reinterpret_cast<const char*>(entry.stored.data()),
                                entry.stored.size());
    const std::size_t key = bytes.find(entry.key);
    CHECK(bytes.substr(key + entry.key.size()).starts_with(text));
    stored += entry.stored.size();
  }
  // Types of 4 bytes; a string of 5, an integer, a float, a flag and two arrays of three.
  CHECK(stored == 6 * 4 + (8 + 5) + 4 + 4 + 1 + (12 + 3 * 8 + 7) + (12 + 3 * 4));
}

TEST_CASE("Tensors of unknown formats are listed for who asks, and refused else", "[gguf]") {
  test::GgufBuilder builder = test::small_file();
  builder.raw_tensor("strange", {7, 3}, 99, builder.next_offset(), "????");
  CHECK(test::mentions(test::error_of(builder.bytes()), "number format 99"));
  const auto file = GgufFile::parse(builder.bytes(), Strangers::kList).value();
  CHECK(file->tensors().size() == 2);
  CHECK(file->tensor("strange") == nullptr);
  REQUIRE(file->strangers().size() == 1);
  CHECK(file->strangers()[0].name == "strange");
  CHECK(file->strangers()[0].gguf_id == 99);
  CHECK(file->strangers()[0].elements == 21);
  CHECK(file->parameters() == 6 + 4 + 21);
}

}  // namespace
}  // namespace weir
