#include "local_backend/model/tensor_source.h"

#include "local_backend/gguf/printable.h"

namespace weir {

void TensorSource::fail(const std::string& name, const std::string& what) {
  if (error_) return;
  error_ = Error{ErrorCode::kInvalidModel, "tensor " + name + ": " + what, "model_tensor"};
}

const GgufTensor* TensorSource::take(const std::string& name, kernels::MatrixShape shape) {
  const GgufTensor* tensor = file_.tensor(name);
  if (tensor == nullptr) {
    fail(name, "is missing");
    return nullptr;
  }
  taken_[static_cast<std::size_t>(tensor - file_.tensors().data())] = true;
  if (tensor->dims[0] != shape.columns || tensor->dims[1] != shape.rows ||
      tensor->elements != shape.rows * shape.columns) {
    fail(name, "is [" + std::to_string(tensor->dims[0]) + ", " + std::to_string(tensor->dims[1]) +
                   "], the metadata ask for [" + std::to_string(shape.columns) + ", " +
                   std::to_string(shape.rows) + "]");
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

std::vector<float> TensorSource::vector(const std::string& name, std::size_t size) {
  const kernels::WeightMatrix row = matrix(name, {1, size});
  std::vector<float> values(row.columns());
  if (!values.empty()) row.unpack_row(kernels::best_kernels(), 0, values.data());
  return values;
}

std::vector<float> TensorSource::optional_vector(const std::string& name, std::size_t size) {
  return has(name) ? vector(name, size) : std::vector<float>();
}

void TensorSource::require_all_taken() {
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    const std::string_view name = file_.tensors()[i].name;
    // Frequencies that old files carry and everybody works out anew.
    if (taken_[i] || name.ends_with("rotary_emb.inv_freq")) continue;
    fail(printable(name), "is not part of this architecture");
  }
}

}  // namespace weir
