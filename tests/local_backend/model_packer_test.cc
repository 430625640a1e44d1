#include "local_backend/gguf/model_packer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "local_backend/kernels/kernels.h"
#include "local_backend/model/model_run.h"
#include "tests/local_backend/gguf_cases.h"
#include "tests/local_backend/golden.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using kernels::TensorType;
using test::rel_rms;

std::vector<float> waves(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = std::sin(static_cast<float>(i) * 0.37f) * 0.1f;
  }
  return values;
}

test::GgufBuilder wide_file() {
  test::GgufBuilder file;
  file.string("zeta.key", "kept").string("general.architecture", "llama");
  file.u32("general.file_type", 0).strings("alpha.words", {"a", "b"});
  file.tensor("blk.0.ffn_down.weight", {512, 3}, waves(1536));
  file.tensor("blk.0.attn_k.weight", {96, 2}, waves(192));
  file.tensor("output_norm.weight", {8}, waves(8));
  return file;
}

using File = std::shared_ptr<const GgufFile>;

File parsed(const test::GgufBuilder& builder) { return GgufFile::parse(builder.bytes()).value(); }

struct Job : PackModel {
  Job(File file, std::string_view type, const TempDir& folder) {
    source = std::move(file);
    recipe = find_quant_recipe(type);
    path = folder.path() + "/out.gguf";
  }
};

File packed(File file, std::string_view type, const TempDir& folder) {
  const Job job(std::move(file), type, folder);
  REQUIRE(pack_model(job).has_value());
  return GgufFile::open(job.path).value();
}

std::vector<std::string> keys_as_in_the_file(const GgufFile& file) {
  std::vector<const GgufEntry*> entries;
  entries.reserve(file.entries().size());
  for (const GgufEntry& entry : file.entries()) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(), [](const GgufEntry* a, const GgufEntry* b) {
    return a->stored.data() < b->stored.data();
  });
  std::vector<std::string> keys;
  keys.reserve(entries.size());
  for (const GgufEntry* entry : entries) keys.emplace_back(entry->key);
  return keys;
}

std::vector<float> values_of(const GgufTensor& tensor) {
  std::vector<float> values(tensor.elements);
  kernels::best_kernels()
      .row(tensor.type)
      .unpack(tensor.bytes.data(), values.data(), values.size());
  return values;
}

