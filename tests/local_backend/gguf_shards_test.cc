#include "local_backend/gguf/gguf_shards.h"

#include <filesystem>
#include <fstream>

#include "tests/local_backend/gguf_builder.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using test::GgufBuilder;

GgufBuilder shard(std::uint32_t index, std::uint32_t count, const std::string& tensor) {
  GgufBuilder file;
  if (index == 0) file.string("general.name", "whole");
  file.u32("split.no", index).u32("split.count", count).u32("split.tensors.count", count);
  file.tensor(tensor, {4}, {1, 2, 3, static_cast<float>(index)});
  return file;
}

class Shards {
 public:
  std::string put(const std::string& name, const GgufBuilder& file) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << file.bytes();
    return path;
  }
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }

 private:
  TempDir folder_;
};

std::string problem(const std::string& path) {
  const auto file = GgufFile::open(path);
  REQUIRE(file.has_error());
  return file.error().message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("A model in several files is opened by the first", "[gguf]") {
  Shards shards;
  const std::string first = shards.put("m-00001-of-00003.gguf", shard(0, 3, "a"));
  shards.put("m-00002-of-00003.gguf", shard(1, 3, "b"));
  shards.put("m-00003-of-00003.gguf", shard(2, 3, "c"));
  const auto file = GgufFile::open(first);
  REQUIRE(file.has_value());
  CHECK((*file)->parameters() == 12);
  CHECK((*file)->pieces().size() == 3);
  for (const std::string name : {"a", "b", "c"}) {
    const GgufTensor* tensor = (*file)->tensor(name);
    REQUIRE(tensor != nullptr);
    float last = -1;
    std::memcpy(&last, tensor->bytes.data() + 12, sizeof last);
    CHECK(last == static_cast<float>(name[0] - 'a'));
  }
  CHECK((*file)->find_string("general.name").value() == "whole");
}

TEST_CASE("Parts that differ make another fingerprint", "[gguf]") {
  Shards shards;
  const std::string first = shards.put("m-00001-of-00002.gguf", shard(0, 2, "a"));
  shards.put("m-00002-of-00002.gguf", shard(1, 2, "b"));
  const std::string before = GgufFile::open(first).value()->fingerprint();
  shards.put("m-00002-of-00002.gguf", shard(1, 2, "c"));
  CHECK(GgufFile::open(first).value()->fingerprint() != before);
}

TEST_CASE("What is wrong with the parts of a model is said with its file", "[gguf]") {
  Shards shards;
  const std::string first = shards.put("m-00001-of-00002.gguf", shard(0, 2, "a"));
  CHECK(contains(problem(first), "m-00002-of-00002.gguf: cannot be opened"));
  const std::string second = shards.put("m-00002-of-00002.gguf", shard(0, 2, "b"));
  CHECK(contains(problem(first), "m-00002-of-00002.gguf: is not part 2 of 2"));
  shards.put("m-00002-of-00002.gguf", shard(1, 2, "a"));
  CHECK(contains(problem(first), "occurs twice"));
  shards.put("m-00002-of-00002.gguf", shard(1, 2, "b"));
  CHECK(contains(problem(second), "name the first"));
  CHECK(contains(problem(shards.put("odd.gguf", shard(0, 2, "a"))), "not named like one"));
  CHECK(contains(problem(shards.put("many-00001-of-99999.gguf", shard(0, 99'999, "a"))),
                 "split.count"));
  const std::string liar = shards.put("l-00001-of-00002.gguf", shard(0, 2, "a"));
  GgufBuilder two = shard(1, 2, "b");
  two.tensor("c", {1}, {0});
  shards.put("l-00002-of-00002.gguf", two);
  CHECK(contains(problem(liar), "speaks of 2 tensors, its parts hold 3"));
}

TEST_CASE("A part is found beside the others", "[gguf]") {
  CHECK(shard_path("/m/x-00002-of-00012.gguf", 11, 12) == "/m/x-00012-of-00012.gguf");
  CHECK_FALSE(shard_path("/m/x-00002-of-00012.gguf", 0, 13));
  CHECK_FALSE(shard_path("/m/x.gguf", 0, 2));
  CHECK(shard_count_in("/m/x-00002-of-00012.gguf") == 12);
  for (const char* whole : {"/m/x.gguf", "x-00003-of-00002.gguf", "00012.gguf", ".gguf", ""}) {
    CHECK(shard_count_in(whole) == 1);
  }
}

}  // namespace
}  // namespace weir
