#include "local_backend/kernels/kernels.h"

#include "local_backend/kernels/variants.h"

namespace weir::kernels {

std::span<const Kernels* const> compiled_kernels() {
  static constexpr std::array kAll = {
      &kScalarKernels,
#if defined(__x86_64__)
      &kAvx2Kernels,
      &kAvx512Kernels,
#elif defined(__aarch64__)
      &kNeonKernels,
#endif
  };
  return kAll;
}

const Kernels& best_kernels() {
  const Kernels* best = &kScalarKernels;
  for (const Kernels* variant : compiled_kernels()) {
    if (variant->runs_on(cpu_features())) best = variant;
  }
  return *best;
}

}  // namespace weir::kernels