std::size_t files_in(const TempDir& folder) {
  const std::filesystem::directory_iterator files(folder.path());
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_CASE("A packed model keeps its metadata, tensors and their order", "[model_packer]") {
  const TempDir folder;
  const File before = parsed(wide_file());
  const File after = packed(before, "Q4_K_M", folder);
  CHECK(keys_as_in_the_file(*after) == std::vector<std::string>{"zeta.key", "general.architecture",
                                                                "alpha.words", "general.file_type",
                                                                "general.quantization_version"});
  CHECK(after->find_uint("general.file_type", {0, 99}).value() == 15u);
  CHECK(after->find_uint("general.quantization_version", {0, 99}).value() == 2u);
  REQUIRE(after->tensors().size() == 3);
  const TensorType types[] = {TensorType::kQ6_K, TensorType::kQ8_0, TensorType::kF32};
  for (std::size_t i = 0; i < 3; ++i) {
    const GgufTensor& tensor = after->tensors()[i];
    CHECK(tensor.name == before->tensors()[i].name);
    CHECK(std::ranges::equal(tensor.dims, before->tensors()[i].dims));
    CHECK(tensor.type == types[i]);
    CHECK(rel_rms(values_of(tensor), values_of(before->tensors()[i])) < 0.02);
  }
}

TEST_CASE("The alignment of a model stays", "[model_packer]") {
  const TempDir folder;
  test::GgufBuilder builder;
  builder.alignment = 256;
  builder.u32("general.alignment", 256).tensor("a.weight", {3}, {1, 2, 3});
  builder.tensor("b.weight", {3}, {1, 2, 3});
  const File after = packed(parsed(builder), "F16", folder);
  CHECK(after->alignment() == 256);
  CHECK(after->tensors()[1].bytes.data() - after->tensors()[0].bytes.data() == 256);
}

TEST_CASE("The file is the same for any number of threads", "[model_packer]") {
  const TempDir folder;
  test::GgufBuilder builder;
  builder.tensor("a.weight", {4096, 300}, waves(std::size_t{4096} * 300));
  const auto* type = GENERATE("F16", "Q4_0", "Q4_K", "Q6_K");
  std::vector<std::string> files;
  for (const std::size_t threads : {1, 2, 5}) {
    Job job(parsed(builder), type, folder);
    job.threads = threads;
    REQUIRE(pack_model(job).has_value());
    files.push_back(test::read_all(job.path));
  }
  CHECK(files[0] == files[1]);
  CHECK(files[0] == files[2]);
}

TEST_CASE("What has its format already is copied", "[model_packer]") {
  const TempDir folder;
  const TempDir again;
  const auto* type = GENERATE("F16", "BF16", "Q8_0", "Q6_K", "Q4_K_M", "Q4_K", "Q4_0");
  const File once = packed(parsed(wide_file()), type, folder);
  const File twice = packed(once, type, again);
  for (std::size_t i = 0; i < once->tensors().size(); ++i) {
    CHECK(std::ranges::equal(once->tensors()[i].bytes, twice->tensors()[i].bytes));
  }
}

TEST_CASE("Every format that is read can be packed anew", "[model_packer]") {
  const TempDir folder;
  const auto& info =
      kernels::kTensorTypes[GENERATE(range(std::size_t{0}, kernels::kTensorTypes.size()))];
  const std::string zeros(kernels::row_bytes(info.type, 512), '\0');
  test::GgufBuilder builder;
  builder.raw_tensor("a.weight", {256, 2}, info.gguf_id, 0, zeros);
  const File before = parsed(builder);
  const File after = packed(before, "F32", folder);
  CAPTURE(info.name);
  CHECK(values_of(after->tensors()[0]) == values_of(before->tensors()[0]));
}

TEST_CASE("A weight that is no number is named, and no file appears", "[model_packer]") {
  const TempDir folder;
  std::vector<float> values(1536, 0.5f);
  values[700] = std::numeric_limits<float>::quiet_NaN();
  test::GgufBuilder builder;
  builder.tensor("good.weight", {256, 2}, waves(512)).tensor("bad.weight", {512, 3}, values);
  const auto done = pack_model(Job(parsed(builder), "Q4_K", folder));
  REQUIRE(done.has_error());
  CHECK(done.error().code == ErrorCode::kInvalidModel);
  CHECK(done.error().message == "tensor 'bad.weight': weight 700 is nan, which Q4_K cannot hold");
  CHECK(files_in(folder) == 0);
}

TEST_CASE("Whoever watches can stop it, and no file appears", "[model_packer]") {
  const TempDir folder;
  Job job(parsed(wide_file()), "Q8_0", folder);
  std::vector<std::uint64_t> seen;
  job.watch = [&seen](std::uint64_t done, std::uint64_t total) {
    CHECK(total == 1736);
    seen.push_back(done);
    return done < 1728;
  };
  const auto done = pack_model(job);
  REQUIRE(done.has_error());
  CHECK(done.error().code == ErrorCode::kCancelled);
  CHECK(seen == std::vector<std::uint64_t>{1536, 1728});
  CHECK(files_in(folder) == 0);
}

TEST_CASE("A model in several files becomes one", "[model_packer]") {
  const TempDir folder;
  for (std::uint32_t i = 0; i < 2; ++i) {
    test::GgufBuilder part;
    part.u32("split.no", i).u32("split.count", 2).u32("split.tensors.count", 2);
    part.tensor(i == 0 ? "a.weight" : "b.weight", {32, 2}, waves(64));
    std::ofstream(folder.path() + "/m-0000" + std::to_string(i + 1) + "-of-00002.gguf",
                  std::ios::binary)
        << part.bytes();
  }
  const File before = GgufFile::open(folder.path() + "/m-00001-of-00002.gguf").value();
  const File after = packed(before, "Q8_0", folder);
  CHECK(after->find("split.count") == nullptr);
  REQUIRE(after->tensors().size() == 2);
  CHECK(after->tensors()[1].name == "b.weight");
  CHECK(rel_rms(values_of(after->tensors()[1]), waves(64)) < 0.01);
}

TEST_CASE("A model packed by us runs and says nearly the same", "[model_packer][golden]") {
  struct Expected {
    const char* folder;
    const char* file;
    const char* type;
    double error;  // relative rms of all logits, measured and rounded up
  };
  const Expected expected = GENERATE(Expected{"qwen3", "model.gguf", "F16", 0.0014},
                                     Expected{"qwen3", "model.gguf", "BF16", 0.012},
                                     Expected{"qwen3", "model.gguf", "Q8_0", 0.036},
                                     Expected{"qwen3", "model.gguf", "Q4_0", 0.5},
                                     Expected{"qwen3-q4_k_m", "Q4_K_M.gguf", "F32", 1e-9},
                                     Expected{"qwen3-q4_k_m", "Q4_K_M.gguf", "Q8_0", 0.021},
                                     Expected{"qwen3-q4_k_m", "Q4_K_M.gguf", "Q6_K", 0.056},
                                     Expected{"qwen3-q4_k_m", "Q4_K_M.gguf", "Q4_K", 0.2},
                                     Expected{"qwen3-q4_k_m", "Q4_K_M.gguf", "Q4_0", 0.38});
  const TempDir folder;
  const auto source = test::committed_golden() / expected.folder / expected.file;
  const File before = GgufFile::open(source.string()).value();
  const File after = packed(before, expected.type, folder);
  std::vector<TokenId> prompt;
  for (TokenId token = 3; token < 70; ++token) prompt.push_back(token);
  ModelRun exact(Model::load(before, {kernels::Arithmetic::kF32}).value());
  ModelRun rough(Model::load(after, {kernels::Arithmetic::kF32}).value());
  const double error = rel_rms(rough.feed_in_chunks(prompt, 16), exact.feed_in_chunks(prompt, 16));
  CAPTURE(expected.folder, expected.type, error);
  CHECK(error < expected.error);
}

}  // namespace
}  // namespace weir
