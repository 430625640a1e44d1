#include "router/cli/selftest_quants.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "local_backend/kernels/kernels.h"
#include "router/cli/golden_json.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kEncodingTolerance = 1e-6;
constexpr double kInt8Tolerance = 5e-3;
constexpr std::size_t kBlock = 256;  // of "dot_f64_blocks_of_256"

struct QuantCase {
  const kernels::TensorTypeInfo* type = nullptr;
  std::string row;
  std::vector<float> expected;
  std::vector<float> activations;
  double dot = 0;
  std::vector<double> block_dots;  // empty, or one for each 256 weights
  double sum_of_sizes = 0;
  double norm_product = 0;
};

// Errors, as shares of what they are measured by.
struct QuantErrors {
  double in_float = 0;
  double in_int8 = 0;
};

// A number of the file as a size; what is none is larger than any data.
std::size_t size_at(GoldenJson& golden, const std::string& pointer) {
  const double value = golden.number(pointer);
  const bool whole = value >= 0 && value <= 0x1p40 && value == std::floor(value);
  return whole ? static_cast<std::size_t>(value) : std::size_t{1} << 41;
}

// Nothing if the part is not inside the data or has not `bytes` bytes.
std::optional<std::string_view> part_of(GoldenJson& golden, const std::string& name,
                                        std::string_view data, std::size_t bytes) {
  const std::size_t offset = size_at(golden, "/parts/" + name + "/offset");
  const std::size_t size = size_at(golden, "/parts/" + name + "/bytes");
  if (size != bytes || offset > data.size() || size > data.size() - offset) return std::nullopt;
  return data.substr(offset, size);
}

std::vector<float> floats_of(std::string_view bytes) {
  return *floats_at(bytes, 0, bytes.size() / sizeof(float));
}

Error unusable(const std::string& what) { return {ErrorCode::kInvalidRequest, what}; }

Result<QuantCase> read_case(GoldenJson& golden, const kernels::TensorTypeInfo& type) {
  QuantCase found;
  found.type = &type;
  const std::size_t n = size_at(golden, "/n");
  found.dot = golden.number("/dot_f64");
  found.sum_of_sizes = golden.number("/sum_abs_products");
  found.norm_product = golden.number("/norm_product");
  if (golden.has("/dot_f64_blocks_of_256"))
    found.block_dots = golden.numbers("/dot_f64_blocks_of_256");
  const fs::path path = golden.sibling("/data");
  if (golden.error()) return *golden.error();
  if (n == 0 || n > GoldenJson::kMaxBytes || n % std::max(type.block_weights, kBlock / 8) != 0) {
    return unusable("n is no whole number of blocks");
  }
  const auto data = read_golden_data(path);
  if (!data) return data.error();
  const auto row = part_of(golden, "quantised", *data, kernels::row_bytes(type.type, n));
  const auto expected = part_of(golden, "dequantised_f32", *data, n * sizeof(float));
  const auto activations = part_of(golden, "activation_f32", *data, n * sizeof(float));
  if (golden.error()) return *golden.error();
  if (!row || !expected || !activations || found.block_dots.size() > n / kBlock) {
    return unusable("a part has another size than n asks for, or lies outside of its data file");
  }
  found.row = *row;
  found.expected = floats_of(*expected);
  found.activations = floats_of(*activations);
  return found;
}

double relative(double error, double whole) {
  const double ratio = std::abs(error) / std::max(whole, 1e-300);
  return std::isfinite(ratio) ? ratio : 1e300;
}

// The largest error of the whole product and of its blocks.
double float_error(const QuantCase& quant, const kernels::Kernels& variant,
                   const std::vector<float>& weights) {
  const std::vector<float>& x = quant.activations;
  double worst = relative(double{variant.dot(weights.data(), x.data(), x.size())} - quant.dot,
                          quant.sum_of_sizes);
  for (std::size_t b = 0; b < quant.block_dots.size(); ++b) {
    double sizes = 0;
    for (std::size_t i = b * kBlock; i < (b + 1) * kBlock; ++i) {
      sizes += std::abs(double{weights[i]} * double{x[i]});
    }
    const float dot = variant.dot(&weights[b * kBlock], &x[b * kBlock], kBlock);
    worst = std::max(worst, relative(double{dot} - quant.block_dots[b], sizes));
  }
  return worst;
}

