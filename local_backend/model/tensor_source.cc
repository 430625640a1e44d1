#include "local_backend/model/tensor_source.h"

#include <algorithm>

#include "local_backend/gguf/printable.h"

namespace weir {

void TensorSource::fail(const std::string& name, const std::string& what) {
  if (error_) return;
  error_ = Error{ErrorCode::kInvalidModel, "tensor " + name + ": " + what, "model_tensor"};
}

const GgufTensor* TensorSource::take(const std::string& name, kernels::MatrixShape shape,
                                     std::size_t count) {
  const GgufTensor* tensor = file_.tensor(name);
  if (tensor == nullptr) {
    fail(name, "is missing");
    return nullptr;
  }
  taken_[static_cast<std::size_t>(tensor - file_.tensors().data())] = true;
  if (tensor->dims[0] != shape.columns || tensor->dims[1] != shape.rows ||
      tensor->dims[2] != count || tensor->elements != shape.rows * shape.columns * count) {
    const auto list = [](std::size_t columns, std::size_t rows, std::size_t planes) {
      const std::string third = planes == 1 ? "" : ", " + std::to_string(planes);
      return "[" + std::to_string(columns) + ", " + std::to_string(rows) + third + "]";
    };
    fail(name, "is " + list(tensor->dims[0], tensor->dims[1], tensor->dims[2]) +
                   ", the metadata ask for " + list(shape.columns, shape.rows, count));
    return nullptr;
  }
  return tensor;
}

kernels::WeightMatrix TensorSource::matrix(const std::string& name, kernels::MatrixShape shape) {
  return part(name, shape, {0, shape.rows});
}

kernels::WeightMatrix TensorSource::part(const std::string& name, kernels::MatrixShape whole,
                                         RowRange range) {
  const GgufTensor* tensor = take(name, whole);
  if (tensor == nullptr) return {};
  const std::size_t row_bytes = kernels::row_bytes(tensor->type, whole.columns);
  return {tensor->type,
          {range.rows, whole.columns},
          tensor->bytes.subspan(range.first * row_bytes, range.rows * row_bytes),
          arithmetic_};
}

kernels::WeightMatrix TensorSource::multiplier(const std::string& name, kernels::MatrixShape whole,
                                               RowRange range) {
  kernels::WeightMatrix matrix = part(name, whole, range);
  note_multiplier(&matrix);
  return matrix;
}

void TensorSource::note_multiplier(kernels::WeightMatrix* matrix) {
  if (auto panels = matrix->panels()) panels_.push_back(std::move(panels));
}

std::vector<kernels::WeightMatrix> TensorSource::stack(const std::string& name,
                                                       kernels::MatrixShape shape,
                                                       std::size_t count) {
  std::vector<kernels::WeightMatrix> matrices;
  const GgufTensor* tensor = take(name, shape, count);
  if (tensor == nullptr) return matrices;
  const std::size_t bytes = shape.rows * kernels::row_bytes(tensor->type, shape.columns);
  for (std::size_t i = 0; i < count; ++i) {
    matrices.emplace_back(tensor->type, shape, tensor->bytes.subspan(i * bytes, bytes),
                          arithmetic_);
    note_multiplier(&matrices.back());
  }
  return matrices;
}

std::vector<float> TensorSource::vector(const std::string& name, std::size_t size) {
  return matrix_values(name, {1, size});
}

std::vector<float> TensorSource::matrix_values(const std::string& name,
                                               kernels::MatrixShape shape) {
  const kernels::WeightMatrix rows = matrix(name, shape);
  std::vector<float> values(rows.rows() * rows.columns());
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    rows.unpack_row(kernels::best_kernels(), r, values.data() + r * rows.columns());
  }
  return values;
}

std::vector<float> TensorSource::optional_vector(const std::string& name, std::size_t size) {
  return has(name) ? vector(name, size) : std::vector<float>();
}

void TensorSource::require_all_taken(const std::vector<std::string>& unused) {
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    const std::string_view name = file_.tensors()[i].name;
    // Frequencies that old files carry and everybody works out anew.
    if (taken_[i] || name.ends_with("rotary_emb.inv_freq")) continue;
    const auto begins = [name](const std::string& prefix) { return name.starts_with(prefix); };
    if (std::any_of(unused.begin(), unused.end(), begins)) continue;
    const GgufTensor* scaled = file_.tensor(scaled_by(name));
    const bool scale = scaled != nullptr && scaled->type == kernels::TensorType::kNVFP4;
    fail(printable(name), scale ? "scales a matrix in NVFP4, which is not supported"
                                : "is not part of this architecture");
  }
}

}  // namespace weir
