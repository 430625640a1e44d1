#include "router/cli/quantize.h"

#include <filesystem>
#include <fstream>

#include "local_backend/gguf/gguf_file.h"
#include "local_backend/gguf/model_packer.h"
#include "router/cli/inspect.h"
#include "router/cli/output.h"
#include "tests/local_backend/gguf_builder.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using cli::quantize;

test::GgufBuilder small_model() {
  test::GgufBuilder file;
  file.string("general.architecture", "mamba").u32("mamba.block_count", 7);
  file.u32("mamba.context_length", 2048).string("evil", "\x1b[31m\nred");
  file.strings("words", {"a", "b", "c", "d", "e"}).i32s("mamba.attention.head_count", {4, 8, 4});
  file.tensor("a.weight", {256, 2}, std::vector<float>(512, 0.5f));
  file.tensor("a_norm.weight", {256}, std::vector<float>(256, 1.0f));
  return file;
}

struct Folder {
  TempDir temporary;
  std::string path = temporary.path();
  std::string in = path + "/in.gguf";
  std::string out = path + "/out.gguf";

  Folder() { std::ofstream(in, std::ios::binary) << small_model().bytes(); }
  cli::QuantizeOptions job(const std::string& type = "Q8_0") const {
    return {in, out, type, false, 2};
  }
};

TEST_CASE("A file is quantised into another one", "[quantize]") {
  const Folder folder;
  CHECK(quantize(folder.job()) == cli::kDone);
  const auto file = GgufFile::open(folder.out).value();
  CHECK(file->tensors()[0].type == kernels::TensorType::kQ8_0);
  CHECK(file->tensors()[1].type == kernels::TensorType::kF32);
}

TEST_CASE("A file that is there is replaced only by force", "[quantize]") {
  const Folder folder;
  std::ofstream(folder.out) << "before";
  cli::QuantizeOptions job = folder.job();
  CHECK(quantize(job) == cli::kFailed);
  CHECK(std::filesystem::file_size(folder.out) == 6);
  job.force = true;
  CHECK(quantize(job) == cli::kDone);
  CHECK(GgufFile::open(folder.out).has_value());
}

TEST_CASE("What is read is never replaced, by whatever name", "[quantize]") {
  const Folder folder;
  std::filesystem::create_symlink(folder.in, folder.out);
  const auto size = std::filesystem::file_size(folder.in);
  const std::string names[] = {folder.in, folder.out, folder.path + "/./in.gguf"};
  cli::QuantizeOptions job = folder.job();
  job.force = true;
  job.out = names[GENERATE(0, 1, 2)];
  CHECK(quantize(job) == cli::kFailed);
  CHECK(std::filesystem::file_size(folder.in) == size);
  CHECK(std::filesystem::is_symlink(folder.out));
}

TEST_CASE("What cannot be done leaves nothing behind", "[quantize]") {
  const Folder folder;
  cli::QuantizeOptions job = folder.job();
  CHECK(quantize(folder.job("Q9_9")) == cli::kWrongArguments);
  job.in = folder.path + "/none.gguf";
  CHECK(quantize(job) == cli::kFailed);
  job.in = folder.in;
  job.out = folder.path;
  job.force = true;
  CHECK(quantize(job) == cli::kFailed);
  CHECK_FALSE(std::filesystem::exists(folder.out));
}

std::shared_ptr<const GgufFile> strange_file() {
  test::GgufBuilder builder = small_model();
  builder.raw_tensor("strange", {7, 3}, 99, builder.next_offset(), "????");
  return GgufFile::parse(builder.bytes(), Strangers::kList).value();
}

TEST_CASE("An inspection shows also what does not run", "[inspect]") {
  const std::string text = cli::inspection_text(strange_file(), {"m.gguf", {}, false});
  CAPTURE(text);
  for (const auto* part :
       {"mamba", "layers        7\n", "heads         4 to 8\n", "F32           2       768 weights",
        "format 99     1       21 weights", "of unknown size", "memory at 2048 tokens",
        "no: tensor 'strange' is in format 99, which is not supported",
        "5: [\"a\", \"b\", \"c\", \"d\", ...]", "?[31m red"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("An inspection of what does not run says what keys and values would take", "[inspect]") {
  test::GgufBuilder file;
  file.string("general.architecture", "new").u32("new.block_count", 4);
  file.u32("new.attention.head_count", 8).u32("new.attention.head_count_kv", 2);
  file.tensor("a.weight", {4}, {1, 2, 3, 4});
  const auto inspected = [&] {
    const auto parsed = GgufFile::parse(file.bytes(), Strangers::kList).value();
    const cli::InspectOptions options{"m.gguf", 1000, true};
    return cli::inspection_text(parsed, options) + cli::inspection_json(parsed, options);
  };
  const std::string unknown = inspected();
  CAPTURE(unknown);
  CHECK(unknown.find("not known without new.attention.key_length, new.attention.value_length") !=
        std::string::npos);
  CHECK(unknown.find(R"("missing_keys":["new.attention.key_length",)") != std::string::npos);
  file.u32("new.embedding_length", 512);
  const std::string known = inspected();
  CAPTURE(known);
  // 1000 tokens of 4 layers of 2 heads of 64 keys and 64 values, F32.
  CHECK(known.find("keys, values  about 4.10 MB in F32") != std::string::npos);
  CHECK(known.find("\"estimated_kv_bytes\":4096000") != std::string::npos);
}

TEST_CASE("An inspection as JSON holds the same", "[inspect]") {
  const std::string text = cli::inspection_json(strange_file(), {"m.gguf", 4096, true});
  CAPTURE(text);
  for (const auto* part : {"\"layers\":\"7\"", "\"tokens\":4096", "\"runs\":false",
                           "{\"type\":\"format 99\",\"tensors\":1,\"parameters\":21}",
                           "{\"key\":\"mamba.block_count\",\"value\":\"7\"}"}) {
    CHECK(text.find(part) != std::string::npos);
  }
}

// The file with one byte changed, if it still is one.
std::shared_ptr<const GgufFile> damaged(std::string bytes, std::size_t at, unsigned flip) {
  bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ flip);
  const auto file = GgufFile::parse(std::move(bytes), Strangers::kList);
  return file ? *file : nullptr;
}

TEST_CASE("An inspection survives every damaged byte of metadata", "[inspect]") {
  const std::string bytes = small_model().bytes();
  const std::size_t header = bytes.size() - (512 + 256) * sizeof(float);
  const unsigned flip = GENERATE(0x01u, 0x80u, 0xffu);
  std::size_t files = 0;
  for (std::size_t at = 0; at < header; ++at) {
    const auto file = damaged(bytes, at, flip);
    if (file == nullptr) continue;
    ++files;
    REQUIRE(cli::inspection_text(file, {"m.gguf", {}, false}).find('\x1b') == std::string::npos);
    REQUIRE_FALSE(cli::inspection_json(file, {"m.gguf", {}, true}).empty());
  }
  CHECK(files > 0);
}

TEST_CASE("Quantising survives every damaged byte of metadata", "[quantize]") {
  const Folder folder;
  const std::string bytes = small_model().bytes();
  const std::size_t header = bytes.size() - (512 + 256) * sizeof(float);
  for (std::size_t at = 0; at < header; at += 3) {
    const auto file = damaged(bytes, at, 0x81u);
    if (file == nullptr || !file->strangers().empty()) continue;
    PackModel job;
    job.source = file;
    job.recipe = find_quant_recipe("Q4_K_M");
    job.path = folder.out;
    if (pack_model(job)) REQUIRE(GgufFile::open(folder.out).has_value());
  }
}

}  // namespace
}  // namespace weir
