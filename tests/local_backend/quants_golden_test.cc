// Every quantised format against reference values: the packs committed here, and the
// whole of golden/quants where WEIR_TEST_DATA is set.
#include "local_backend/kernels/kernels.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir::kernels {
namespace {

struct Case {
  const TensorTypeInfo* info = nullptr;
  std::vector<float> expected;
  std::vector<float> x;
  std::string row;
  double dot = 0;
  double sum_of_magnitudes = 0;
  double norm_product = 0;
};

Case read_case(const std::filesystem::path& file) {
  const auto pack = test::read_json(file);
  const std::string bytes = test::read_all(file.parent_path() / pack["data"].get<std::string>());
  const std::size_t n = pack["n"];
  const auto part = [&](const char* key) { return pack["parts"][key]; };
  Case found;
  found.info = find_tensor_type(pack["ggml_type"]);
  found.expected = test::floats_at(bytes, part("dequantised_f32")["offset"], n);
  found.x = test::floats_at(bytes, part("activation_f32")["offset"], n);
  found.row = bytes.substr(part("quantised")["offset"], part("quantised")["bytes"]);
  found.dot = pack["dot_f64"];
  found.sum_of_magnitudes = pack["sum_abs_products"];
  found.norm_product = pack["norm_product"];
  return found;
}

void check(const Case& golden, const Kernels& kernels) {
  const RowKernels& functions = kernels.row(golden.info->type);
  const auto* row = reinterpret_cast<const std::byte*>(golden.row.data());
  const std::size_t n = golden.x.size();
  std::vector<float> found(n);
  functions.unpack(row, found.data(), n);
  CHECK(std::memcmp(found.data(), golden.expected.data(), n * sizeof(float)) == 0);
  const double exact = double{kernels.dot(found.data(), golden.x.data(), n)};
  CHECK(std::abs(exact - golden.dot) < 1e-6 * golden.sum_of_magnitudes);
  if (!is_quantised(golden.info->type)) return;
  std::vector<ActivationChunk> x(chunks_of(n));
  kernels.quantise(golden.x.data(), x.data(), n);
  const double int8 = double{functions.dot_int8(row, x.data(), n)};
  CHECK(std::abs(int8 - golden.dot) < 5e-3 * golden.norm_product);
}

// How many of the folder's formats we can read.
std::size_t check_folder(const std::filesystem::path& folder) {
  std::size_t known = 0;
  for (const TensorTypeInfo& info : kTensorTypes) {
    const auto file = folder / (std::string(info.name) + ".json");
    if (!std::filesystem::exists(file)) continue;
    const Case golden = read_case(file);
    REQUIRE(golden.info == &info);
    REQUIRE(golden.row.size() == row_bytes(info.type, golden.x.size()));
    ++known;
    for (const Kernels* kernels : compiled_kernels()) {
      CAPTURE(info.name, kernels->name);
      if (kernels->runs_on(cpu_features())) check(golden, *kernels);
    }
  }
  return known;
}

TEST_CASE("The committed formats widen and multiply as their packs say", "[kernels][golden]") {
  CHECK(check_folder(test::committed_golden() / "quants") == 6);
}

TEST_CASE("All formats widen and multiply as the golden packs say", "[kernels][golden]") {
  const auto folder = test::data_path("golden/quants");
  if (!folder) return;
  CHECK(check_folder(*folder) == kTensorTypes.size() - 1);  // F32 has no pack
}

}  // namespace
}  // namespace weir::kernels
