// Takes the tensors of a model out of a file and checks their shapes. Remembers the
// first thing that is wrong, so that building a block reads as a list of tensors.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/kernels/weight_matrix.h"

namespace weir {

struct RowRange {
  std::size_t first = 0;
  std::size_t rows = 0;
};

class TensorSource {
 public:
  TensorSource(const GgufFile& file, kernels::Arithmetic arithmetic)
      : file_(file), arithmetic_(arithmetic), taken_(file.tensors().size()) {}

  bool has(const std::string& name) const { return file_.tensor(name) != nullptr; }

  // After an error: an empty matrix, an empty vector.
  kernels::WeightMatrix matrix(const std::string& name, kernels::MatrixShape shape);
  std::vector<float> vector(const std::string& name, std::size_t size);
  // A matrix widened, rows one behind the other.
  std::vector<float> matrix_values(const std::string& name, kernels::MatrixShape shape);
  // Some rows of a matrix.
  kernels::WeightMatrix part(const std::string& name, kernels::MatrixShape whole, RowRange range);
  // To multiply with: the same, and its panels are among panels().
  kernels::WeightMatrix multiplier(const std::string& name, kernels::MatrixShape whole,
                                   RowRange range);
  // `count` matrices of one shape, to multiply with, stacked in one tensor; after an error, none.
  std::vector<kernels::WeightMatrix> stack(const std::string& name, kernels::MatrixShape shape,
                                           std::size_t count);
  // Empty also if the file has no such tensor.
  std::vector<float> optional_vector(const std::string& name, std::size_t size);

  // Fails if the file has a tensor that nothing took and whose name begins with none of
  // `unused`: the model would not be the one that was trained.
  void require_all_taken(const std::vector<std::string>& unused);

  // `matrix` is multiplied with, too.
  void note_multiplier(kernels::WeightMatrix* matrix);

  // Of the matrices that are multiplied with, where their format has any.
  std::vector<std::shared_ptr<kernels::WeightPanels>> take_panels() { return std::move(panels_); }

  void fail(const std::string& name, const std::string& what);
  const std::optional<Error>& error() const { return error_; }

 private:
  // nullptr, and an error, if it is missing or of another shape.
  const GgufTensor* take(const std::string& name, kernels::MatrixShape shape,
                         std::size_t count = 1);

  const GgufFile& file_;
  const kernels::Arithmetic arithmetic_;
  std::vector<bool> taken_;  // by index in file_.tensors()
  std::vector<std::shared_ptr<kernels::WeightPanels>> panels_;
  std::optional<Error> error_;
};

}  // namespace weir
