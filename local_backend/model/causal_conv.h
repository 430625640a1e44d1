// A convolution along a sequence, one short kernel a channel, that remembers the
// inputs it will need again. Immutable.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "local_backend/model/block.h"

namespace weir {

class CausalConv {
 public:
  struct Shape {
    std::size_t channels = 0;
    std::size_t kernel = 0;  // positions seen, its own included; at least 1
  };

  // Takes `name`, [kernel, channels], the weight of the latest position last.
  CausalConv(TensorSource& tensors, const std::string& name, Shape shape);

  // Floats that it remembers of a sequence.
  static std::size_t state_floats(Shape shape) { return (shape.kernel - 1) * shape.channels; }

  // work.convolved = [batch][channels] of x, the same. What it remembers stands at the
  // beginning of the recurrent slot.
  void apply(ForwardPass& pass, std::size_t slot, const std::vector<float>& x) const;

 private:
  struct Run {
    std::size_t first;
    std::size_t end;
    RecurrentState state;
  };

  const float* input_at(const Run& run, const std::vector<float>& x, std::size_t token,
                        std::size_t back) const;

  Shape shape_;
  std::vector<float> weights_;  // [kernel][channels]
};

}  // namespace weir
