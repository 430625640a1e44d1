// The angles of rotary position embedding, worked out once per model.
//
// Immutable after create(); thread-safe.
#pragma once

#include <cstddef>
#include <vector>

#include "local_backend/kernels/kernels.h"
#include "local_backend/model/model_spec.h"

namespace weir {

class RopeTable {
 public:
  // `factors` is empty or has dims / 2 divisors, all finite and above 0.
  RopeTable(const RopeSpec& spec, const std::vector<float>& factors);

  std::size_t pairs() const { return frequencies_.size(); }
  kernels::RopePairing pairing() const { return pairing_; }

  // Cosines and sines of all pairs at `position`, pairs() of each.
  void angles(std::size_t position, float* cosine, float* sine) const;

 private:
  std::vector<double> frequencies_;  // radians per position
  double magnitude_ = 1;             // YaRN's correction, in both factors of a score
  kernels::RopePairing pairing_;
};

}  // namespace weir
