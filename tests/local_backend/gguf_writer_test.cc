#include "local_backend/gguf/gguf_writer.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/local_backend/gguf_cases.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using kernels::TensorType;

std::span<const std::byte> bytes_of(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

std::size_t files_in(const TempDir& folder) {
  const std::filesystem::directory_iterator files(folder.path());
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

void describe(GgufWriter* writer) {
  writer->string("general.architecture", "llama");
  writer->u32("a.number", 7);
  writer->f32("a.float", 0.5f);
  writer->boolean("a.flag", true);
  const std::vector<std::string> words = {"a", "", "longer"};
  writer->strings("words", words);
  const std::vector<std::int32_t> numbers = {1, -2, 3};
  writer->i32s("numbers", numbers);
  const std::vector<float> floats = {0.25f, -8};
  writer->f32s("floats", floats);
  const std::size_t first[] = {2, 3};
  const std::size_t second[] = {5};
  writer->tensor("first", TensorType::kF32, first);
  writer->tensor("second", TensorType::kF32, second);
}

const std::vector<float> kFirst = {1, 2, 3, 4, 5, 6};
const std::vector<float> kSecond = {7, 8, 9, 10, 11};

TEST_CASE("What the writer wrote is what the reader reads", "[gguf_writer]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  const std::optional<std::uint32_t> alignment =
      GENERATE(std::optional<std::uint32_t>(), std::optional<std::uint32_t>(8),
               std::optional<std::uint32_t>(4096));
  GgufWriter writer(alignment);
  describe(&writer);
  REQUIRE(writer.begin(path).has_value());
  REQUIRE(writer.write(bytes_of(kFirst)).has_value());
  REQUIRE(writer.write(bytes_of(kSecond)).has_value());
  REQUIRE(writer.finish().has_value());
  CHECK(std::filesystem::file_size(path) == writer.file_bytes());

  const auto file = GgufFile::open(path).value();
  CHECK(file->alignment() == alignment.value_or(32));
  CHECK(file->find_uint("a.number", {0, 10}).value() == 7u);
  CHECK(file->find_float("a.float").value() == 0.5);
  CHECK(file->find_bool("a.flag").value() == true);
  CHECK(file->strings("words", {3, 3}).value() == std::vector<std::string_view>{"a", "", "longer"});
  CHECK(file->integers("numbers", 3).value() == std::vector<std::int64_t>{1, -2, 3});
  CHECK(file->floats("floats", 2).value() == std::vector<float>{0.25f, -8});
  REQUIRE(file->tensors().size() == 2);
  CHECK(file->tensors()[0].dims[1] == 3);
  CHECK(std::ranges::equal(file->tensors()[1].bytes, bytes_of(kSecond)));
}

TEST_CASE("Pieces of any size make the same file", "[gguf_writer]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  std::vector<float> all = kFirst;
  all.insert(all.end(), kSecond.begin(), kSecond.end());
  const std::size_t piece = GENERATE(1, 3, 24, 25, 44);
  GgufWriter writer;
  describe(&writer);
  REQUIRE(writer.begin(path).has_value());
  for (auto left = bytes_of(all); !left.empty();
       left = left.subspan(std::min(piece, left.size()))) {
    REQUIRE(writer.write(left.first(std::min(piece, left.size()))).has_value());
  }
  REQUIRE(writer.finish().has_value());
  const auto file = GgufFile::open(path).value();
  CHECK(std::ranges::equal(file->tensors()[0].bytes, bytes_of(kFirst)));
  CHECK(std::ranges::equal(file->tensors()[1].bytes, bytes_of(kSecond)));
}

TEST_CASE("A file that was not finished is gone, and what was there stays", "[gguf_writer]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  std::ofstream(path) << "before";
  {
    GgufWriter writer;
    describe(&writer);
    REQUIRE(writer.begin(path).has_value());
    REQUIRE(writer.write(bytes_of(kFirst)).has_value());
    CHECK(files_in(folder) == 2);
    CHECK(writer.finish().error().code == ErrorCode::kInternal);
  }
  CHECK(files_in(folder) == 1);
  CHECK(std::filesystem::file_size(path) == 6);
}

TEST_CASE("More bytes than the tensors have are refused", "[gguf_writer]") {
  const TempDir folder;
  GgufWriter writer;
  describe(&writer);
  REQUIRE(writer.begin(folder.path() + "/model.gguf").has_value());
  REQUIRE(writer.write(bytes_of(kFirst)).has_value());
  REQUIRE(writer.write(bytes_of(kSecond)).has_value());
  CHECK(writer.write(bytes_of(kFirst)).error().code == ErrorCode::kInternal);
}

TEST_CASE("Where nothing can be written, the writer says what the system said", "[gguf_writer]") {
  GgufWriter writer;
  describe(&writer);
  const auto begun = writer.begin("/nowhere/at/all.gguf");
  REQUIRE(begun.has_error());
  CHECK(begun.error().code == ErrorCode::kStorage);
  CHECK(test::mentions(begun.error().message, "/nowhere/at/all.gguf: No such file"));
}

TEST_CASE("The writer follows no link that lies where it works", "[gguf_writer]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  const std::string victim = folder.path() + "/victim";
  std::ofstream(victim) << "before";
  std::filesystem::create_symlink(victim, path + "." + std::to_string(::getpid()) + ".part");
  GgufWriter writer;
  describe(&writer);
  CHECK(writer.begin(path).error().code == ErrorCode::kStorage);
  CHECK(std::filesystem::file_size(victim) == 6);
}

TEST_CASE("Metadata of another file are taken over bit for bit", "[gguf_writer]") {
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  const auto before = GgufFile::parse(test::small_file().bytes()).value();
  GgufWriter writer;
  for (const GgufEntry& entry : before->entries()) writer.stored(entry.key, entry.stored);
  REQUIRE(writer.begin(path).has_value());
  REQUIRE(writer.finish().has_value());
  const auto after = GgufFile::open(path).value();
  REQUIRE(after->entries().size() == before->entries().size());
  for (std::size_t i = 0; i < after->entries().size(); ++i) {
    CHECK(after->entries()[i].key == before->entries()[i].key);
    CHECK(std::ranges::equal(after->entries()[i].stored, before->entries()[i].stored));
  }
}

}  // namespace
}  // namespace weir