double int8_error(const QuantCase& quant, const kernels::Kernels& variant) {
  if (!kernels::is_quantised(quant.type->type)) return 0;
  const std::size_t n = quant.activations.size();
  std::vector<kernels::ActivationChunk> x(kernels::chunks_of(n));
  variant.quantise(quant.activations.data(), x.data(), n);
  const auto* row = reinterpret_cast<const std::byte*>(quant.row.data());
  const float dot = variant.row(quant.type->type).dot_int8(row, x.data(), n);
  return relative(double{dot} - quant.dot, quant.norm_product);
}

// What is wrong, or nothing; *worst keeps the largest errors seen.
std::string fault_of(const QuantCase& quant, const kernels::Kernels& variant, QuantErrors* worst) {
  const std::size_t n = quant.expected.size();
  std::vector<float> weights(n);
  const auto* row = reinterpret_cast<const std::byte*>(quant.row.data());
  variant.row(quant.type->type).unpack(row, weights.data(), n);
  for (std::size_t i = 0; i < n; ++i) {
    if (std::bit_cast<std::uint32_t>(weights[i]) !=
        std::bit_cast<std::uint32_t>(quant.expected[i])) {
      return "weight " + std::to_string(i) + " is " + scientific(double{weights[i]}) + ", not " +
             scientific(double{quant.expected[i]});
    }
  }
  const QuantErrors errors{float_error(quant, variant, weights), int8_error(quant, variant)};
  worst->in_float = std::max(worst->in_float, errors.in_float);
  worst->in_int8 = std::max(worst->in_int8, errors.in_int8);
  if (errors.in_float >= kEncodingTolerance) {
    return "float product off by " + scientific(errors.in_float) + " of its terms' sizes";
  }
  if (errors.in_int8 >= kInt8Tolerance) {
    return "int8 product off by " + scientific(errors.in_int8) + " of the norms";
  }
  return "";
}

void judge(const std::string& name, const QuantCase& quant, SelftestReport& report) {
  QuantErrors worst;
  std::string variants;
  for (const kernels::Kernels* variant : kernels::compiled_kernels()) {
    if (!variant->runs_on(kernels::cpu_features())) continue;
    const std::string fault = fault_of(quant, *variant, &worst);
    if (!fault.empty()) return report.miss(name, std::string(variant->name) + ": " + fault);
    variants += " " + std::string(variant->name);
  }
  std::string detail = std::to_string(quant.expected.size()) + " weights exact, product in float " +
                       scientific(worst.in_float);
  if (kernels::is_quantised(quant.type->type)) detail += ", in int8 " + scientific(worst.in_int8);
  report.ok(name, detail + ";" + variants);
}

void run_case(GoldenJson& golden, SelftestReport& report) {
  const std::string name = golden.text("/type");
  const std::size_t id = size_at(golden, "/ggml_type");
  if (golden.error()) return;
  const bool known = std::in_range<std::uint32_t>(id);
  const auto* type = known ? kernels::find_tensor_type(static_cast<std::uint32_t>(id)) : nullptr;
  if (type == nullptr) {
    report.not_supported(name, "number format " + std::to_string(id) + " is not supported");
    return;
  }
  const auto quant = read_case(golden, *type);
  if (golden.error()) return;
  if (quant) {
    judge(name, *quant, report);
  } else {
    report.unusable(golden.path().string(), quant.error().message);
  }
}

}  // namespace

void selftest_quants(const fs::path& folder, SelftestReport& report) {
  for_each_golden(folder, report, [&](GoldenJson& golden, const std::string& format) {
    if (format.starts_with("golden-quant/")) run_case(golden, report);
  });
}

}  // namespace weir::cli
